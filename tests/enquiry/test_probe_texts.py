"""A door's probe text is noted or answered, and counts for nobody."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from sms_gateway.domain.outcome import Outcome
from sms_gateway.enquiry.decide import Probed
from sms_gateway.enquiry.intents import PROBE
from tests.parts import AN, BINH, Desk, rules

ASKED = "MCKH 170703-0001"


def test_one_that_is_only_noted_is_not_answered_and_nothing_is_looked_up() -> None:
    desk = Desk()
    verdict = desk.text(ASKED, probed=Probed.NOTED)
    assert (verdict.outcome, verdict.reason, verdict.intent) == (
        Outcome.SUPPRESSED, "probe", PROBE,
    )  # fmt: skip
    assert (verdict.reply, verdict.usage, desk.looked_up) == (None, None, [])


def test_one_that_is_answered_reads_what_any_text_would_and_is_still_a_probe() -> None:
    desk = Desk()
    plain = desk.text(ASKED)
    desk = Desk()
    verdict = desk.text(ASKED, probed=Probed.ANSWERED)
    assert verdict.reply == plain.reply
    assert (verdict.outcome, verdict.intent) == (plain.outcome, PROBE)


def test_a_probe_is_answered_beyond_all_budgets_but_not_twice_within_a_minute() -> None:
    desk = Desk()
    for _ in range(100):
        assert desk.text(ASKED, probed=Probed.ANSWERED).reply
        desk.at += timedelta(seconds=59)
        assert desk.text(ASKED, probed=Probed.ANSWERED).reason == "probe"
        desk.at += timedelta(seconds=1)


def test_a_probe_may_come_from_a_number_that_is_never_answered() -> None:
    desk = Desk()
    incoming = replace(desk.incoming("ping"), sender=replace(AN, value="8888"))
    assert desk.answer(replace(incoming, probed=Probed.NOTED)).reason == "probe"
    assert desk.answer(incoming).reason == "machine_sender"


ON_CALL = rules(ALARMS__NUMBERS="0900000001")


@pytest.mark.parametrize("text", ["ok, dang xem", "CANH BAO an-giang: 5 tin cho nguoi xu ly"])
def test_what_a_person_on_call_writes_back_to_an_alarm_is_not_answered(text: str) -> None:
    assert Desk(ON_CALL).text(text).reason == "on_call"
    assert Desk(ON_CALL, BINH).text(text).reply
    assert Desk().text(text).reply


def test_a_person_on_call_is_a_citizen_too() -> None:
    assert Desk(ON_CALL).text(ASKED).reply
    assert Desk(ON_CALL).text("MCKH").reply


def test_phones_of_people_on_call_are_no_part_of_the_rules_hash() -> None:
    assert ON_CALL.hash == rules().hash
