from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.cases.embedded import ReadRows, Row, Rules, read_file, upload
from sms_gateway.cases.embedded.upload import BATCH, PackedRows, lines_of
from sms_gateway.commands import CommandError, ImportOrder
from tests.parts import ROOT


def _samples() -> Sequence[Row]:
    rules = Rules(UTC, lambda _code: "H32", lambda secret: secret)
    result = read_file(ROOT / "config" / "samples" / "q3-2017.csv", rules)
    assert isinstance(result, ReadRows)
    return result.rows


SAMPLES = _samples()


def _rows(number: int) -> list[Row]:
    return [replace(SAMPLES[i % len(SAMPLES)], id=f"H32-{i}") for i in range(number)]


def _travelled(rows: Sequence[Row]) -> PackedRows:
    packed = PackedRows()
    _head, *lines = lines_of(ImportOrder("ours.csv", len(rows), replace=False), rows)
    for line in lines:
        packed.add(line)
    return packed


@pytest.mark.parametrize("number", [0, 1, BATCH - 1, BATCH, BATCH + 1, 3 * BATCH])
def test_every_dossier_arrives_as_it_left_and_in_its_order(number: int) -> None:
    rows = _rows(number)
    packed = _travelled(rows)
    assert len(packed) == number
    assert list(packed) == rows


PACKED, WHOLE = _travelled(_rows(2 * BATCH + 7)), _rows(2 * BATCH + 7)


@given(st.slices(len(WHOLE)))
def test_any_slice_is_the_slice_of_the_whole(wanted: slice) -> None:
    assert list(PACKED[wanted]) == WHOLE[wanted]


def test_a_place_behind_the_end_is_refused() -> None:
    with pytest.raises(IndexError):
        PACKED[len(WHOLE)]


def test_the_first_line_says_what_comes() -> None:
    head, *lines = lines_of(ImportOrder("ours.csv", BATCH + 1, replace=True), _rows(BATCH + 1))
    assert msgspec.json.decode(head) == {"file": "ours.csv", "rows": BATCH + 1, "replace": True}
    assert len(lines) == 2


@pytest.mark.parametrize(
    "line",
    [b"", b"{}", b"[1]", b'[{"id": "H32-1"}]', b"nonsense", b"\xff"],
    ids=["empty", "object", "number", "half", "no-json", "octets"],
)
def test_what_is_no_batch_of_dossiers_is_refused(line: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        PackedRows().add(line)


@pytest.mark.parametrize("number", [0, BATCH + 1])
def test_a_batch_of_another_size_is_refused(number: int) -> None:
    with pytest.raises(CommandError):
        PackedRows().add(msgspec.json.encode(_rows(number)))


def test_nothing_may_follow_a_short_batch() -> None:
    packed = _travelled(_rows(BATCH + 1))
    with pytest.raises(CommandError):
        packed.add(msgspec.json.encode(_rows(1)))


def test_there_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "MAX_ROWS", BATCH)
    packed = _travelled(_rows(BATCH))
    with pytest.raises(CommandError, match="split it"):
        packed.add(msgspec.json.encode(_rows(1)))
