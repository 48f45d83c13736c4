"""`api-tokens list`, `add` and `revoke`."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from secrets import randbits
from zoneinfo import ZoneInfo

import click

from sms_gateway.api.tokens import TokenCommands
from sms_gateway.cli.changing import RunningService, change, myself, open_own_store
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import as_json, places
from sms_gateway.cli.output import local, print_each, print_table, print_text
from sms_gateway.clock import SystemClock
from sms_gateway.domain.access import agencies_words
from sms_gateway.domain.api import ApiToken, NewToken, Scope
from sms_gateway.domain.uuid7 import Uuid7
from sms_gateway.reports.log_json import iso
from sms_gateway.service.api_tokens import token_commands
from sms_gateway.settings import Settings
from sms_gateway.store.opening import open_reading


@click.command("list", short_help="List the tokens of other systems.")
@as_json
@places
def list_tokens(*, as_json: bool) -> None:
    """List the tokens of other systems, by name.

    Each line: name, how it stands, scopes, agencies, last use, end. With --json each is one line.
    Works while the gateway runs. No token itself is kept: who lost one needs another one.
    """
    settings = load_settings()
    require_store(settings)
    zone, now = ZoneInfo(settings.gateway.timezone), datetime.now(UTC)
    found = asyncio.run(_read(settings))
    if as_json:
        print_each(_described(one, zone, now) for one in found)
        return
    rows = [
        (
            one.name, _standing(one, now), ",".join(one.scopes), agencies_words(one.agencies),
            local(one.last_used_at, zone), local(one.expires_at, zone),
        )
        for one in found
    ]  # fmt: skip
    print_table(rows, "no token was made")


@click.command("add", short_help="Make a token for another system.")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="What it may do; again for each more.",
)
@click.option(
    "--agency",
    "agencies",
    metavar="CODE",
    multiple=True,
    help="It sees and sends messages of this agency only; again for each more.",
)
@click.option(
    "--days", type=click.IntRange(1, 3650), help="For how many days it counts; for ever without it."
)
@places
def add_token(
    name: str, *, scopes: tuple[str, ...], agencies: tuple[str, ...], days: int | None
) -> None:
    """Make a token for the system NAME; prints it, and it is shown this once.

    Give it to that system and nobody else. Without --agency it sees messages of all agencies. It
    is written down with your name.
    """
    settings = load_settings()
    require_store(settings)
    new = NewToken(name, scopes, agencies or None, days)

    def through(service: RunningService) -> str:
        said = {
            "name": name, "scopes": "\n".join(scopes), "agencies": "\n".join(agencies),
            "days": "" if days is None else str(days),
        }  # fmt: skip
        return str(service.ask("POST", "/api-tokens/add", said)["token"])

    async def directly() -> str:
        async with _commands(settings) as commands:
            return (await commands.add(new, myself())).value

    click.echo(change(settings, through, directly))
    click.echo("it is shown this once", err=True)


@click.command("revoke", short_help="Let a token count no more.")
@click.argument("name")
@places
def revoke_token(name: str) -> None:
    """Let the token NAME count no more, at once; its name is not used again.

    It is written down with your name.
    """
    settings = load_settings()
    require_store(settings)

    def through(service: RunningService) -> None:
        service.ask("POST", "/api-tokens/revoke", {"name": name})

    async def directly() -> None:
        async with _commands(settings) as commands:
            await commands.revoke(name, myself())

    change(settings, through, directly)
    print_text(f"{name} revoked")


async def _read(settings: Settings) -> Sequence[ApiToken]:
    async with open_reading(settings.store_at) as reading:
        return await reading.api_tokens()


@asynccontextmanager
async def _commands(settings: Settings) -> AsyncIterator[TokenCommands]:
    clock = SystemClock()
    async with open_own_store(settings, clock) as store:
        new_id = Uuid7(clock.milliseconds, randbits)
        yield token_commands(settings, store.api, clock, new_id)


def _standing(one: ApiToken, now: datetime) -> str:
    if one.revoked_at is not None:
        return "revoked"
    return "counts" if one.counts(now) else "past"


def _described(one: ApiToken, zone: ZoneInfo, now: datetime) -> dict[str, object]:
    return {
        "name": one.name,
        "state": _standing(one, now),
        "scopes": list(one.scopes),
        "agencies": None if one.agencies is None else list(one.agencies),
        "made_at": iso(one.made_at, zone),
        "by": one.by,
        "expires_at": iso(one.expires_at, zone),
        "last_used_at": iso(one.last_used_at, zone),
        "revoked_at": iso(one.revoked_at, zone),
    }
