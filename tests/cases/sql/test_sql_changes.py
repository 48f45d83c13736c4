"""Somebody else's database, asked for what changed: the same on PostgreSQL and on MariaDB."""

import asyncio

from sms_gateway.cases.embedded.fields import Field
from sms_gateway.cases.remote import Away, Told
from tests.cases.sql.conftest import Office
from tests.virtual_time import VirtualClock

BEFORE = "2026-11-23T02:00:00+00:00|"
"""A cursor of nine in the morning there; the clock of the tests stands at a quarter past ten."""


def at(clock: str) -> str:
    return f"2026-11-23 {clock}"


def codes_of(told: Told | Away) -> list[str]:
    assert isinstance(told, Told), told
    return [record.texts[Field.ID] for record in told.records]


async def test_changes_come_in_their_order_and_the_cursor_goes_on_behind_them(
    either: Office,
) -> None:
    await asyncio.to_thread(either.put, "B", 4, at("09:30:00"))
    await asyncio.to_thread(either.put, "A", 4, at("09:40:00.5"))
    await asyncio.to_thread(either.put, "OLD", 4, at("08:00:00"))
    async with either.asked(overlap_s=0) as remote:
        told = await remote.changed(BEFORE, 10)
        assert codes_of(told) == ["B", "A"]
        assert isinstance(told, Told)
        assert (told.cursor, told.more) == ("2026-11-23T02:40:00.500000+00:00|A", False)
        again = await remote.changed(told.cursor, 10)
        assert again == Told((), told.cursor)
        await asyncio.to_thread(either.put, "B", 9, at("09:50:00"))
        assert codes_of(await remote.changed(told.cursor, 10)) == ["B"]


async def test_without_a_cursor_it_begins_with_the_present(either: Office) -> None:
    await asyncio.to_thread(either.put, "A", 4, at("09:30:00"))
    async with either.asked() as remote:
        told = await remote.changed("", 10)
        assert told == Told((), "2026-11-23T03:15:00+00:00|")
        await asyncio.to_thread(either.put, "B", 4, at("10:16:00"))
        assert isinstance(told, Told)
        assert codes_of(await remote.changed(told.cursor, 10)) == ["B"]


async def test_many_changes_of_one_moment_come_page_by_page_each_once(either: Office) -> None:
    codes = [f"C{n:02}" for n in range(25)]
    for code in codes:
        await asyncio.to_thread(either.put, code, 4, at("09:30:00"))
    found: list[str] = []
    async with either.asked(overlap_s=0) as remote:
        told = await remote.changed(BEFORE, 10)
        found += codes_of(told)
        while isinstance(told, Told) and told.more:
            told = await remote.changed(told.cursor, 10)
            found += codes_of(told)
    assert found == codes


async def test_a_select_that_cannot_go_on_within_a_moment_says_so(either: Office) -> None:
    plain = (
        "SELECT ma_ho_so, trang_thai, cap_nhat FROM ho_so WHERE cap_nhat >= :since "
        "ORDER BY cap_nhat, ma_ho_so LIMIT :limit"
    )
    for code in ("A", "B", "C"):
        await asyncio.to_thread(either.put, code, 4, at("09:30:00"))
    async with either.asked(by_time=plain, overlap_s=0) as remote:
        told = await remote.changed(BEFORE, 2)
        assert isinstance(told, Told)
        stuck = await remote.changed(told.cursor, 2)
    assert isinstance(stuck, Away)
    assert stuck.reason == "stuck"


async def test_what_was_stamped_earlier_and_written_late_is_still_read(either: Office) -> None:
    await asyncio.to_thread(either.put, "A", 4, at("09:30:00"))
    async with either.asked(overlap_s=60) as remote:
        told = await remote.changed(BEFORE, 10)
        assert isinstance(told, Told)
        await asyncio.to_thread(either.put, "LATE", 4, at("09:29:10"))
        assert codes_of(await remote.changed(told.cursor, 10)) == ["LATE", "A"]


