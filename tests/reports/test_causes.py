"""Why dossiers were late stands beside their flags, and takes none of them away."""

from datetime import timedelta

from msgspec.structs import replace

from sms_gateway.domain.ids import DossierId, WindowId
from sms_gateway.domain.windows import GivenCause, IncidentWindow
from sms_gateway.reports.causes import is_inside, with_causes
from sms_gateway.reports.dossier_table import document_of
from tests.reports.office import at, case, counted, order

BROKEN = IncidentWindow(
    WindowId("w1"), at("2026-10-10 00:00"), at("2026-10-13 00:00"), "sự cố máy chủ",
    "818/SNgV-VP", planned=False, stops=True, made_at=at("2026-10-13 08:00"), by="os:an",
)  # fmt: skip
TOLD = "sự cố máy chủ (818/SNgV-VP)"
REPORT = counted(
    [
        case("A", due="2026-10-12 17:00", finished="2026-10-20 09:00"),
        case("B", due="2026-10-09 17:00", finished="2026-10-11 09:00"),
        case("C", due="2026-10-14 17:00", finished="2026-10-20 09:00"),
    ],
    order(),
)


def given(code: str, cause: str = "", note: str = "") -> GivenCause:
    window = None if cause else BROKEN.id
    return GivenCause(DossierId(code), window, cause, note, at("2026-10-21 08:00"), "os:an")


def test_what_was_due_or_ended_inside_an_incident_is_marked_until_a_cause_is_given() -> None:
    report = with_causes(REPORT, [given("B")], [BROKEN])
    late = {one.id: (one.cause, one.offered) for one in report.late}
    assert late == {"A": ("", TOLD), "B": (TOLD, ""), "C": ("", "")}


def test_late_flags_and_all_counts_stay_whatever_the_cause() -> None:
    report = with_causes(REPORT, [given(code) for code in "ABC"], [BROKEN])
    assert report.total == REPORT.total
    assert report.rows == REPORT.rows
    assert len(report.late) == len(REPORT.late) == 3


def test_a_newer_cause_stands_beside_the_first_one() -> None:
    report = with_causes(REPORT, [given("C", "sở khác chậm"), given("C", "mất điện")], [])
    (late,) = (one for one in report.late if one.id == "C")
    assert late.cause == "sở khác chậm; mất điện"


def test_the_printed_list_has_the_cause_or_the_mark() -> None:
    report = with_causes(REPORT, [given("B", note="mất dữ liệu")], [BROKEN])
    _, late = document_of(report, "").tables
    assert {row[0]: row[-1] for row in late.rows} == {
        "A": f"(chưa ghi nguyên nhân) trong thời gian sự cố: {TOLD}",
        "B": f"{TOLD}: mất dữ liệu",
        "C": "",
    }


def test_what_ended_just_behind_an_incident_is_not_inside_it() -> None:
    (late,) = (one for one in REPORT.late if one.id == "C")
    just = replace(BROKEN, ends_at=late.due_at - timedelta(seconds=1))
    assert not is_inside(late, just)
    assert is_inside(late, replace(BROKEN, ends_at=late.due_at))
