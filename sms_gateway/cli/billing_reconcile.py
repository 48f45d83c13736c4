"""`billing reconcile`: our messages against a telco's own file."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click

from sms_gateway.cli.group import Fault
from sms_gateway.cli.options import places
from sms_gateway.cli.report_messages import opened
from sms_gateway.cli.report_options import period, printed, put_out
from sms_gateway.domain.figures import ChargedMessage, Window
from sms_gateway.domain.ids import DoorName
from sms_gateway.reports.bill_file import Reader
from sms_gateway.reports.comparing import rules_of, wide
from sms_gateway.reports.reconcile import reconcile
from sms_gateway.reports.reconcile_table import document_of
from sms_gateway.settings import Settings
from sms_gateway.settings.bills import Bill
from sms_gateway.store.opening import open_reading


@click.command("reconcile", short_help="Compare our messages with a telco's own file.")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--bill", "name", metavar="NAME", required=True, help="Its columns: [bills.NAME].")
@period
@printed
@places
def reconcile_bill(  # click hands over each option by its name
    *, file: Path, name: str, first: str, last: str, form: str, out: Path | None
) -> None:
    """Compare our messages of a period with FILE, a telco's own CSV or XLSX.

    Tells which messages are missing here, which are missing there, and which differ in charge,
    segments or time. Numbers show their last three digits. Works while the gateway runs.
    """
    settings, days = opened(first, last)
    bill = _bill(settings, name)
    rows = Reader(bill, days.zone, settings.gateway.region).read(file)
    ours = asyncio.run(_ours(settings, bill, days.window))
    document = document_of(
        reconcile(ours, rows, rules_of(bill, days.window)),
        settings.reports.office,
        (file.name, days.about),
        (("file", file.name), *days.facts),
        days.zone,
    )
    put_out(document, form, out)


def _bill(settings: Settings, name: str) -> Bill:
    bill = settings.bills.get(name)
    if bill is None:
        known = ", ".join(settings.bills) or "none is set"
        message = f"[bills] has no {name[:40]!r}: write one into gateway.toml ({known})"
        raise Fault(message)
    return bill


async def _ours(settings: Settings, bill: Bill, window: Window) -> Sequence[ChargedMessage]:
    doors = [DoorName(door) for door in bill.doors]
    async with open_reading(settings.store_at) as reading:
        found = reading.counted.charged(wide(window), doors, texts=bill.of == "texts")
        return [one async for one in found]
