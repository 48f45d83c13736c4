"""The dossiers that a report counts, on both dialects."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sms_gateway.cases.embedded import (
    HandledCase,
    ReadRows,
    Row,
    Rules,
    Span,
    handled,
    open_embedded,
    read_file,
)
from sms_gateway.cases.embedded.tables import Location
from sms_gateway.domain.dossier import State
from tests.cases.embedded.exports import Rows, SetClock, many

START = datetime(2026, 10, 1, tzinfo=UTC)
END = datetime(2026, 11, 1, tzinfo=UTC)


def ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


async def read_of(
    at: Location, clock: SetClock, rows: Sequence[Row], span: Span
) -> list[HandledCase]:
    async with open_embedded(at, clock) as directory:
        await directory.import_rows(rows)
        return [case async for page in directory.handled(span) for case in page]


async def test_the_dossiers_of_a_period_come_each_once_page_by_page(
    at: Location, clock: SetClock, rows_of: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handled, "PAGE", 7)
    rows = [replace(row, received_at=ms(START) + n) for n, row in enumerate(many(rows_of, 40))]
    found = await read_of(at, clock, rows, Span(START, END, clock.moment))
    assert [case.id for case in found] == [row.id for row in rows]
    assert {case.received_at for case in found} >= {START, START + timedelta(milliseconds=39)}


async def test_what_was_received_outside_the_period_stays_out_unless_it_was_carried_over(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    before, done, inside, after, undated = many(rows_of, 5)
    rows = [
        replace(before, received_at=ms(START) - 1, finished_at=None),
        replace(done, received_at=ms(START) - 9, finished_at=ms(START) - 1, state=9),
        replace(inside, received_at=ms(START)),
        replace(after, received_at=ms(END)),
        replace(undated, received_at=None),
    ]
    found = await read_of(at, clock, rows, Span(START, END, clock.moment))
    assert [case.id for case in found] == [inside.id, undated.id]
    found = await read_of(at, clock, rows, Span(START, END, clock.moment, carried=True))
    assert [case.id for case in found] == [before.id, inside.id, undated.id]


async def test_the_state_is_the_one_of_the_moment_of_the_report(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    row = replace(many(rows_of, 1)[0], received_at=ms(START), state=4, state_at=None)
    first = clock.moment
    async with open_embedded(at, clock) as directory:
        await directory.import_rows([row])
        clock.moment += timedelta(days=3)
        await directory.import_rows([replace(row, state=9)])
        seen = [
            (case.state, case.state_at)
            for days in (-1, 1, 4)
            async for page in directory.handled(Span(START, END, first + timedelta(days=days)))
            for case in page
        ]
    assert seen == [
        (State.FINISHED, None),  # the history begins later
        (State.PROCESSING, first),
        (State.FINISHED, first + timedelta(days=3)),
    ]


async def test_a_dossier_ends_with_the_first_9_or_10_since_its_last_other_state(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    row = replace(many(rows_of, 1)[0], received_at=ms(START), finished_at=None, returned_at=None)
    steps = [(4, 5), (9, 6), (4, 7), (9, 10), (10, 20)]
    async with open_embedded(at, clock) as directory:
        for state, day in steps:
            began = START + timedelta(days=day)
            await directory.import_rows([replace(row, state=state, state_at=ms(began))])
        seen = [
            (case.state_now, case.ended_at and (case.ended_at - START).days, case.end_known)
            for days in (6.5, 7.5, 10.5, 30)
            async for page in directory.handled(Span(START, END, START + timedelta(days=days)))
            for case in page
        ]
    now = State.RETURNED
    assert seen == [(now, 6, True), (now, None, False), (now, 10, True), (now, 10, True)]


@pytest.mark.parametrize(
    "state, told, known", [(9, True, True), (9, False, False), (10, True, False)]
)
async def test_where_the_history_begins_with_the_end_only_the_time_of_state_9_is_an_end(
    at: Location, clock: SetClock, rows_of: Rows, state: int, *, told: bool, known: bool
) -> None:
    row = replace(many(rows_of, 1)[0], received_at=ms(START), finished_at=None, state=state)
    row = replace(row, state_at=ms(START) + 1 if told else None)
    (case,) = await read_of(at, clock, [row], Span(START, END, clock.moment + timedelta(days=1)))
    assert case.end_known is known


async def test_what_was_opened_again_is_carried_over_although_it_ended_before_the_period(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    row = replace(many(rows_of, 1)[0], received_at=ms(START) - 9, finished_at=ms(START) - 1)
    row = replace(row, state=5, state_at=ms(START))
    span = Span(START, END, START + timedelta(days=5), carried=True)
    async with open_embedded(at, clock) as directory:
        await directory.import_rows([row])
        assert [case.id async for page in directory.handled(span) for case in page] == [row.id]
        again = replace(row, state=9, state_at=ms(START + timedelta(days=6)))
        await directory.import_rows([again])
        assert [case.id async for page in directory.handled(span) for case in page] == [row.id]


@pytest.fixture
def quarter(sample: Path, rules: Rules) -> Sequence[Row]:
    read = read_file(sample, rules)
    assert isinstance(read, ReadRows)
    return read.rows


async def test_a_dossier_comes_with_what_rows_are_made_by(
    at: Location, clock: SetClock, quarter: Sequence[Row]
) -> None:
    span = Span(datetime(2017, 7, 1, tzinfo=UTC), END, clock.moment)
    found = await read_of(at, clock, quarter, span)
    assert len(found) == 33
    assert (found[0].procedure_code, found[0].room) == ("2.000003", "Phòng Lãnh sự")
    assert found[0].officer == ""
    assert found[0].finished_at == datetime(2017, 7, 11, 9, 2, tzinfo=UTC)
