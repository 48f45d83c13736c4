"""`hold add` and `hold remove`."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

import click

from sms_gateway.cli.both_numbers import other_numbers
from sms_gateway.cli.changing import RunningService, change, myself, open_own_store
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import places
from sms_gateway.cli.typed_numbers import number_hashes
from sms_gateway.clock import SystemClock
from sms_gateway.commands import MAX_NOTE
from sms_gateway.domain.dossier import canonical_key
from sms_gateway.domain.retention import HoldKind
from sms_gateway.retention.holds import Holds
from sms_gateway.settings import Settings
from sms_gateway.store.opening import open_reading

C = TypeVar("C", bound=Callable[..., Any])
Target = tuple[HoldKind, str]


def _what(command: C) -> C:
    """Give a command the options that say what is held."""
    for option in (
        click.option("--message", "message_id", metavar="ID", help="One text, by any of its ids."),
        click.option("--phone", metavar="NUMBER", help="All texts of and to this phone."),
        click.option("--code", metavar="CODE", help="All texts that asked for this dossier."),
    ):
        command = option(command)
    return command


@click.command(short_help="Keep something from being purged.")
@_what
@click.option(
    "--reason",
    metavar="TEXT",
    required=True,
    help=f"Why, at most {MAX_NOTE} characters. It is kept: no phone number in it.",
)
@places
def add(code: str | None, phone: str | None, message_id: str | None, reason: str) -> None:
    """Keep texts from being purged until `hold remove`, also those that come later.

    Say what: one of --code, --phone, --message. By --code the dossier's other number is held too. A
    phone is written down as its keyed hash. Nothing that was purged comes back. It is written down
    with your name.
    """
    settings = load_settings()
    require_store(settings)
    for kind, value in _targets(settings, code, phone, message_id):
        held = _act(settings, "add", {"kind": kind, "value": value, "reason": reason})
        click.echo(f"held {kind} {held}")


@click.command(short_help="Let it be purged again.")
@_what
@places
def remove(code: str | None, phone: str | None, message_id: str | None) -> None:
    """Let texts be purged again that were kept from it by `hold add`.

    The next purge takes those that are old enough. Say what, as `hold list` shows it; by --code
    only this number is released. It is written down with your name.
    """
    settings = load_settings()
    require_store(settings)
    first, *others = _targets(settings, code, phone, message_id)
    held = asyncio.run(_held(settings)) if phone is not None else set()
    meant = [target for target in (first, *others) if target in held] or [first]
    for kind, value in meant:
        released = _act(settings, "remove", {"kind": kind, "value": value})
        click.echo(f"released {kind} {released}")


async def _held(settings: Settings) -> Collection[Target]:
    async with open_reading(settings.store_at) as reading:
        return {(hold.kind, hold.value) for hold in await reading.retention.holds()}


def _targets(
    settings: Settings, code: str | None, phone: str | None, message_id: str | None
) -> Sequence[Target]:
    """What is meant, the first one as it was said."""
    said = [option for option in (code, phone, message_id) if option is not None]
    if len(said) != 1:
        message = "say what is held: one of --code, --phone, --message"
        raise click.UsageError(message)
    if phone is not None:
        # Texts may have been written by each of the keys.
        return [(HoldKind.NUMBER, number) for number in number_hashes(settings, phone)]
    if message_id is not None:
        return [(HoldKind.MESSAGE, message_id)]
    key = canonical_key(code or "")
    others, why = other_numbers(settings, key)
    if why:
        told = f"the dossiers cannot be asked ({why}): only this very number is meant"
        click.echo(f"sms-gateway: {told}", err=True)
    return [(HoldKind.CODE, number) for number in dict.fromkeys([key, *(n for n, _ in others)])]


def _act(settings: Settings, act: str, said: Mapping[str, str]) -> str:
    """Do it; what is held or released now, as it is written down."""

    def through(service: RunningService) -> str:
        return str(service.ask("POST", f"/holds/{act}", said)["value"])

    async def directly() -> str:
        clock = SystemClock()
        async with open_own_store(settings, clock) as store:
            holds = Holds(store.retention, clock.now)
            kind, value = HoldKind(said["kind"]), said["value"]
            if act == "add":
                return (await holds.add(kind, value, said["reason"], myself())).value
            return (await holds.remove(kind, value, myself())).value

    return change(settings, through, directly)
