"""The shipped table of situations, with what comes of every combination.

Renew it by `UPDATE_GOLDEN=1 pytest tests/notices -k golden`, and read the difference.
"""

import os
from collections.abc import Iterator

import pytest

from sms_gateway.domain.changes import CaseFacts
from sms_gateway.domain.dossier import Dossier, ReturnVia, State
from sms_gateway.domain.ids import DossierId
from sms_gateway.notices.table import load_table
from sms_gateway.settings import SettingsError, load
from tests.structure.tree import ROOT

GOLDEN = ROOT / "tests" / "golden" / "notices.txt"
RAW = load(None, None, {}, ROOT).notice_tables
TABLE = load_table(RAW, "VN")
WAYS = (None, *ReturnVia)


def lines() -> Iterator[str]:
    """One for each combination that differs, with the states before it that lead to the same."""
    for state in State:
        for submitted in WAYS:
            for returned in ReturnVia:
                told: dict[str, list[str]] = {}
                for before in (None, *State):
                    if before is state:
                        continue
                    dossier = Dossier(DossierId("d"), "", "", state, return_via=returned)
                    facts = CaseFacts(submitted_via=submitted)
                    line = TABLE.of_change(before, state, dossier, facts)
                    what = "silence (no line)" if line is None else f"{line.say} ({line.number})"
                    when = ""
                    if line is not None:
                        when = " at night" * line.at_night + " at once" * line.at_once
                    told.setdefault(what + when, []).append(
                        "new" if before is None else str(int(before))
                    )
                for what, befores in told.items():
                    way = f"in {submitted or 'unknown'}, back {returned}"
                    yield f"{','.join(befores)} -> {state.value}, {way}: {what}"
    line = TABLE.of_overdue()
    yield f"overdue: {line.say if line else 'silence'}"


def test_every_combination_is_told_as_the_golden_sheet_says() -> None:
    sheet = "\n".join(lines()) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(sheet, encoding="utf-8")
    assert sheet.splitlines() == GOLDEN.read_text(encoding="utf-8").splitlines()


def test_the_eighteen_situations_are_all_there_and_what_no_field_carries_is_off() -> None:
    numbers = [line.number for line in TABLE.situations]
    assert set(range(1, 19)) <= set(numbers)
    assert len(set(numbers)) == len(numbers)
    assert {line.number for line in TABLE.situations if not line.on} == {2, 3, 7, 13, 14, 15, 16}
    assert all(line.why for line in TABLE.situations if line.event == "none")


def test_a_dossier_of_the_counter_gets_no_receipt_text() -> None:
    for returned in ReturnVia:
        dossier = Dossier(DossierId("d"), "", "", State.ACCEPTED, return_via=returned)
        for submitted in (ReturnVia.COUNTER, None):
            line = TABLE.of_change(
                None, State.ACCEPTED, dossier, CaseFacts(submitted_via=submitted)
            )
            assert line is None or not line.speaks


@pytest.mark.parametrize(
    "line, said",
    [
        ({"to": [2], "say": "S9"}, "silence, or the reply of its one state (S2)"),
        ({"to": [2, 4], "say": "S2"}, "silence, or the reply of its one state (S2, S4)"),
        ({"say": "S2"}, "to: say to which states"),
        ({"event": "none"}, "no field tells of it, so it cannot be on"),
        ({"event": "late"}, "event: state, overdue or none"),
        ({"event": "overdue", "say": "S9"}, "say: silence or S4L"),
    ],
)
def test_a_line_that_cannot_be_is_refused(line: dict[str, object], said: str) -> None:
    raw = {"situation": [{"number": 1, "name": "x", **line}]}
    with pytest.raises(SettingsError, match=r"situation\.0") as caught:
        load_table(raw, "VN")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "staff, said",
    [
        ({"phone": "09000", "room": "A"}, "no phone number"),
        ({"phone": "0900000001"}, "either a room or an officer"),
        ({"phone": "0900000001", "room": "A", "officer": "B"}, "either a room or an officer"),
    ],
)
def test_staff_without_a_phone_or_a_room_are_refused(staff: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match=r"staff\.0") as caught:
        load_table({"staff": [staff]}, "VN")
    assert said in str(caught.value)
    assert "09000" not in str(caught.value).replace("0900000001", "")
