"""Dossiers that ended long ago are found and forgotten, with all that is kept of them."""

from dataclasses import replace
from datetime import timedelta

from sms_gateway.cases.embedded import open_embedded
from sms_gateway.cases.embedded.rows import Row
from sms_gateway.cases.embedded.tables import Location
from sms_gateway.domain.dossier import State
from tests.cases.embedded.exports import NOW, Rows, SetClock, many, table

DAY = timedelta(days=1)


def came(row: Row, state: State, days: int) -> Row:
    """A dossier that came to a state so many days ago."""
    return replace(row, state=int(state), state_at=round((NOW - days * DAY).timestamp() * 1000))


async def test_only_what_ended_and_was_left_alone_for_so_long_is_ripe(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    one, two, three, four = many(rows_of, 4)
    async with open_embedded(at, clock) as directory:
        clock.moment = NOW - 10 * DAY
        told = [
            came(one, State.RETURNED, 20),
            came(two, State.PROCESSING, 20),
            came(three, State.STOPPED, 2),
        ]
        await directory.learn(told, "sql")
        clock.moment = NOW
        await directory.learn([came(four, State.FINISHED, 20)], "sql")
        before = NOW - 5 * DAY
        page = await directory.ended(before, 0)
        assert [(case.id, case.ripe) for case in page] == [
            (one.id, True), (two.id, False), (three.id, False), (four.id, False),
        ]  # fmt: skip
        assert page[0].keys == ("H3226000000", "R000000")
        assert [case.id for case in await directory.ended(before, page[1].place)] == [
            three.id,
            four.id,
        ]
        assert await directory.forget([case.id for case in page], before) == 1
        assert await directory.count() == 3
        assert await directory.show(one.id) == []
    assert len(await table(at, "dossier_state")) == 3
    assert len(await table(at, "dossier_number")) == 6


async def test_a_feed_goes_on_where_it_was_though_its_newest_dossier_is_forgotten(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    (row,) = many(rows_of, 1)
    async with open_embedded(at, clock) as directory:
        await directory.learn([came(row, State.RETURNED, 20)], "sql")
        (seen,) = await directory.changes(0, 10, "changes")
        clock.moment = NOW + DAY
        assert await directory.forget([seen.case.dossier.id], clock.moment) == 1
        assert await directory.head() == seen.number
        await directory.learn([came(row, State.RETURNED, 20)], "sql")
        assert [one.number for one in await directory.changes(seen.number, 10)] == [seen.number + 1]
