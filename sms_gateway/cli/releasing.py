"""What `resume` without a door does: let go what a restored copy holds back."""

import asyncio
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import click

from sms_gateway.cli.changing import RunningService, change, myself, open_commands
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.output import local
from sms_gateway.clock import SystemClock
from sms_gateway.commands import NOTHING_HELD, CommandError
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.restores import Released, RestoreHold
from sms_gateway.settings import Settings
from sms_gateway.store.opening import open_reading


def release(*, ask: bool) -> None:
    """Show what is held back, ask, let it go, and say what became of it.

    Raises:
        CommandError: nothing is held back.
        Fault, LockHeldError, and what opening the store raises.
    """
    settings = load_settings()
    require_store(settings)
    hold = asyncio.run(_hold(settings))
    if hold is None:
        raise CommandError(NOTHING_HELD)
    for line in _shown(hold, settings):
        click.echo(line)
    if ask and not click.confirm("Let them go?"):
        raise CommandError(_LEFT)
    done = change(settings, _through, lambda: _directly(settings))
    told = f"released: {done.queued} to be sent, {done.expired} expired, {done.uncertain} uncertain"
    click.echo(told)


_LEFT = "nothing was let go: everything is held as before"


async def _hold(settings: Settings) -> RestoreHold | None:
    async with open_reading(settings.store_at) as reading:
        return await reading.restore_hold(SystemClock().now())


def _shown(hold: RestoreHold, settings: Settings) -> Sequence[str]:
    zone = ZoneInfo(settings.gateway.timezone)
    since, copied_at = local(hold.since, zone), local(hold.copied_at, zone)
    return (
        f"restored   {since} by {hold.by}, a copy of {copied_at}",
        f"valid      {hold.queued} replies will be sent",
        f"too old    {hold.too_old} replies will be ended as expired",
        f"sending    {hold.sending} replies will be uncertain",
    )


def _through(service: RunningService) -> Released:
    answer = service.ask("POST", "/restore/release")
    doors = tuple(DoorName(door) for door in answer["doors"])
    return Released(answer["queued"], answer["expired"], answer["uncertain"], doors)


async def _directly(settings: Settings) -> Released:
    async with open_commands(settings) as commands:
        return await commands.release(myself())
