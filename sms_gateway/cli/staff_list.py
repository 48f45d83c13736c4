"""`staff list`."""

from collections.abc import Sequence
from datetime import tzinfo
from zoneinfo import ZoneInfo

import click

from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import as_json, places
from sms_gateway.cli.output import local, print_each, print_table
from sms_gateway.cli.staff_kept import staff_kept
from sms_gateway.domain.access import StaffRow, agencies_words
from sms_gateway.reports.log_json import iso


@click.command("list", short_help="List who may sign in.")
@as_json
@places
def staff_list(*, as_json: bool) -> None:
    """List the people of the console, by login.

    Each line: login, role, agencies, how they stand, last sign-in, name. With --json each is one
    line. Works while the gateway runs.
    """
    settings = load_settings()
    require_store(settings)
    zone = ZoneInfo(settings.gateway.timezone)
    found = staff_kept(settings)
    if as_json:
        print_each(_described(one, zone) for one in found)
    else:
        print_table([_listed(one, zone) for one in found], "nobody was added")


def _listed(one: StaffRow, zone: tzinfo) -> Sequence[str]:
    agencies, signed_in = agencies_words(one.agencies), local(one.signed_in_at, zone)
    return one.login, one.role, agencies, _standing(one), signed_in, one.name


def _standing(one: StaffRow) -> str:
    if one.disabled:
        return "disabled"
    proofs = {"provider": one.linked, "password": one.has_password, "code": one.has_totp}
    shown = [name for name, has in proofs.items() if has]
    return " and ".join(shown) if one.has_password or one.linked else "invited"


def _described(one: StaffRow, zone: tzinfo) -> dict[str, object]:
    return {
        "login": one.login,
        "name": one.name,
        "role": one.role,
        "agencies": None if one.agencies is None else sorted(one.agencies),
        "language": one.language,
        "state": _standing(one),
        "added_at": iso(one.added_at, zone),
        "added_by": one.added_by,
        "accepted_at": iso(one.accepted_at, zone),
        "signed_in_at": iso(one.signed_in_at, zone),
    }
