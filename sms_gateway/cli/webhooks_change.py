"""`webhooks list`, `add`, `on`, `off`, `replay` and `test`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from secrets import randbits
from typing import TypeVar

import click
from yarl import URL

from sms_gateway.api.posting import taken
from sms_gateway.api.webhook_commands import WebhookCommands
from sms_gateway.cli.changing import Answer, RunningService, change, myself, open_own_store
from sms_gateway.cli.group import Fault
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import as_json, places
from sms_gateway.cli.output import print_each, print_table, print_text
from sms_gateway.clock import SystemClock
from sms_gateway.domain.access import agencies_words
from sms_gateway.domain.uuid7 import Uuid7
from sms_gateway.domain.webhooks import Event, NewWebhook, WebhookState
from sms_gateway.service.webhooks import webhook_commands
from sms_gateway.settings import Settings
from sms_gateway.store.opening import open_reading

T = TypeVar("T")


@click.command("list", short_help="List webhooks and how they stand.")
@as_json
@places
def list_webhooks(*, as_json: bool) -> None:
    """List webhooks, by name.

    Each line: name, on or off, host, events, agencies, how many events wait and are dead, what it
    answered last. With --json each is one line. Works while the gateway runs. The secret is shown
    nowhere, and of the address the host alone.
    """
    settings = load_settings()
    require_store(settings)
    rows = [_described(one) for one in asyncio.run(_read(settings))]
    if as_json:
        print_each(rows)
    else:
        print_table([tuple(map(str, row.values())) for row in rows], "no webhook was made")


@click.command("add", short_help="Tell another system of messages.")
@click.argument("name")
@click.argument("url")
@click.option(
    "--event",
    "events",
    multiple=True,
    type=click.Choice([event.value for event in Event]),
    help="What it is told; again for each more. All of them without it.",
)
@click.option(
    "--agency", "agencies", metavar="CODE", multiple=True,
    help="Of messages of this agency only; again for each more.",
)  # fmt: skip
@click.option("--with-number", is_flag=True, help="With the full number, else it is masked.")
@click.option("--with-text", is_flag=True, help="With what was texted.")
@places
def add_webhook(
    name: str,
    url: str,
    *,
    events: tuple[str, ...],
    agencies: tuple[str, ...],
    with_number: bool,
    with_text: bool,
) -> None:
    """Tell the system NAME at URL of messages; prints the secret that signs, this once.

    It is told of messages that come from now on. It is written down with your name.
    """
    chosen = events or tuple(Event)
    new = NewWebhook(name, url, chosen, agencies or None, with_number, with_text)
    told = {
        "name": name, "url": url, "events": "\n".join(chosen), "agencies": "\n".join(agencies),
        "with_number": "yes" if with_number else "", "with_text": "yes" if with_text else "",
    }  # fmt: skip

    async def act(commands: WebhookCommands) -> str:
        return (await commands.add(new, myself())).value

    click.echo(_done("add", told, act, lambda answer: str(answer["secret"])))
    click.echo("it is shown this once", err=True)


@click.command("on", short_help="Go on with a webhook.")
@click.argument("name")
@places
def switch_on(name: str) -> None:
    """Go on with the webhook NAME; it is told what waits. It is written down with your name."""
    _switched(name, enabled=True)


@click.command("off", short_help="Stop a webhook.")
@click.argument("name")
@places
def switch_off(name: str) -> None:
    """Tell the webhook NAME nothing more. It is written down with your name."""
    _switched(name, enabled=False)


@click.command("replay", short_help="Send again what a webhook did not take.")
@click.argument("name")
@click.option(
    "--hours", type=click.IntRange(1, 720), help="All of the last hours, also what it took."
)
@places
def replay(name: str, hours: int | None) -> None:
    """Send again what was given up for the webhook NAME. It is written down with your name."""

    async def act(commands: WebhookCommands) -> int:
        return await commands.replay(name, hours, myself())

    told = {"name": name, "hours": "" if hours is None else str(hours)}
    count = _done("replay", told, act, lambda answer: int(answer["count"]))
    print_text(f"{count} events are sent again")


@click.command("test", short_help="Call a webhook at once.")
@click.argument("name")
@places
def test(name: str) -> None:
    """Call the webhook NAME at once, with an event webhook.test, and say what it answers."""

    async def act(commands: WebhookCommands) -> int:
        return await commands.test(name)

    status = _done("test", {"name": name}, act, lambda answer: int(answer["status"]))
    if not taken(status):
        answer = f"it answered {status}" if status else "no answer came from an allowed address"
        message = f"{name} did not take it: {answer}"
        raise Fault(message)
    print_text(f"{name} took it: {status}")


def _switched(name: str, *, enabled: bool) -> None:
    word = "on" if enabled else "off"

    async def act(commands: WebhookCommands) -> str:
        await commands.switch(name, myself(), enabled=enabled)
        return name

    print_text(f"{_done(word, {'name': name}, act, lambda _answer: name)} is {word}")


def _done(
    word: str,
    told: Mapping[str, str],
    act: Callable[[WebhookCommands], Awaitable[T]],
    read: Callable[[Answer], T],
) -> T:
    """Do something through the service, or directly."""
    settings = load_settings()
    require_store(settings)

    def through(service: RunningService) -> T:
        return read(service.ask("POST", f"/webhooks/{word}", told))

    async def directly() -> T:
        async with _commands(settings) as commands:
            return await act(commands)

    return change(settings, through, directly)


async def _read(settings: Settings) -> Sequence[WebhookState]:
    async with open_reading(settings.store_at) as reading:
        return await reading.webhooks()


@asynccontextmanager
async def _commands(settings: Settings) -> AsyncIterator[WebhookCommands]:
    clock = SystemClock()
    async with open_own_store(settings, clock) as store:
        new_id = Uuid7(clock.milliseconds, randbits)
        yield webhook_commands(settings, store.webhooks, clock, new_id)


def _described(one: WebhookState) -> dict[str, object]:
    webhook = one.webhook
    return {
        "name": webhook.name,
        "state": "on" if webhook.enabled else "off",
        "host": URL(webhook.url).host or "",
        "events": ",".join(webhook.events),
        "agencies": agencies_words(webhook.agencies),
        "waiting": one.waiting,
        "dead": one.dead,
        "last_status": one.last_status,
    }
