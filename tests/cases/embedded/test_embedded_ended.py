"""Dossiers that ended long ago are found and forgotten, with all that is kept of them."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from sms_gateway.cases.embedded import ended, open_embedded
from sms_gateway.cases.embedded.rows import Row
from sms_gateway.cases.embedded.tables import Columns, Location, Statements, Value
from sms_gateway.domain.dossier import State
from sms_gateway.domain.ids import DossierId
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
        await directory.learn(
            [came(one, State.RETURNED, 20), came(two, State.PROCESSING, 20)], "sql"
        )
        clock.moment = NOW - 2 * DAY
        await directory.learn([came(three, State.STOPPED, 2)], "sql")
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


async def test_a_date_of_the_year_2062_keeps_no_dossier_that_ended(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    one, two = many(rows_of, 2)
    future = round((NOW + 36 * 365 * DAY).timestamp() * 1000)
    async with open_embedded(at, clock) as directory:
        clock.moment = NOW - 10 * DAY
        told = [
            came(one, State.RETURNED, -36 * 365),
            replace(came(two, State.FINISHED, 20), finished_at=future, state_at=None),
        ]
        await directory.learn(told, "sql")
        clock.moment = NOW
        before = NOW - 5 * DAY
        page = await directory.ended(before, 0)
        assert [case.ripe for case in page] == [True, True]
        assert await directory.forget([case.id for case in page], before) == 2


async def test_who_forgets_waits_for_his_turn_before_he_touches_a_row(
    at: Location, clock: SetClock, rows_of: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else he and somebody who learns could each hold what the other waits for."""
    (row,) = many(rows_of, 1)
    async with open_embedded(at, clock) as directory:
        await directory.learn([came(row, State.RETURNED, 20)], "sql")
        said: list[str] = []
        seen = Noted(said)
        monkeypatch.setattr(ended, "forget", partial(_noting, ended.forget, seen))
        clock.moment = NOW + DAY
        assert await directory.forget([DossierId(row.id)], clock.moment) == 1
    assert said == ["in_order", "forget_ended"]


class Noted:
    """Statements that note their names and go on."""

    def __init__(self, said: list[str]) -> None:
        self._said = said
        self.tables: Statements

    def transaction(self, *, lasting: bool = False) -> AbstractAsyncContextManager[None]:
        return self.tables.transaction(lasting=lasting)

    async def row(self, name: str, **values: Value) -> Columns | None:
        self._said.append(name)
        return await self.tables.row(name, **values)

    async def rows(self, name: str, **values: Value) -> Sequence[Columns]:
        self._said.append(name)
        return await self.tables.rows(name, **values)

    async def many(self, name: str, rows: Sequence[Columns]) -> None:
        self._said.append(name)
        await self.tables.many(name, rows)

    async def change(self, name: str, **values: Value) -> int:
        self._said.append(name)
        return await self.tables.change(name, **values)


async def _noting(
    forget: Callable[..., Awaitable[int]], seen: Noted, tables: Statements, **more: object
) -> int:
    seen.tables = tables
    return await forget(seen, **more)


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
