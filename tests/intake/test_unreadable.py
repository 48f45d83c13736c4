"""A call of several texts of which some cannot be read: the good ones in, the bad ones kept."""

import pytest

from sms_gateway.ports import Stored, StoreDownError, Unreadable
from tests.intake.intake_desk import PUSHING, IntakeDesk

BAD = Unreadable("field sender is missing", b'{"text":"MCKH 1"}')
OTHER = Unreadable("field text is missing", b'{"from":"0900000001"}')


async def kept(desk: IntakeDesk) -> list[tuple[str, bytes, int]]:
    """What stands in the table of the refused, by the texts that came with it."""
    rows = [row for mo in await desk.rows() for row in (await desk.line(mo.id)).refused]
    return [(one.row.reason, one.request, one.row.times) for one in rows]


async def test_the_good_ones_are_written_down_and_the_bad_one_is_kept(desk: IntakeDesk) -> None:
    taken = await desk.accept(BAD, desk.mo(), desk.mo(), door=PUSHING)
    assert [type(result) for result in taken.results] == [Stored, Stored]
    assert taken.unreadable == 1
    await desk.clock.settled()
    assert await desk.ends() == ["answered:S4"] * 2
    found = await kept(desk)
    # Both texts came with it, so the timeline of each shows it.
    assert set(found) == {(BAD.detail, BAD.raw, 1)}


async def test_a_repeated_call_keeps_nothing_twice(desk: IntakeDesk) -> None:
    good = desk.mo()
    taken = [await desk.accept(good, BAD, OTHER, door=PUSHING) for _ in range(3)]
    assert [(one.duplicates, one.unreadable) for one in taken] == [(0, 2), (1, 2), (1, 2)]
    assert (await desk.reading.counts()).refused == 2
    assert len(await desk.rows()) == 1


async def test_the_same_bad_one_beside_others_is_kept_once(desk: IntakeDesk) -> None:
    for _ in range(2):
        await desk.accept(desk.mo(), BAD, door=PUSHING)
    assert (await desk.reading.counts()).refused == 1


async def test_the_telco_hears_ok_for_nothing_while_the_bad_one_cannot_be_kept(
    desk: IntakeDesk,
) -> None:
    desk.faults.broken["keep_refused"] = [StoreDownError("SQLITE_FULL")]
    good = desk.mo()
    with pytest.raises(StoreDownError):
        await desk.accept(good, BAD, door=PUSHING)
    taken = await desk.accept(good, BAD, door=PUSHING)
    assert len(taken.results) == 1
    assert (await desk.reading.counts()).refused == 1
    assert len(await desk.rows()) == 1
