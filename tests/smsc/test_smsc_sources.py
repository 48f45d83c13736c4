from pathlib import Path

import pytest

from sms_gateway.smsc.sources import LineError, Typed, made_up, read_file, read_line, repeated


@pytest.mark.parametrize(
    "line,read",
    [
        ("84900000001 MCKH_170703-0001", ("84900000001", "MCKH_170703-0001")),
        ("+84900000001\tMCKH 1 2\r\n", ("84900000001", "MCKH 1 2")),
        ("191 x", ("191", "x")),
    ],
)
def test_a_line_is_a_number_and_a_text(line: str, read: tuple[str, str]) -> None:
    assert read_line(line) == read


@pytest.mark.parametrize("line", ["", "MCKH 1", "84900000001", "84900000001 " + "x" * 4_000])
def test_any_other_line_is_refused_with_an_example(line: str) -> None:
    with pytest.raises(LineError, match="for example: 84900000001 MCKH"):
        read_line(line)


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "texts"
    path.write_text("84900000001 a\n\n84900000002 Hồ sơ\n", encoding="utf-8")
    assert read_file(path) == [("84900000001", "a"), ("84900000002", "Hồ sơ")]


@pytest.mark.parametrize(
    "octets,why",
    [
        (b"84900000001 a\nno\n", "line 2"),
        (b"\n", "holds no text"),
        (b"84900000001 \xff\n", "UTF-8"),
    ],
)
def test_a_file_that_cannot_be_used_is_told(octets: bytes, why: str, tmp_path: Path) -> None:
    path = tmp_path / "texts"
    path.write_bytes(octets)
    with pytest.raises(LineError, match=why):
        read_file(path)


def test_texts_are_repeated_until_there_are_so_many() -> None:
    texts = [("1", "a"), ("2", "b")]
    assert list(repeated(texts, None)) == texts
    assert list(repeated(texts, 3)) == [*texts, ("1", "a")]


def test_made_up_numbers_differ() -> None:
    assert list(made_up("x", 2)) == [("84900000001", "x"), ("84900000002", "x")]


def test_what_is_typed_is_taken_line_by_line_however_it_comes() -> None:
    taken: list[tuple[str, str]] = []
    wrong: list[str] = []
    typed = Typed(lambda number, text: taken.append((number, text)), wrong.append)
    for octets in (b"849000", b"00001 a\n\nno\n8490", b"0000002 b", b""):
        typed.feed(octets)
    assert taken == [("84900000001", "a"), ("84900000002", "b")]
    assert len(wrong) == 1


def test_a_line_without_an_end_is_not_kept_for_ever() -> None:
    wrong: list[str] = []
    typed = Typed(lambda _number, _text: None, wrong.append)
    for _ in range(20):
        typed.feed(b"x" * 1_000)
    assert wrong
