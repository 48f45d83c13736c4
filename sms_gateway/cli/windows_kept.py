"""Incident windows and causes, as the message store keeps them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from secrets import randbits

from sms_gateway.cli.changing import RunningService, change, myself, open_own_store
from sms_gateway.cli.group import Fault
from sms_gateway.cli.opened import stored
from sms_gateway.clock import SystemClock
from sms_gateway.domain.uuid7 import Uuid7
from sms_gateway.domain.windows import GivenCause, IncidentWindow
from sms_gateway.settings import Settings
from sms_gateway.store.opening import open_reading
from sms_gateway.windows.acts import MOST_CAUSES, NO_SUCH_WINDOW, Wanted, WindowActs


@dataclass(frozen=True, slots=True)
class Kept:
    """All that is kept of windows."""

    windows: Sequence[IncidentWindow] = ()
    causes: Sequence[GivenCause] = ()


def windows_kept(settings: Settings) -> Kept:
    """All of it; nothing where there is no message store yet.

    Raises:
        StoreDownError, and what opening the store raises.
    """
    if not stored(settings):
        return Kept()
    return asyncio.run(_read(settings))


async def _read(settings: Settings) -> Kept:
    async with open_reading(settings.store_at) as reading:
        return Kept(await reading.windows(), await reading.late_causes())


def window_named(settings: Settings, name: str) -> IncidentWindow:
    """The window of that id.

    Raises:
        Fault: there is none.
    """
    wanted = name.strip().lower()
    for one in windows_kept(settings).windows:
        if one.id == wanted:
            return one
    raise Fault(NO_SUCH_WINDOW)


def add_window(settings: Settings, wanted: Wanted) -> str:
    """Write a window down, through the service or directly; its id. Raises what `change` raises."""

    def through(service: RunningService) -> str:
        said = {
            "starts_at": wanted.starts_at.isoformat(), **_ends(wanted.ends_at),
            "cause": wanted.cause, "document": wanted.document,
            "planned": _flag(told=wanted.planned), "stops": _flag(told=wanted.stops),
        }  # fmt: skip
        return str(service.ask("POST", "/windows/add", said)["window"])

    async def directly() -> str:
        async with _acts(settings) as acts:
            return await acts.add(wanted, myself())

    return change(settings, through, directly)


def end_window(settings: Settings, window: str, ends_at: datetime | None) -> None:
    """End a window, now or at a moment. Raises what `change` raises."""

    def through(service: RunningService) -> None:
        said = {"window": window, **_ends(ends_at)}
        service.ask("POST", "/windows/end", said)

    async def directly() -> None:
        async with _acts(settings) as acts:
            await acts.end(window, ends_at, myself())

    change(settings, through, directly)


def note_announced(settings: Settings, window: str, where: str) -> None:
    """Note that citizens were told of a window. Raises what `change` raises."""

    def through(service: RunningService) -> None:
        service.ask("POST", "/windows/announced", {"window": window, "where": where})

    async def directly() -> None:
        async with _acts(settings) as acts:
            await acts.announced(window, where, myself())

    change(settings, through, directly)


def give_cause(
    settings: Settings, dossiers: Sequence[str], window: str, cause: str, note: str
) -> int:
    """Give dossiers a cause, some at a time; how many. Raises what `change` raises."""
    pages = [dossiers[at : at + MOST_CAUSES] for at in range(0, len(dossiers), MOST_CAUSES)]

    def through(service: RunningService) -> int:
        said = {"window": window, "cause": cause, "note": note}
        return sum(
            service.ask("POST", "/windows/cause", {"dossiers": "\n".join(page), **said})["given"]
            for page in pages
        )

    async def directly() -> int:
        async with _acts(settings) as acts:
            given = [await acts.give(page, window, cause, note, myself()) for page in pages]
            return sum(given)

    return change(settings, through, directly)


@asynccontextmanager
async def _acts(settings: Settings) -> AsyncIterator[WindowActs]:
    clock = SystemClock()
    async with open_own_store(settings, clock) as store:
        yield WindowActs(store.windows, clock.now, Uuid7(clock.milliseconds, randbits))


def _ends(moment: datetime | None) -> dict[str, str]:
    return {"ends_at": moment.isoformat()} if moment else {}


def _flag(*, told: bool) -> str:
    return "yes" if told else "no"
