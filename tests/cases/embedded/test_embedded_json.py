"""JSON exports: an array, the national service's envelope, or one dossier per line."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from sms_gateway.cases.embedded import Row

Rows = Callable[[str | bytes], tuple[Row, ...]]
Problems = Callable[[str | bytes], list[str]]


def at(year: int, month: int, day: int, hour: int = 0) -> int:
    """Milliseconds since the epoch, from Vietnam's wall clock (UTC+7)."""
    return round(datetime(year, month, day, hour, tzinfo=UTC).timestamp() * 1000) - 25_200_000


DOSSIERS = [
    {"MaHoSo": "A1", "SoBienNhan": 170703, "TrangThaiHoSo": 9, "SoDienThoai": 900000001},
    {"mahoso": "A2", "TrangThaiHoSo": "4", "NgayHenTra": 20261204170000, "GhiChu": None},
]
SHAPES = {
    "array": json.dumps(DOSSIERS),
    "array on many lines": "\n\n" + json.dumps(DOSSIERS, indent=2),
    "answer of the national service": json.dumps(
        {"session": "s", "madonvi": "H32", "data": DOSSIERS, "isUpdating": "False"}
    ),
    "one per line": "\n".join(json.dumps(d) for d in DOSSIERS) + "\n\n",
    "with a mark": "\ufeff" + json.dumps(DOSSIERS, ensure_ascii=False),
}


@pytest.mark.parametrize("content", SHAPES.values(), ids=SHAPES)
def test_json_is_read_in_every_usual_shape(rows_of: Rows, content: str) -> None:
    rows = rows_of(content)
    assert [(r.id, r.receipt, r.state) for r in rows] == [("A1", "170703", 9), ("A2", "", 4)]
    assert rows[0].phones == (("owner", "+84900000001"),)
    assert rows[1].due_at == at(2026, 12, 4, 17)


def test_problems_in_json_are_told_by_item_and_line(problems_of: Problems) -> None:
    content = json.dumps([DOSSIERS[0], {"MaHoSo": "A9", "TrangThaiHoSo": True}, {}], indent=0)
    problems = problems_of(content)
    assert problems[0].startswith("item 3 (line 12), MaHoSo: is empty")
    (twice,) = problems_of(json.dumps([DOSSIERS[0], DOSSIERS[0]]))
    assert "item 2 (line 1), MaHoSo: the same dossier stands in item 1 (line 1)" in twice


def test_the_last_supplement_gives_the_new_appointment(rows_of: Rows) -> None:
    supplements = [
        {"NgayHenTraTruoc": "20261201000000", "NgayHenTraMoi": "20261204170000"},
        {"NgayHenTraTruoc": "20261204170000", "NgayHenTraMoi": "20261211170000"},
        {"NgayHenTraMoi": ""},
    ]
    (row,) = rows_of(
        json.dumps([{"MaHoSo": "A1", "TrangThaiHoSo": 4, "DanhSachHoSoBoSung": supplements}])
    )
    assert row.new_due_at == at(2026, 12, 11, 17)


def test_the_authorised_person_may_be_an_object(rows_of: Rows) -> None:
    (row,) = rows_of(
        '[{"MaHoSo":"A1","TrangThaiHoSo":4,"UyQuyen":{"HoTen":"x","SoDienThoai":"0900000002"}}]'
    )
    assert row.phones == (("authorised", "+84900000002"),)


@pytest.mark.parametrize(
    "content, says",
    [
        (b'[{"MaHoSo": "A1", "TrangThaiHoSo": 4}', "cut off"),
        (b'{"data": [{"MaHoSo": "A1", "TrangThaiHoSo": 4}]', "cut off"),
        (b'{"x": {"data": []}}', "MaHoSo: is empty"),
        (b'{"x":\n{"data": []}}', "cut off"),
        (b'[{"MaHoSo": "A1", "TrangThaiHoSo": 4},]', "not JSON"),
        (b"[1]", "not an object"),
        (b"[" * 100_000, "not JSON"),
        (b'{"dossiers": [', 'name it "data"'),
        (b'{"MaHoSo":"A1","TrangThaiHoSo":4}\n{"MaHoSo":\n', "line 2: is not JSON"),
        (b'[{"MaHoSo": ["A1"], "TrangThaiHoSo": 4}]', "MaHoSo: must be a text"),
        (b"[]", "holds no dossier"),
    ],
)
def test_json_of_another_shape_is_refused_in_one_sentence(
    problems_of: Problems, content: bytes, says: str
) -> None:
    first = problems_of(content)[0]
    assert says in first
    assert "\n" not in first