async def test_when_nothing_new_has_come_for_so_long_nothing_is_read_again(
    either: Office,
) -> None:
    await asyncio.to_thread(either.put, "A", 4, at("09:30:00"))
    clock = VirtualClock()
    async with either.asked(overlap_s=60, clock=clock) as remote:
        told = await remote.changed(BEFORE, 10)
        assert isinstance(told, Told)
        for seconds, wanted in ((59, ["A"]), (2, ["A"]), (1, [])):
            await clock.advance(seconds)
            assert codes_of(await remote.changed(told.cursor, 10)) == wanted
        await asyncio.to_thread(either.put, "B", 4, at("09:31:00"))
        told = await remote.changed(told.cursor, 10)
        assert codes_of(told) == ["B"]
        assert isinstance(told, Told)
        assert codes_of(await remote.changed(told.cursor, 10)) == ["A", "B"]


async def test_a_column_without_a_moment_is_told(either: Office) -> None:
    texts = (
        "SELECT ma_ho_so, trang_thai, ten_chu_ho_so AS cap_nhat FROM ho_so "
        "WHERE cap_nhat >= :since ORDER BY ma_ho_so LIMIT :limit"
    )
    await asyncio.to_thread(either.put, "A", 4, at("09:30:00"), ten_chu_ho_so="Nguyen Van A")
    async with either.asked(by_time=texts) as remote:
        told = await remote.changed(BEFORE, 10)
    assert isinstance(told, Away)
    assert told.reason == "timeless"
    assert "Nguyen" not in repr(told)


async def test_a_column_of_utc_is_read_as_utc(either: Office) -> None:
    await asyncio.to_thread(either.put, "A", 4, at("02:30:00"))
    async with either.asked(time_kind="utc", overlap_s=0) as remote:
        told = await remote.changed(BEFORE, 10)
    assert isinstance(told, Told)
    assert told.cursor == "2026-11-23T02:30:00+00:00|A"


async def test_a_date_in_the_future_hides_no_later_change(either: Office) -> None:
    async with either.asked() as remote:
        await asyncio.to_thread(either.put, "A", 4, at("09:30:00"))
        await asyncio.to_thread(either.put, "WRONG", 4, "2062-11-23 10:20:00")
        told = await remote.changed(BEFORE, 10)
        assert codes_of(told) == ["A", "WRONG"]
        assert isinstance(told, Told)
        assert told.cursor == "2026-11-23T02:30:00+00:00|A"
        await asyncio.to_thread(either.put, "B", 9, at("09:40:00"))
        assert codes_of(await remote.changed(told.cursor, 10)) == ["A", "B", "WRONG"]


async def test_a_page_of_nothing_but_the_future_leads_to_the_next_and_the_round_ends_before_it(
    either: Office,
) -> None:
    for code in ("W1", "W2", "W3"):
        await asyncio.to_thread(either.put, code, 4, "2062-11-23 10:20:00")
    async with either.asked() as remote:
        first = await remote.changed(BEFORE, 2)
        assert codes_of(first) == ["W1", "W2"]
        assert isinstance(first, Told)
        last = await remote.changed(first.cursor, 2)
        assert codes_of(last) == ["W3"]
        assert isinstance(last, Told)
        assert (last.cursor, last.more) == (BEFORE, False)
    async with either.asked() as restarted:
        await asyncio.to_thread(either.put, "B", 9, at("10:16:00"))
        assert codes_of(await restarted.changed(first.cursor, 2)) == ["B", "W1"]


async def test_changes_without_an_order_are_told_and_pass_none_by(either: Office) -> None:
    backwards = (
        "SELECT ma_ho_so, trang_thai, cap_nhat FROM ho_so WHERE cap_nhat >= :since "
        "ORDER BY cap_nhat DESC LIMIT :limit"
    )
    for minute, code in enumerate(("A", "B", "C")):
        await asyncio.to_thread(either.put, code, 4, at(f"09:3{minute}:00"))
    async with either.asked(by_time=backwards) as remote:
        told = await remote.changed(BEFORE, 2)
    assert isinstance(told, Away)
    assert told.reason == "unordered"
