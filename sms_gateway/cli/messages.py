"""`messages`: what citizens texted, newest first."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

import click

from sms_gateway.cli.both_numbers import Others, other_numbers
from sms_gateway.cli.narrowing import at_most, from_time, since_of, to_time, until_of
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import as_json, places
from sms_gateway.cli.output import print_each, print_table
from sms_gateway.cli.rows import listed
from sms_gateway.cli.typed_numbers import number_hashes
from sms_gateway.domain.dossier import canonical_key
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.domain.outcome import MtState, Outcome
from sms_gateway.log_question import MessageFilter
from sms_gateway.reading import MoRow
from sms_gateway.reports.log_json import described
from sms_gateway.settings import Settings
from sms_gateway.store.opening import open_reading

_PAGE = 500
_OUTCOMES = (*Outcome, "unanswered", "unhandled")
_REPLIES = (MtState.UNCERTAIN.value, MtState.HELD.value)


@click.command(short_help="List citizens' texts, newest first.")
@click.option("--phone", metavar="NUMBER", help="Only those of this phone.")
@click.option(
    "--code",
    metavar="CODE",
    help="Only those that asked for this dossier, by either of its numbers.",
)
@from_time
@to_time
@click.option(
    "--outcome",
    metavar="OUTCOME",
    help="Only those that ended so: answered, answered_with_help, suppressed, parked, unanswered, "
    "or unhandled for those parked that wait for a person; with the reason behind a colon: "
    "suppressed:identical, answered:E1.",
)
@click.option(
    "--reply",
    type=click.Choice(_REPLIES),
    help="Only those whose reply stands so, and waits for a person.",
)
@at_most
@as_json
@places
def messages(  # noqa: PLR0913  # click hands over each option by its name
    *,
    phone: str | None,
    code: str | None,
    since: str | None,
    until: str | None,
    outcome: str | None,
    reply: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """List what citizens texted, newest first, with how each text ended.

    Phone numbers show their last three digits, always. With --json each text is one line of JSON,
    with its reply. Works while the gateway runs. `message ID` shows all about one of them.
    """
    settings = load_settings()
    require_store(settings)
    zone = ZoneInfo(settings.gateway.timezone)
    ended, reason = _ended(outcome)
    key = None if code is None else canonical_key(code)
    sender, *older = [None] if phone is None else number_hashes(settings, phone)
    wanted = MessageFilter(
        sender_hash=sender,
        older_hashes=[number for number in older if number],
        code_key=key,
        also=_also(settings, key) if key else (),
        since=since_of(since, zone),
        until=until_of(until, zone),
        outcome=ended,
        reply=None if reply is None else MtState(reply),
        limit=limit,
    )
    rows = asyncio.run(_find(settings, wanted, reason))
    if as_json:
        print_each(described(row, zone) for row in rows)
    else:
        print_table([listed(row, zone) for row in rows], "no such messages")


def _ended(outcome: str | None) -> tuple[str | None, str]:
    if outcome is None:
        return None, ""
    ended, _, reason = outcome.partition(":")
    if ended not in _OUTCOMES:
        message = f"no such outcome: choose {', '.join(_OUTCOMES)}"
        raise click.BadParameter(message, param_hint="'--outcome'")
    return ended, reason


def _also(settings: Settings, key: CanonicalKey) -> Others:
    others, why = other_numbers(settings, key)
    if why:
        told = f"the dossiers cannot be asked ({why}): only texts with this very number are listed"
        click.echo(f"sms-gateway: {told}", err=True)
    return others


async def _find(settings: Settings, wanted: MessageFilter, reason: str) -> Sequence[MoRow]:
    """The newest that are wanted; the reason is compared here, page by page."""
    found: list[MoRow] = []
    before = None
    async with open_reading(settings.store_at) as reading:
        while True:
            page = await reading.messages(replace(wanted, before=before, limit=_PAGE))
            found += [row for row in page if not reason or row.reason == reason]
            if len(page) < _PAGE or len(found) >= wanted.limit:
                return found[: wanted.limit]
            before = page[-1].id
