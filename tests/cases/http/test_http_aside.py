"""A long answer is read beside the loop, so that no reply waits for it."""

import json
import threading
from collections.abc import Iterable, Sequence

import pytest

from sms_gateway.cases.embedded.rows import Record
from sms_gateway.cases.http.answer import LARGE, MANY, Page, Reader
from sms_gateway.cases.http.calling import Reply
from sms_gateway.cases.remote import Away, Told
from tests.cases.http.api import KEY, ONE, PER_CODE, Api, always, asking, octets

CHANGES = {**PER_CODE, "changes": {"path": "/changed", "overlap_s": 60}}


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """What was done with answers, and whether it was done on the loop."""
    noted: list[tuple[str, bool]] = []
    read, records = Reader.read, Reader.records

    def on_loop() -> bool:
        return threading.current_thread() is threading.main_thread()

    def reading(self: Reader, reply: Reply, **more: bool) -> Page | Away:
        noted.append(("read", on_loop()))
        return read(self, reply, **more)

    def mapping(self: Reader, rows: Iterable[tuple[int, dict[str, object]]]) -> Sequence[Record]:
        noted.append(("map", on_loop()))
        return records(self, rows)

    monkeypatch.setattr(Reader, "read", reading)
    monkeypatch.setattr(Reader, "records", mapping)
    return noted


def rows(number: int) -> list[dict[str, str]]:
    time = {"ThoiDiemTrangThai": "20260302080000"}
    return [{"MaHoSo": f"C{n}", "TrangThaiHoSo": "4", **time} for n in range(number)]


async def changed(api: Api) -> Told:
    """The second reading: the first one only begins with the present."""
    async with asking(api, CHANGES) as remote:
        begun = await remote.changed("", 500)
        assert isinstance(begun, Told)
        told = await remote.changed(begun.cursor, 500)
    assert isinstance(told, Told)
    return told


async def test_a_long_page_of_changes_is_read_and_mapped_beside_the_loop(
    threads: list[tuple[str, bool]],
) -> None:
    whole = rows(MANY + 1)
    body = json.dumps(whole).encode() + b" " * LARGE
    told = await changed(Api(octets(body)))
    assert len(told.records) == len(whole)
    assert threads == [("read", False), ("read", False), ("map", False)]


async def test_a_short_page_of_changes_needs_no_thread(threads: list[tuple[str, bool]]) -> None:
    told = await changed(Api(always(rows(MANY))))
    assert len(told.records) == MANY
    assert threads == [("read", True), ("read", True), ("map", True)]


async def test_a_long_answer_to_a_look_up_is_read_and_mapped_beside_the_loop(
    threads: list[tuple[str, bool]],
) -> None:
    body = json.dumps([ONE] * (MANY + 1)).encode() + b" " * LARGE
    async with asking(Api(octets(body))) as remote:
        told = await remote.find([KEY])
    assert isinstance(told, Told)
    assert len(told.records) == 1
    assert threads == [("read", False), ("map", False)]
