"""What a citizen is answered while the case database is silent and a copy of it is there."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from sms_gateway.domain.dossier import Ambiguous, Dossier, Found, Stale, State, Unavailable
from sms_gateway.domain.message import Language
from sms_gateway.domain.outcome import Billing
from tests.parts import AN, BINH, Desk, dossier, key_of, rules

LOOK_UP = "MCKH 170703-0001"
COPIED_AT = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)  # 08:05 at the offices


def copy(state: State = State.PROCESSING) -> Dossier:
    return replace(dossier(1, AN), state=state, as_of=COPIED_AT)


def silent(desk: Desk, *dossiers: Dossier) -> Desk:
    found = Found(dossiers[0]) if len(dossiers) == 1 else Ambiguous(dossiers)
    desk.cases = {key_of(1): Stale(found, "timeout")}
    return desk


def test_the_owner_reads_the_copy_and_how_old_it_is() -> None:
    verdict = silent(Desk(), copy()).text(LOOK_UP)
    assert verdict.reply is not None
    assert verdict.reply.text.startswith(
        "Ho so 170703-0001 dang xu ly. Hen tra: 04/12/2026 (so lieu luc 08:05 ngay 23/11/2026"
    )
    assert (verdict.reason, verdict.billing, verdict.stale) == ("E5", Billing.CHARGE, True)
    assert not verdict.unavailable


@pytest.mark.parametrize("state", State)
def test_each_state_has_its_words(state: State) -> None:
    verdict = silent(Desk(), copy(state)).text(LOOK_UP)
    assert verdict.reply is not None
    assert verdict.reason.startswith("E5")
    assert verdict.reply.segments == 1
    assert "08:05" in verdict.reply.text


def test_a_new_appointment_stands_in_the_place_of_the_old_one() -> None:
    moved = replace(copy(), new_due_at=datetime(2026, 12, 11, 10, tzinfo=UTC))
    verdict = silent(Desk(), moved).text(LOOK_UP)
    assert verdict.reply is not None
    assert "Hen tra: 11/12/2026" in verdict.reply.text


def test_without_an_appointment_none_is_told() -> None:
    assert silent(Desk(), replace(copy(), due_at=None)).text(LOOK_UP).reason == "E5-nodue"


def test_a_stranger_is_told_that_nothing_is_known_now() -> None:
    verdict = silent(Desk(sender=BINH), copy()).text(LOOK_UP)
    assert (verdict.reason, verdict.billing, verdict.stale) == ("E4", Billing.FREE, True)
    assert verdict.reply is not None
    assert "xu ly" not in verdict.reply.text


def test_a_wrong_secret_is_counted_though_the_case_database_is_silent() -> None:
    desk = silent(Desk(rules(DISCLOSURE__SECOND_SECRET="true"), BINH), copy())
    verdict = desk.text(f"{LOOK_UP} A7K28")
    assert (verdict.reason, verdict.wrong_secret) == ("E4", True)
    assert verdict.dossier is not None


def test_a_copy_of_unknown_age_is_worth_nothing() -> None:
    assert silent(Desk(), replace(copy(), as_of=None)).text(LOOK_UP).reason == "E4"


def test_a_copy_that_does_not_settle_which_dossier_is_meant_settles_nothing() -> None:
    two = (copy(), replace(copy(), phones=(AN,), agency="000.00.13.H32"))
    verdict = silent(Desk(), *two).text(LOOK_UP)
    assert (verdict.reason, verdict.unavailable) == ("E4", True)


def test_a_better_reading_of_which_no_copy_is_there_may_lead_elsewhere() -> None:
    desk = silent(Desk(), copy())
    desk.cases = {**desk.cases, key_of(2): Unavailable("timeout")}
    assert desk.text("MCKH 170703-0002 170703-0001").reason == "E4"


def test_a_style_that_the_text_asks_for_holds_for_the_copy_too() -> None:
    verdict = silent(Desk(), copy()).text("MCKH EN 170703-0001")
    assert verdict.reply is not None
    assert verdict.reply.language is Language.EN
