"""Purges and holds through the control socket of a running service."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sms_gateway.cli.changing import Answer, RunningService, running_service
from sms_gateway.commands import CommandError
from sms_gateway.domain.retention import (
    PURGE_ACT,
    HoldKind,
    LegallyHeld,
    Lifted,
    PurgeBatch,
    PurgedBatch,
    Walk,
)
from sms_gateway.retention.cuts import cuts_of
from sms_gateway.retention.holds import Holds
from sms_gateway.retention.purge import Purge
from sms_gateway.settings.sections import Sections
from sms_gateway.web.control import build_control, open_control
from sms_gateway.web.retention import Retaining, add_retention
from tests.cli.control_desk import ME, MESSAGE, NOW, House
from tests.retention.retention_desk import Shelf
from tests.virtual_time import VirtualClock


class Quick(VirtualClock):
    """A clock for which no rest takes any time."""

    async def sleep(self, seconds: float) -> None:
        assert seconds
        await asyncio.sleep(0)


@asynccontextmanager
async def opened(folder: Path, shelf: Shelf) -> AsyncIterator[RunningService]:
    app = build_control(House().controls())
    purge, holds = Purge(shelf, Quick()), Holds(shelf, lambda: NOW)
    add_retention(app, Retaining(purge, holds, lambda until: cuts_of(Sections(), NOW, until)))
    async with open_control(app, folder):
        service = await asyncio.to_thread(running_service, folder)
        assert service is not None
        yield service


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(VirtualClock())


async def purge(service: RunningService, until: datetime | None = None) -> list[Answer]:
    body = json.dumps({"until": until and until.isoformat()}).encode()
    return await asyncio.to_thread(lambda: list(service.stream("POST", "/purge", iter([body]))))


async def test_a_purge_tells_its_progress_and_ends_with_its_counts(
    tmp_path: Path, shelf: Shelf
) -> None:
    async with opened(tmp_path, shelf) as service:
        *steps, last = await purge(service)
    assert steps
    assert all(set(step) == {"done", "of"} for step in steps)
    counts = {
        "texts": 7,
        "messages": 0,
        "reports": 0,
        "refused": 0,
        "audit": 0,
        "left": 0,
        "notices": 0,
        "subscriptions": 0,
        "surveys": 0,
        "complaints": 0,
        "dossiers": 0,
    }
    assert last == {"report": {"counts": counts, "scrubbed": True}}
    act, _at, by, *_ = shelf.told[0]
    assert (act, by) == (PURGE_ACT, ME)


async def test_only_what_is_older_than_a_day_that_is_named_goes(
    tmp_path: Path, shelf: Shelf
) -> None:
    until = datetime(2024, 1, 1, tzinfo=UTC)
    async with opened(tmp_path, shelf) as service:
        await purge(service, until)
        assert {one[1] for one in shelf.told if one[0] in list(Walk)} == {until}
        shelf.told.clear()
        with pytest.raises(CommandError, match="name an earlier day"):
            await purge(service, NOW - timedelta(days=1))
    assert shelf.told == []


async def test_a_purge_that_cannot_write_says_so(tmp_path: Path, shelf: Shelf) -> None:
    shelf.down = True
    async with opened(tmp_path, shelf) as service:
        with pytest.raises(CommandError, match="look at its disk"):
            await purge(service)


class Endless(Shelf):
    """Never empty."""

    def __init__(self) -> None:
        super().__init__(VirtualClock())
        self.batches = {Walk.TEXTS: 1 << 60}
        self.begun = asyncio.Event()

    async def purge(self, batch: PurgeBatch) -> PurgedBatch:
        self.begun.set()
        return await super().purge(batch)


async def test_a_second_purge_is_refused_and_a_stop_of_the_service_cuts_the_first_one_off(
    tmp_path: Path,
) -> None:
    shelf = Endless()
    async with opened(tmp_path, shelf) as service:
        first = asyncio.create_task(purge(service))
        await shelf.begun.wait()
        with pytest.raises(CommandError, match="a purge is under way"):
            await purge(service)
    assert "report" not in (await first)[-1]
    assert "end" not in {one[0] for one in shelf.told}


async def test_who_goes_away_cuts_the_purge_off(tmp_path: Path) -> None:
    shelf = Endless()
    async with opened(tmp_path, shelf) as service:

        def begun() -> Answer:
            body = iter([b'{"until": null}'])
            return next(iter(service.stream("POST", "/purge", body)))

        assert "done" in await asyncio.to_thread(begun)
        while True:
            try:
                shelf.batches[Walk.TEXTS] = 0
                await purge(service)
            except CommandError:
                continue
            break


async def test_holds_are_added_and_removed_in_the_name_of_who_called(
    tmp_path: Path, shelf: Shelf
) -> None:
    shelf.says = LegallyHeld(HoldKind.MESSAGE, MESSAGE)
    shelf.says_of_release = Lifted(HoldKind.MESSAGE, MESSAGE)
    said = {"kind": "message", "value": MESSAGE}
    async with opened(tmp_path, shelf) as service:
        added = await asyncio.to_thread(
            service.ask, "POST", "/holds/add", {**said, "reason": "court"}
        )
        removed = await asyncio.to_thread(service.ask, "POST", "/holds/remove", said)
    assert added == removed == said
    assert [(order.by, order.at) for (order,) in shelf.told] == [(ME, NOW)] * 2  # type: ignore[attr-defined]  # orders


async def test_a_hold_that_cannot_be_is_told_in_one_line(tmp_path: Path, shelf: Shelf) -> None:
    said = {"kind": "message", "value": MESSAGE, "reason": "court"}
    async with opened(tmp_path, shelf) as service:
        with pytest.raises(CommandError, match="held already"):
            await asyncio.to_thread(service.ask, "POST", "/holds/add", said)
