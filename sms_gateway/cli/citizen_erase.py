"""`citizen erase`: takes away what is kept of a number."""

import json
from collections.abc import Sequence

import click
import msgspec

from sms_gateway.cli.changing import RunningService, change, myself, open_own_store
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import as_json, places
from sms_gateway.cli.output import print_json
from sms_gateway.cli.typed_numbers import number_hashes
from sms_gateway.clock import SystemClock
from sms_gateway.commands import MAX_NOTE, CommandError
from sms_gateway.domain.ids import NumberHash
from sms_gateway.retention.rights import CitizenRights, Erased
from sms_gateway.settings import Settings

STAYS = (
    "stays: that there were texts, when, how they ended and were charged, by the keyed hash of the "
    "number; what it refused; complaints; the audit; calls that nobody could read; dossiers, which "
    "are the office's; backups and files of logs, until they are over"
)


@click.command("erase", short_help="Take away what is kept of a number.")
@click.argument("number")
@click.option("--reason", metavar="TEXT", default="", help=f"Why, at most {MAX_NOTE} characters.")
@click.confirmation_option(prompt="What is erased cannot be had back. Erase it?")
@as_json
@places
def erase(number: str, reason: str, *, as_json: bool) -> None:
    """Take away what was said from and to NUMBER, and the number itself, as a purge would.

    Texts, replies, their requests, attempts and reports lose words and number at once; what has not
    left is not sent; the language it chose and what it follows go. What it refused stays, by a hash
    alone, so that notices do not begin again. Legal holds are respected and named. The audit names
    you and the hash of the number. Answers and sends that are under way stay: do it again then.

    With --json one line has texts, messages, held, open, holds, rest and scrubbed.
    """
    settings = load_settings()
    require_store(settings)
    numbers = number_hashes(settings, number, "'NUMBER'")
    done = _erase(settings, numbers, reason)
    if as_json:
        print_json(msgspec.to_builtins(done))
        return
    rest = done.rest
    click.echo(
        f"erased {done.texts} texts, {done.messages} other messages, {rest.preferences} "
        f"preferences, {rest.subscriptions} subscriptions, {rest.surveys} questions of the survey, "
        f"{rest.parts} parts"
    )
    click.echo(STAYS, err=True)
    if done.holds:
        click.echo(f"{done.held} held back: {', '.join(done.holds)}", err=True)
    if done.open:
        told = f"{done.open} are being answered or sent just now, and stay: do this again"
        click.echo(f"sms-gateway: {told}", err=True)
    if not done.scrubbed:
        told = "somebody is reading the database: its file -wal still holds what went"
        click.echo(f"sms-gateway: {told}, until the next purge or a restart", err=True)


def _erase(settings: Settings, numbers: Sequence[NumberHash], reason: str) -> Erased:
    def through(service: RunningService) -> Erased:
        body = json.dumps({"numbers": list(numbers), "reason": reason}).encode()
        *_, last = service.stream("POST", "/citizens/erase", iter([body]))
        if "erased" not in last:
            message = "the service ended before it was done: start it, and do this again"
            raise CommandError(message)
        return msgspec.convert(last["erased"], Erased)

    async def directly() -> Erased:
        clock = SystemClock()
        async with open_own_store(settings, clock) as store:
            return await CitizenRights(store.retention, clock.now).erase(numbers, reason, myself())

    return change(settings, through, directly)
