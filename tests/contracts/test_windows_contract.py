"""Incident windows, and the causes of late dossiers, in every store."""

from datetime import timedelta

from msgspec.structs import replace

from sms_gateway.domain.ids import DossierId, WindowId
from sms_gateway.domain.windows import (
    EndResult,
    GivenCause,
    IncidentWindow,
    WindowAnnounced,
    WindowEnd,
)
from tests.contracts.purge_desk import store
from tests.contracts.store_desk import Desk
from tests.parts import START

HOUR = timedelta(hours=1)
BROKEN = IncidentWindow(
    WindowId("w1"), START, None, "sự cố máy chủ", "818/SNgV-VP", planned=False, stops=True,
    made_at=START + HOUR, by="os:an",
)  # fmt: skip
PLANNED = replace(
    BROKEN, id=WindowId("w2"), starts_at=START + 9 * HOUR, ends_at=START + 12 * HOUR,
    cause="nâng cấp", document="", planned=True, stops=False,
)  # fmt: skip
LATE, OTHER = DossierId("d1"), DossierId("d2")


async def test_windows_are_read_back_as_they_were_written_the_newest_first(desk: Desk) -> None:
    windows = store(desk).windows
    await windows.add(BROKEN)
    await windows.add(PLANNED)
    assert list(await windows.windows()) == [PLANNED, BROKEN]
    assert list(await store(desk).reading.windows()) == [PLANNED, BROKEN]


async def test_an_open_window_ends_when_somebody_says_so_and_its_end_can_be_set_right(
    desk: Desk,
) -> None:
    windows = store(desk).windows
    await windows.add(BROKEN)
    now = START + 5 * HOUR
    assert await windows.end(WindowEnd(BROKEN.id, None, now, "os:binh")) is EndResult.ENDED
    ended = replace(BROKEN, ends_at=now, ended_by="os:binh")
    assert list(await windows.windows()) == [ended]
    right = WindowEnd(BROKEN.id, START + HOUR, now, "os:an")
    assert await windows.end(right) is EndResult.ENDED
    assert (await windows.windows())[0].ends_at == START + HOUR


async def test_a_window_that_has_not_begun_is_called_off_by_its_end(desk: Desk) -> None:
    windows = store(desk).windows
    await windows.add(PLANNED)
    assert await windows.end(WindowEnd(PLANNED.id, None, START, "os:an")) is EndResult.ENDED
    assert (await windows.windows())[0].called_off


async def test_no_window_ends_before_it_begins_nor_one_that_is_not_there(desk: Desk) -> None:
    windows = store(desk).windows
    await windows.add(BROKEN)
    early = WindowEnd(BROKEN.id, START - HOUR, START, "os:an")
    assert await windows.end(early) is EndResult.BEFORE_IT_BEGINS
    none = WindowEnd(WindowId("none"), None, START, "os:an")
    assert await windows.end(none) is EndResult.UNKNOWN
    assert list(await windows.windows()) == [BROKEN]


async def test_that_citizens_were_told_is_noted(desk: Desk) -> None:
    windows = store(desk).windows
    await windows.add(PLANNED)
    told = WindowAnnounced(PLANNED.id, "trang thông tin, niêm yết", START, "os:an")
    assert await windows.announced(told)
    assert not await windows.announced(replace(told, id=WindowId("none")))
    (kept,) = await windows.windows()
    assert (kept.announced_at, kept.announced_by, kept.announced_where) == (
        START, "os:an", "trang thông tin, niêm yết",
    )  # fmt: skip


async def test_a_newer_cause_stands_beside_those_that_were_given_before(desk: Desk) -> None:
    windows = store(desk).windows
    first = GivenCause(LATE, BROKEN.id, "", "", START, "os:an")
    newer = GivenCause(LATE, None, "mất điện", "cả tầng", START + HOUR, "os:binh")
    other = GivenCause(OTHER, BROKEN.id, "", "", START, "os:an")
    await windows.give([first, other])
    await windows.give([newer])
    await windows.give([first])
    assert list(await windows.late_causes()) == [first, newer, first, other]
    assert list(await store(desk).reading.late_causes()) == [first, newer, first, other]


async def test_each_act_on_a_window_is_audited_with_its_name(desk: Desk) -> None:
    windows = store(desk).windows
    await windows.add(BROKEN)
    await windows.end(WindowEnd(BROKEN.id, START + HOUR, START + HOUR, "os:binh"))
    await windows.end(WindowEnd(WindowId("none"), None, START, "os:an"))
    await windows.announced(WindowAnnounced(BROKEN.id, "web", START, "os:an"))
    await windows.give([GivenCause(LATE, BROKEN.id, "", "", START, "os:an")])
    rows = await desk.rows("SELECT act, by, subject FROM audit ORDER BY id")
    assert rows == [
        ("windows.add", "os:an", "w1"),
        ("windows.end", "os:binh", "w1"),
        ("windows.announce", "os:an", "w1"),
        ("windows.cause", "os:an", "d1"),
    ]
