"""Copies of dossiers that ended long ago go; those that somebody needs stay."""

import asyncio
from collections.abc import Collection, Coroutine, Sequence
from datetime import datetime
from typing import Any, TypeVar

import pytest

from sms_gateway.domain.ids import CanonicalKey, DossierId
from sms_gateway.domain.retention import PURGE_ACT, EndedCase
from sms_gateway.ports import CasesDownError
from sms_gateway.retention.cuts import Cuts
from sms_gateway.retention.dossiers import DossierPurge
from sms_gateway.retention.purge import Around, Purge
from tests.parts import START
from tests.retention.retention_desk import Shelf
from tests.virtual_time import VirtualClock


class Kept:
    """Copies, two to a page, and who needs which of them."""

    def __init__(self, count: int = 5) -> None:
        self.cases = [one(n) for n in range(1, count + 1)]
        self.ids: set[DossierId] = set()
        self.keys: set[CanonicalKey] = set()
        self.forgotten: list[DossierId] = []
        self.down = False
        self.pages = 99

    async def ended(self, before: datetime, after: int) -> Sequence[EndedCase]:
        self.pages -= 1
        if self.down or self.pages < 0:
            raise CasesDownError("down")  # noqa: EM101  # a word
        assert before == START
        return [case for case in self.cases if case.place > after][:2]

    async def forget(self, ids: Sequence[DossierId], before: datetime) -> int:
        assert before == START
        self.forgotten += ids
        return len(ids)

    async def needed(
        self, ids: Sequence[DossierId], keys: Sequence[CanonicalKey]
    ) -> tuple[Collection[DossierId], Collection[CanonicalKey]]:
        return self.ids & set(ids), self.keys & set(keys)


def one(number: int, *, ripe: bool = True) -> EndedCase:
    keys = (CanonicalKey(f"H{number}"), CanonicalKey(f"R{number}"))
    return EndedCase(number, DossierId(f"H-{number}"), keys, ripe)


@pytest.fixture
def kept() -> Kept:
    return Kept()


T = TypeVar("T")


async def in_time(clock: VirtualClock, work: Coroutine[Any, Any, T]) -> T:
    """What comes of something that rests now and then."""
    task = asyncio.create_task(work)
    await clock.advance(60)
    return await task


async def purged(kept: Kept) -> list[int]:
    """How many went, page by page."""
    clock, told = VirtualClock(), list[int]()

    async def forgotten(count: int) -> None:
        told.append(count)

    with clock.ruling():
        purge = DossierPurge(kept, kept, clock)
        await in_time(clock, purge.run(START, lambda: True, forgotten))
    return told


async def test_all_that_are_ripe_go_page_by_page(kept: Kept) -> None:
    kept.cases[1] = one(2, ripe=False)
    assert await purged(kept) == [1, 2, 1]
    assert kept.forgotten == ["H-1", "H-3", "H-4", "H-5"]


async def test_what_somebody_needs_stays_by_its_id_or_by_either_number(kept: Kept) -> None:
    kept.ids, kept.keys = {DossierId("H-1")}, {CanonicalKey("H2"), CanonicalKey("R3")}
    assert await purged(kept) == [1, 1]
    assert kept.forgotten == ["H-4", "H-5"]


async def test_they_can_be_counted_only(kept: Kept) -> None:
    clock = VirtualClock()
    with clock.ruling():
        assert await in_time(clock, DossierPurge(kept, kept, clock).count(START)) == 5
    assert kept.forgotten == []


async def whole(kept: Kept, around: Around | None = None) -> tuple[int, list[object]]:
    """How many a purge of everything counts, and what the audit says that it is about."""
    clock = VirtualClock()
    with clock.ruling():
        shelf = Shelf(clock)
        purge = Purge(shelf, clock, DossierPurge(kept, kept, clock))
        cuts = Cuts(START, START, START, START)
        done = await in_time(clock, purge.run(cuts, "os:an", around or Around()))
    acts = [said for said in shelf.told if said[0] == PURGE_ACT]
    return done.counts.dossiers, [said[-2] for said in acts]


async def test_a_purge_counts_them_and_tells_the_audit(kept: Kept) -> None:
    number, told = await whole(kept)
    assert number == 5
    assert told[1:] == ["dossiers that ended before 2026-11-23T03:15:00+00:00"]


async def test_what_was_forgotten_before_the_dossiers_went_down_is_counted(kept: Kept) -> None:
    kept.pages = 2
    assert (await whole(kept))[0] == 4


async def test_dossiers_that_cannot_be_read_keep_no_text_from_being_purged(kept: Kept) -> None:
    kept.down = True
    number, told = await whole(kept)
    assert (number, kept.forgotten, len(told)) == (0, [], 2)


async def test_a_purge_that_is_stopped_leaves_them_for_the_next_one(kept: Kept) -> None:
    number, _ = await whole(kept, Around(goes_on=lambda: False))
    assert (number, kept.forgotten) == (0, [])
