"""Which presets carry a text of ours, and replies to texts that came in by another door."""

import pytest

from sms_gateway.channels.presets import KINDS, preset_of
from tests.channels.presets.limits import limits_of

SENDS = [kind for kind in KINDS if "outbound" in preset_of(kind).door]


def test_all_carry_a_text_of_ours_but_those_that_answer_or_send_what_is_registered() -> None:
    unable = {kind: limits_of(kind).no_text_of_ours for kind in SENDS}
    assert {kind for kind, why in unable.items() if why} == {"gapit", "vnpt"}
    assert "answers to texts that came in by it" in unable["gapit"]
    assert "registered templates only" in unable["vnpt"]


@pytest.mark.parametrize("variant, able", [("", True), ("mt-http", True), ("hbcom", False)])
def test_the_vmg_family_has_a_word_for_a_text_that_answers_none_and_hbcom_has_not(
    variant: str, *, able: bool
) -> None:
    limits = limits_of("moreceiver", variant)
    assert bool(limits.no_text_of_ours) is not able
    assert limits.names_mo


def test_a_reply_to_a_text_of_another_door_goes_by_all_whose_replies_name_no_text() -> None:
    assert {kind for kind in SENDS if limits_of(kind).names_mo} == {"gapit", "moreceiver"}


def test_a_telco_of_templates_carries_those_that_the_office_registered() -> None:
    assert limits_of("vnpt").templates == frozenset({"S4"})
