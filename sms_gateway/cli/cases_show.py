"""`cases show`: one dossier, as staff may see it."""

import asyncio
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

import click

from sms_gateway.cases.embedded import CaseDetails
from sms_gateway.cli.group import Fault
from sms_gateway.cli.importing import open_directory
from sms_gateway.cli.opened import load_settings
from sms_gateway.cli.options import as_json, places
from sms_gateway.cli.output import local, print_json, print_text
from sms_gateway.domain.dossier import State
from sms_gateway.reports.log_json import iso
from sms_gateway.settings import Settings

_DATES = ("received_at", "due_at", "new_due_at", "finished_at", "returned_at", "as_of")


@click.command("show", short_help="Show a dossier.")
@click.argument("code")
@as_json
@places
def cases_show(code: str, *, as_json: bool) -> None:
    """Show the dossiers with the number CODE, in any spelling, and the states they went through.

    CODE is a MaHoSo or a SoBienNhan. Phone numbers show their last three digits. With --json each
    dossier is one line. Works while the gateway runs.
    """
    settings = load_settings()
    found = asyncio.run(_find(settings, code))
    if not found:
        message = "no dossier has that number"
        raise Fault(message)
    zone = ZoneInfo(settings.gateway.timezone)
    for index, details in enumerate(found):
        if as_json:
            print_json(_described(details, zone))
        else:
            print_text("\n".join(_lines(details, zone)) + ("\n" if index < len(found) - 1 else ""))


async def _find(settings: Settings, code: str) -> Sequence[CaseDetails]:
    async with open_directory(settings, writable=False) as directory:
        return await directory.show(code)


def _described(details: CaseDetails, zone: ZoneInfo) -> dict[str, object]:
    dossier = details.dossier
    return {
        "id": dossier.id,
        "receipt": dossier.receipt,
        "agency": dossier.agency,
        "state": int(dossier.state),
        "state_name": state_name(dossier.state),
        "state_at": iso(dossier.state_at, zone),
        **{name: iso(getattr(dossier, name), zone) for name in _DATES},
        "return_via": dossier.return_via,
        "submitted_via": details.submitted_via,
        "phones": list(details.masked_phones),
        "second_secret": bool(dossier.secret_hash),
        "sms_allowed": details.sms_allowed,
        "procedure_code": details.procedure_code,
        "procedure_name": details.procedure_name,
        "field_code": details.field_code,
        "field_name": details.field_name,
        "room": details.room,
        "officer": details.officer,
        "history": [
            {
                "state": int(entry.state),
                "state_name": state_name(entry.state),
                "source": entry.source,
                "source_time": iso(entry.source_time, zone),
                "learned_at": iso(entry.learned_at, zone),
            }
            for entry in details.history
        ],
    }


def _lines(details: CaseDetails, zone: ZoneInfo) -> Iterator[str]:
    dossier = details.dossier
    facts = {
        "dossier": dossier.id,
        "receipt": dossier.receipt,
        "agency": dossier.agency,
        "state": f"{int(dossier.state)} {state_name(dossier.state)}",
        "procedure": " ".join(filter(None, (details.procedure_code, details.procedure_name))),
        "field": " ".join(filter(None, (details.field_code, details.field_name))),
        "room": details.room,
        "officer": details.officer,
        **{name.removesuffix("_at"): local(getattr(dossier, name), zone) for name in _DATES},
        "return via": dossier.return_via,
        "phones": ", ".join(details.masked_phones),
    }
    for name, value in facts.items():
        yield f"{name:<12}  {value or '-'}"
    yield "history"
    for entry in details.history:
        since = local(entry.source_time, zone)
        told = f"{entry.source}, learned {local(entry.learned_at, zone)}"
        yield f"  {since:<19}  {int(entry.state)} {state_name(entry.state)} ({told})"


def state_name(state: State) -> str:
    """The national state in words: `papers needed`."""
    return state.name.lower().replace("_", " ")
