"""`audit list`: who did what, newest first."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo
from zoneinfo import ZoneInfo

import click

from sms_gateway.cli.narrowing import at_most, from_time, since_of, to_time, until_of
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import as_json, places
from sms_gateway.cli.output import local, print_each, print_table
from sms_gateway.domain.audit_trail import AuditFilter, AuditRow
from sms_gateway.domain.msisdn import Address
from sms_gateway.reports.log_json import iso
from sms_gateway.settings import Settings
from sms_gateway.store.opening import open_reading

_PAGE = 500
_BLANKED = "(blanked)"
# Nobody should write one into a note, and somebody will.
_PHONE = re.compile(r"(?<!\d)(?:\+?84|0)(\d{9,10})(?!\d)")


@click.command("list", short_help="List who did what, newest first.")
@click.option("--by", metavar="WHO", default="", help="Only what this person did: os:alice.")
@click.option("--act", metavar="ACT", default="", help="Only acts whose word begins so: hold.")
@click.option("--subject", metavar="WHAT", default="", help="Only what was done to this.")
@from_time
@to_time
@at_most
@as_json
@places
def list_audit(  # noqa: PLR0913  # click hands over each option by its name
    *,
    by: str,
    act: str,
    subject: str,
    since: str | None,
    until: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """List who did what, newest first, with the number of each line in the chain.

    Each line: number, time, who, act, what it was done to, how or why. Phone numbers in it show
    their last three digits. With --json each is one line, with the keys seq, at, by, act, subject,
    detail and blanked. Lines of older code that have no number yet come within a minute while a
    gateway runs. Works while the gateway runs.
    """
    settings = load_settings()
    require_store(settings)
    zone = ZoneInfo(settings.gateway.timezone)
    span = since_of(since, zone), until_of(until, zone)
    wanted = AuditFilter(by, act, subject, *span, limit=limit)
    rows = asyncio.run(_found(settings, wanted))
    if as_json:
        print_each(_described(row, zone) for row in rows)
    else:
        print_table([_listed(row, zone) for row in rows], "no such lines")


async def _found(settings: Settings, wanted: AuditFilter) -> Sequence[AuditRow]:
    found: list[AuditRow] = []
    async with open_reading(settings.store_at) as reading:
        while len(found) < wanted.limit:
            size = min(_PAGE, wanted.limit - len(found))
            before = found[-1].seq if found else None
            page = await reading.audit(replace(wanted, before=before, limit=size))
            found += page
            if len(page) < size:
                break
    return found


def _listed(row: AuditRow, zone: tzinfo) -> Sequence[str]:
    told = (_BLANKED, "") if row.blanked else (_masked(row.subject), _masked(row.detail))
    return str(row.seq), local(row.at, zone), row.by, row.act, *told


def _described(row: AuditRow, zone: tzinfo) -> Mapping[str, object]:
    return {
        "seq": row.seq,
        "at": iso(row.at, zone),
        "by": row.by,
        "act": row.act,
        "subject": _masked(row.subject),
        "detail": _masked(row.detail),
        "blanked": row.blanked,
    }


def _masked(text: str) -> str:
    return _PHONE.sub(lambda match: Address(f"+84{match[1]}").masked, text)
