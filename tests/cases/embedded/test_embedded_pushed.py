"""What is read of the batches that the one-stop software sends."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.cases.embedded import Row, Rules
from sms_gateway.cases.embedded.learning import Learned
from sms_gateway.cases.embedded.pushed import PushedCases
from sms_gateway.cases.embedded.rows import Progress
from sms_gateway.cases.embedded.trouble import CaseTablesError
from sms_gateway.ports import CasesDownError
from sms_gateway.ports.pushed import RowFate, RowTold, Service

CODE = "000.00.12.H32-261120-0001"
OTHER = "000.00.12.H32-261120-0002"
PRIVATE = "Nguyen Thi Private"


class Learns:
    """Learns what it is told.

    Attributes:
        told: all of it.
        known: dossiers that are there.
        down: raised instead.
    """

    def __init__(self, *known: str) -> None:
        self.told: list[Row | Progress] = []
        self.known = set(known)
        self.down: CaseTablesError | None = None

    async def learn(self, items: Sequence[Row | Progress], source: str) -> Sequence[Learned]:
        assert source == "push"
        assert len({item.id for item in items}) == len(items)
        if self.down:
            raise self.down
        self.told += items
        return [self._fate(item) for item in items]

    def _fate(self, item: Row | Progress) -> Learned:
        if item.id in self.known:
            return Learned.CHANGED
        return Learned.NEW if isinstance(item, Row) else Learned.UNKNOWN


async def pushed(
    learner: Learns, rules: Rules, service: Service, *rows: object
) -> Sequence[RowTold]:
    octets = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in rows]
    return await PushedCases(learner, rules).take(service, octets)


async def dossiers(rules: Rules, *rows: object) -> tuple[Sequence[RowTold], list[Row]]:
    learner = Learns()
    told = await pushed(learner, rules, Service.DOSSIERS, *rows)
    return told, [item for item in learner.told if isinstance(item, Row)]


async def steps(rules: Rules, *rows: object) -> tuple[Sequence[RowTold], list[Progress]]:
    learner = Learns(CODE)
    told = await pushed(learner, rules, Service.PROGRESS, *rows)
    return told, [item for item in learner.told if isinstance(item, Progress)]


def at(text: str) -> int:
    return round(datetime.fromisoformat(f"{text}+07:00").timestamp() * 1000)


def dossier(code: str = CODE, state: str = "4", **more: object) -> dict[str, object]:
    return {"MaHoSo": code, "TrangThaiHoSo": state, **more}


def step(state: str, time: str = "", **more: object) -> dict[str, object]:
    return {"MaHoSo": CODE, "TrangThai": state, "ThoiDiemXuLy": time, **more}


async def test_a_dossier_is_read_by_the_rules_of_a_file(rules: Rules) -> None:
    row = dossier(
        SoBienNhan="261120-0001", ChuHoSo=PRIVATE, SoDienThoai="0900000041",
        NgayTiepNhan="20261120081500", NgayHenTra="", TaiLieuNop=[{"TenTepDinhKem": PRIVATE}],
        DanhSachHoSoBoSung=[{"NgayHenTraMoi": "20261204170000"}],
    )  # fmt: skip
    told, (learned,) = await dossiers(rules, row)
    assert told == [RowTold(CODE, RowFate.NEW)]
    assert (learned.receipt, learned.state, learned.due_at) == ("261120-0001", 4, None)
    assert learned.received_at == at("2026-11-20T08:15:00")
    assert learned.new_due_at == at("2026-12-04T17:00:00")
    assert learned.phones == (("owner", "+84900000041"),)
    assert PRIVATE not in repr(learned)


async def test_numbers_keep_the_digits_they_are_written_with(rules: Rules) -> None:
    row = b'{"MaHoSo": 170703000100000000000000001, "TrangThaiHoSo": 4}'
    _, (learned,) = await dossiers(rules, row)
    assert (learned.id, learned.state) == ("170703000100000000000000001", 4)


async def test_a_row_that_is_wrong_keeps_no_other_from_being_learned(rules: Rules) -> None:
    told, learned = await dossiers(
        rules, dossier(state="", SoDienThoai=PRIVATE), dossier(OTHER), 7, b"{"
    )
    assert [one.fate for one in told] == ["refused", "new", "refused", "refused"]
    assert [one.code for one in told] == [CODE, OTHER, "", ""]
    assert told[0].reason == (
        "TrangThaiHoSo: is empty: each dossier needs its state; SoDienThoai: holds something "
        "that is not a phone number: separate several by ;"
    )
    assert told[2].reason == "is not an object: each dossier is an object of named fields"
    assert told[3].reason == "is not JSON: write it as UTF-8"
    assert [row.id for row in learned] == [OTHER]


async def test_a_step_tells_state_time_room_and_officer_of_a_dossier(rules: Rules) -> None:
    told, (learned,) = await steps(
        rules,
        step(
            "4", "20261121093000", PhongBanXuLy="Phòng Đất đai", NguoiXuLy=PRIVATE, ChucDanh="x",
            NoiDungXuLy="y", NgayBatDau="20261121080000", NgayKetThucTheoQuyDinh="20261130170000",
        ),
    )  # fmt: skip
    assert told == [RowTold(CODE, RowFate.CHANGED)]
    assert (learned.state, learned.state_at) == (4, at("2026-11-21T09:30:00"))
    assert (learned.room, learned.officer) == ("Phòng Đất đai", PRIVATE)
    assert (learned.new_due_at, learned.finished_at, learned.returned_at) == (None, None, None)


async def test_what_a_step_does_not_tell_of_is_not_looked_at(rules: Rules) -> None:
    told, _ = await steps(rules, step("4", SoDienThoai="***", NgayHenTra="soon"))
    assert told == [RowTold(CODE, RowFate.CHANGED)]


async def test_the_step_that_finishes_or_hands_over_is_the_date_of_it(rules: Rules) -> None:
    _, (finished,) = await steps(rules, step("9", "20261124100000"))
    _, (returned,) = await steps(rules, step("10", "20261125100000"))
    assert (finished.finished_at, finished.returned_at) == (at("2026-11-24T10:00:00"), None)
    assert (returned.finished_at, returned.returned_at) == (None, at("2026-11-25T10:00:00"))


async def test_a_word_for_a_state_that_nobody_knows_is_kept_and_means_that_it_is_processed(
    rules: Rules,
) -> None:
    _, (row,) = await dossiers(rules, dossier(state="Chờ ký"))
    _, (told,) = await steps(rules, step("Chờ ký"))
    assert (row.state, row.unknown_state) == (4, "Chờ ký")
    assert (told.state, told.unknown_state) == (4, "Chờ ký")


async def test_a_step_of_a_dossier_that_nobody_knows_is_refused(rules: Rules) -> None:
    told = await pushed(Learns(), rules, Service.PROGRESS, step("4"))
    reason = "MaHoSo: no such dossier is known here: send it by DongBoHoSoMC first"
    assert told == [RowTold(CODE, RowFate.REFUSED, reason)]


async def test_of_several_steps_of_a_dossier_the_newest_counts_and_no_date_is_lost(
    rules: Rules,
) -> None:
    told, (learned,) = await steps(
        rules,
        step("10", "20261125100000"),
        step("9", "20261124100000", PhongBanXuLy="Phòng A"),
        step("4", "20261121100000", PhongBanXuLy="Phòng B"),
    )
    assert [one.fate for one in told] == ["changed", "overtaken", "overtaken"]
    assert (learned.state, learned.room) == (10, "Phòng A")
    assert learned.finished_at == at("2026-11-24T10:00:00")
    assert learned.returned_at == at("2026-11-25T10:00:00")


async def test_a_dossier_that_is_opened_again_within_a_batch_has_no_end(rules: Rules) -> None:
    steps_told = (step("9", "20261124100000"), step("4", "20261124110000"))
    _, (opened,) = await steps(rules, *steps_told)
    assert (opened.state, opened.finished_at) == (4, None)
    _, (ended,) = await steps(rules, *steps_told, step("10", "20261124120000"))
    assert (ended.finished_at, ended.returned_at) == (None, at("2026-11-24T12:00:00"))


async def test_of_steps_without_a_time_the_last_one_counts(rules: Rules) -> None:
    told, (learned,) = await steps(rules, step("5", "20261125100000"), step("4"))
    assert [one.fate for one in told] == ["overtaken", "changed"]
    assert learned.state == 4


async def test_of_a_dossier_that_is_told_twice_the_last_one_counts(rules: Rules) -> None:
    told, (learned,) = await dossiers(rules, dossier(state="9"), dossier(state="4"))
    assert [one.fate for one in told] == ["overtaken", "new"]
    assert learned.state == 4


async def test_where_nothing_can_be_written_that_is_said_in_one_word(rules: Rules) -> None:
    learner = Learns()
    learner.down = CaseTablesError("cases.db: the disk is full", "full")
    with pytest.raises(CasesDownError, match=r"^full$"):
        await pushed(learner, rules, Service.DOSSIERS, dossier())


async def test_where_all_is_refused_nothing_is_written(rules: Rules) -> None:
    learner = Learns()
    learner.down = CaseTablesError("cases.db: the disk is full", "full")
    (told,) = await pushed(learner, rules, Service.DOSSIERS, {})
    assert told == RowTold(
        "", RowFate.REFUSED,
        "MaHoSo: is empty: each dossier needs its code; TrangThaiHoSo: is empty: each dossier "
        "needs its state",
    )  # fmt: skip


JSON: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=9,
)
NAMES = st.sampled_from([
    "MaHoSo", "TrangThaiHoSo", "TrangThai", "ThoiDiemXuLy", "UyQuyen", "SoDienThoai",
    "DanhSachHoSoBoSung", "NgayHenTra", "MaTraCuu", "ma ho so",
])  # fmt: skip


@given(
    rows=st.lists(st.dictionaries(NAMES, JSON | st.sampled_from(["4", CODE])) | JSON, max_size=4),
    service=st.sampled_from(Service),
)
async def test_whatever_comes_each_row_has_its_answer(
    rows: Sequence[object], service: Service
) -> None:
    anything = Rules(zone=UTC, agency_of=str, hash_secret=str)
    told = await pushed(Learns(CODE), anything, service, *rows)
    assert len(told) == len(rows)
    assert all((one.fate is RowFate.REFUSED) == bool(one.reason) for one in told)
