"""States in a source's own words: known ones are understood, unknown ones are kept and told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from sms_gateway.cases.embedded import (
    Place,
    Progress,
    ReadProblems,
    ReadResult,
    ReadRows,
    Row,
    Rules,
    open_embedded,
    read_file,
    unknown,
)
from sms_gateway.cases.embedded.tables import Location
from sms_gateway.settings import load_states
from tests.cases.embedded.exports import NOW, Rows, SetClock, many

HEAD = "MaHoSo,TrangThaiHoSo\n"
Read = Callable[[str | bytes], ReadResult]


def read_rows(read: Read, content: str) -> ReadRows:
    result = read(HEAD + content)
    assert isinstance(result, ReadRows), result
    return result


def test_the_words_of_its_source_are_read_as_national_states(rules: Rules) -> None:
    words = load_states({"default": {"4": ["Trình ký"]}, "sources": {"sql": {"9": ["done"]}}})
    own = replace(rules, states=words.of("sql"))
    result = read_file(("x.csv", f"{HEAD}A1,trình ký\nA2,DONE\nA3,10\n".encode()), own)
    assert isinstance(result, ReadRows)
    assert [(row.state, row.unknown_state) for row in result.rows] == [(4, ""), (9, ""), (10, "")]
    assert result.notes == ()


def test_a_word_that_nobody_knows_is_read_as_being_processed_and_told(read: Read) -> None:
    result = read_rows(read, "A1,Họp  hội đồng\nA2,9\nA3,Họp hội đồng\nA4,11\n")
    assert [row.state for row in result.rows] == [4, 9, 4, 4]
    assert [row.unknown_state for row in result.rows] == [
        "Họp hội đồng", "", "Họp hội đồng", "11",
    ]  # fmt: skip
    assert [note.partition(" is not")[0] for note in result.notes] == [
        'state "Họp hội đồng"', 'state "11"',
    ]  # fmt: skip
    assert "2 times" in result.notes[0]


@pytest.mark.parametrize(
    "told, kept",
    [
        ("0900000001", "#"),
        ("gọi 0900 000 001 nhé", "gọi #nhé"),
        ("x" * 60, "x" * 40),
        ("Bước 12", "Bước 12"),
        ("²", "²"),
    ],
    ids=["phone", "phone among words", "long", "short number", "other digits"],
)
def test_of_a_word_no_more_is_kept_than_a_word(read: Read, told: str, kept: str) -> None:
    (row,) = read_rows(read, f"A1,{told}\n").rows
    assert row.unknown_state == kept


def test_a_column_that_holds_something_else_than_states_is_refused(read: Read) -> None:
    lines = "".join(f"A{n},Nguyễn Văn {chr(65 + n % 26)}{chr(65 + n // 26)}\n" for n in range(60))
    result = read(HEAD + lines)
    assert isinstance(result, ReadProblems)
    (problem,) = result.problems
    assert str(problem).startswith("line 32, TrangThaiHoSo: more than 30 different words")
    assert "Nguy" not in str(problem)


def unknown_row(rows_of: Rows, word: str) -> Row:
    return replace(many(rows_of, 1)[0], unknown_state=word)


async def test_words_that_nobody_knew_are_kept_with_their_source_until_they_come_no_more(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    async with open_embedded(at, clock) as directory:
        await directory.import_rows([unknown_row(rows_of, "Họp")])
        step = Progress(Place(1), "nobody", 4, unknown_state="Ký")
        await directory.learn([unknown_row(rows_of, "Họp"), step], "sql")
        clock.moment += timedelta(days=20)
        # Nothing of the dossier changed, and the word came again.
        assert (await directory.import_rows([unknown_row(rows_of, "Họp")])).unchanged == 1

        async def known() -> list[tuple[str, str]]:
            return [(one.source, one.word) for one in await directory.unknown_states()]

        assert await known() == [("import", "Họp"), ("sql", "Họp"), ("sql", "Ký")]
        clock.moment = NOW + timedelta(days=30, seconds=1)
        assert await known() == [("import", "Họp")]
        await directory.learn([unknown_row(rows_of, "Ký")], "sql")
        assert await known() == [("import", "Họp"), ("sql", "Ký")]


async def test_who_sends_no_states_fills_no_table(
    at: Location, clock: SetClock, rows_of: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unknown, "MOST", 3)
    async with open_embedded(at, clock) as directory:
        rows = [replace(row, unknown_state=f"w{n}") for n, row in enumerate(many(rows_of, 5))]
        await directory.learn(rows, "push")
        clock.moment += timedelta(days=1)
        await directory.learn(rows, "push")
        found = await directory.unknown_states()
    assert [(one.word, one.last_at) for one in found] == [
        (word, clock.moment) for word in ("w0", "w1", "w2")
    ]


async def test_an_import_that_is_dropped_leaves_no_word(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    class StoppedError(Exception):
        pass

    def stop(done: int, of: int) -> None:
        if 0 < done < of:
            raise StoppedError

    rows = [replace(row, unknown_state="Họp") for row in many(rows_of, 600)]
    async with open_embedded(at, clock) as directory:
        with pytest.raises(StoppedError):
            await directory.import_rows(rows, progress=stop)
        assert await directory.unknown_states() == []
