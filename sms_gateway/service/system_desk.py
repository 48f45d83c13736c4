"""How the gateway itself does, as the console reaches it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sms_gateway.console.system_desk import CasesSeen, CopiesSeen, SystemDesk, SystemFacts
from sms_gateway.intake.case_watch import CaseWatch
from sms_gateway.ports import Clock
from sms_gateway.service.copies import CopiesWatch
from sms_gateway.service.surroundings import Surroundings
from sms_gateway.settings import Explained, Settings, SettingsError, explain, load
from sms_gateway.sql.migrations import load_migrations
from sms_gateway.store.postgres.opening import SCHEMA
from sms_gateway.store.sqlite.opening import MIGRATIONS
from sms_gateway.store.store import SqlStore


@dataclass(frozen=True, slots=True)
class Watched:
    """The loops that know how things are."""

    cases: CaseWatch
    copies: CopiesWatch
    surroundings: Surroundings


def system_desk(settings: Settings, store: SqlStore, watched: Watched, clock: Clock) -> SystemDesk:
    """All that the page reaches."""

    def copies() -> CopiesSeen | None:
        last = watched.copies.last
        if last is None:
            return None
        return CopiesSeen(
            last.replica_age if settings.replica.url else None,
            last.backup_age if settings.backup_path is not None else None,
        )

    return SystemDesk(
        figures=store.figures,
        nodes=store.reading.nodes,
        purge=store.retention.state,
        cases=lambda: CasesSeen(watched.cases.failing, watched.cases.answered_at),
        copies=copies,
        disk=lambda: watched.surroundings.free_and_total,
        facts=kept_facts(settings),
        started_at=clock.now(),
    )


def kept_facts(settings: Settings) -> Callable[[], Awaitable[SystemFacts]]:
    """What files say, read in a thread when it is asked for first."""
    kept: list[SystemFacts] = []

    async def facts() -> SystemFacts:
        if not kept:
            kept.append(await asyncio.to_thread(_facts, settings))
        return kept[0]

    return facts


def _facts(settings: Settings) -> SystemFacts:
    return SystemFacts(schema_of(settings), changed(settings))


def schema_of(settings: Settings) -> str:
    """Which store, and the version of its tables: a gateway runs with no other one."""
    if isinstance(settings.store_at, Path):
        return f"SQLite {len(load_migrations(MIGRATIONS))}"
    return f"PostgreSQL {len(load_migrations(SCHEMA))}"


def changed(settings: Settings) -> Sequence[Explained]:
    """The settings that differ from those that came with the gateway; secrets as `***`."""
    try:
        shipped = load(settings.shipped_dir, settings.data_path, {}, settings.root)
    except SettingsError:
        return explain(settings)
    known = {one.key: one.shown for one in explain(shipped)}
    return [one for one in explain(settings) if known.get(one.key) != one.shown]
