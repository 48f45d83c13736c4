"""From a text to its verdict, by the rules that the gateway ships."""

import dataclasses
from collections.abc import Mapping
from datetime import timedelta

import pytest
from msgspec.structs import replace

from sms_gateway.domain.dossier import Ambiguous, CaseLookup, Found, State, Unavailable, Withheld
from sms_gateway.domain.ids import ShortCode
from sms_gateway.domain.message import Language
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Billing, Outcome
from sms_gateway.domain.records import Citizen, OptOutChange, PreferenceChange
from sms_gateway.enquiry.verdict import Verdict
from tests.parts import AN, BINH, CODE, SECRET_WORD, START, Desk, dossier, key_of, rules, words

LOOK_UP = "MCKH_170703-0001"
UNKNOWN = "MCKH 999999-0001"
DOWN: Mapping[str, CaseLookup] = {key_of(1): Unavailable("timeout")}


@pytest.fixture
def desk() -> Desk:
    """A citizen who owns every dossier, and the shipped rules."""
    return Desk()


def replied(verdict: Verdict) -> tuple[str, Billing, Outcome]:
    return verdict.reason, verdict.billing, verdict.outcome


def test_the_registered_phone_reads_everything(desk: Desk) -> None:
    verdict = desk.text(LOOK_UP)
    assert replied(verdict) == ("S4", Billing.CHARGE, Outcome.ANSWERED)
    assert "170703-0001 dang xu ly" in words(verdict)
    assert "04/12/2026" in words(verdict)
    assert verdict.key == key_of(1)
    assert verdict.dossier == dossier(1, AN)


def test_any_other_phone_reads_the_state_alone() -> None:
    verdict = Desk(sender=BINH).text(LOOK_UP)
    assert replied(verdict) == ("E7", Billing.REFUND, Outcome.ANSWERED)
    assert "2026" not in words(verdict)


@pytest.mark.parametrize(
    "state",
    [State.NOT_ACCEPTED, State.PAPERS_NEEDED, State.FEE_DUE, State.WITHDRAWN, State.STOPPED],
)
def test_a_stranger_learns_nothing_of_refusal_debt_or_withdrawal(state: State) -> None:
    desk = Desk(sender=BINH)
    desk.cases = {key_of(1): Found(replace(dossier(1, AN), state=state))}
    withheld = Desk(sender=BINH)
    withheld.cases = {key_of(1): Withheld()}
    assert words(desk.text(LOOK_UP)) == words(withheld.text(LOOK_UP))


def test_the_second_secret_opens_the_full_answer_where_the_settings_say_so() -> None:
    text = f"{LOOK_UP} {SECRET_WORD}"
    on, off = rules(DISCLOSURE__SECOND_SECRET="true"), rules()
    assert Desk(on, BINH).text(text).reason == "S4"
    assert Desk(on, BINH).text(LOOK_UP).reason == "E7"
    assert Desk(on, BINH).text(f"{LOOK_UP} A7K28").reason == "E7"
    assert Desk(off, BINH).text(text).reason == "E7"


@pytest.mark.parametrize(
    "text, cases, ends",
    [
        (UNKNOWN, {}, ("E1", Billing.REFUND, Outcome.ANSWERED)),
        ("MCKH hồ sơ của tôi đâu", {}, ("E2", Billing.REFUND, Outcome.ANSWERED_WITH_HELP)),
        (LOOK_UP, DOWN, ("E4", Billing.FREE, Outcome.ANSWERED)),
        (
            LOOK_UP,
            {key_of(1): Ambiguous((dossier(1), dossier(1, agency="000.00.13.H32")))},
            ("E6", Billing.REFUND, Outcome.ANSWERED),
        ),
        (LOOK_UP, {key_of(1): Withheld()}, ("E7-call", Billing.REFUND, Outcome.ANSWERED)),
        ("MCKH", {}, ("H1", Billing.FREE, Outcome.ANSWERED_WITH_HELP)),
        ("MCKH ?", {}, ("H1", Billing.FREE, Outcome.ANSWERED_WITH_HELP)),
        # who wants to stop something is told how, and not "not understood"
        ("MCKH huy ho so", {}, ("H1", Billing.FREE, Outcome.ANSWERED_WITH_HELP)),
        ("huy ho so cua toi", {}, ("H1", Billing.FREE, Outcome.ANSWERED_WITH_HELP)),
        ("MCKH khong nhan tin nua", {}, ("O1", Billing.FREE, Outcome.ANSWERED)),
        ("MCKH HUY", {}, ("O1", Billing.FREE, Outcome.ANSWERED)),
        ("MCKH NHAN", {}, ("O2", Billing.FREE, Outcome.ANSWERED)),
        ("MCKH EN", {}, ("L1", Billing.FREE, Outcome.ANSWERED)),
    ],
)
def test_each_text_ends_in_one_reply_and_one_price(
    desk: Desk, text: str, cases: Mapping[str, CaseLookup], ends: tuple[str, Billing, Outcome]
) -> None:
    desk.cases = {**cases}  # type: ignore[dict-item]  # keys made above
    assert replied(desk.text(text)) == ends


def test_a_price_of_the_settings_counts() -> None:
    free = rules(BILLING__S4="free", BILLING__E7="charge")
    assert Desk(free).text(LOOK_UP).billing is Billing.FREE
    assert Desk(free, BINH).text(LOOK_UP).billing is Billing.CHARGE


@pytest.mark.parametrize(
    "sender",
    [
        *("8083", "8088", "VIETTEL", "So Ngoai vu"),
        *("+8418001234", "+8419001234", "+881612345678", "+979123456789"),
    ],
)
def test_machines_get_no_answer(sender: str) -> None:
    verdict = Desk(sender=Address(sender)).text(LOOK_UP)
    assert (verdict.outcome, verdict.reason) == (Outcome.SUPPRESSED, "machine_sender")
    assert (verdict.reply, verdict.usage) == (None, None)


@pytest.mark.parametrize("sender", ["+447700900123", "+12025550123", "+84551234567"])
def test_foreigners_and_unknown_ranges_are_answered(sender: str) -> None:
    assert Desk(sender=Address(sender)).text(LOOK_UP).reason == "E7"


def test_we_do_not_answer_ourselves(desk: Desk) -> None:
    incoming = replace(desk.incoming(LOOK_UP), short_code=ShortCode(AN.digits))
    verdict = desk.answer(incoming)
    assert verdict.reason == "machine_sender"


def test_a_delivery_report_that_came_as_a_text_gets_no_answer(desk: Desk) -> None:
    verdict = desk.text("id:1 sub:001 dlvrd:001 submit date:1 done date:1 stat:DELIVRD err:0")
    assert (verdict.outcome, verdict.reason) == (Outcome.SUPPRESSED, "not_a_citizen")


def test_english_is_answered_in_english(desk: Desk) -> None:
    verdict = desk.text("MCKH EN 170703-0001")
    assert verdict.reply is not None
    assert verdict.reply.language is Language.EN
    assert verdict.preference is None


@pytest.mark.parametrize("language", Language)
def test_the_stored_language_is_used(desk: Desk, language: Language) -> None:
    desk.citizen = Citizen(language=language)
    reply = desk.text(LOOK_UP).reply
    assert reply is not None
    assert reply.language is language


def test_english_asked_for_outweighs_the_stored_language(desk: Desk) -> None:
    desk.citizen = Citizen(language=Language.VI_ACCENTED)
    assert "File" in words(desk.text("MCKH EN 170703-0001"))


def test_the_language_of_the_settings_is_for_those_who_chose_none() -> None:
    english = rules(REPLIES__LANGUAGE="en")
    assert "File" in words(Desk(english).text(LOOK_UP))


@pytest.mark.parametrize(
    "text, template, language",
    [
        ("MCKH EN", "L1", Language.EN),
        ("MCKH CODAU", "L2", Language.VI_ACCENTED),
        ("MCKH KHONGDAU", "L3", Language.VI),
    ],
)
def test_a_chosen_language_is_confirmed_in_itself(
    desk: Desk, text: str, template: str, language: Language
) -> None:
    verdict = desk.text(text)
    assert verdict.reason == template
    assert verdict.preference == PreferenceChange(language)
    assert verdict.reply is not None
    assert verdict.reply.language is language


def of_one(*, opted_out: bool) -> OptOutChange:
    return OptOutChange(opted_out, dossier(1).id)


@pytest.mark.parametrize(
    "text, template, change",
    [
        ("MCKH HUY", "O1", OptOutChange(opted_out=True)),
        ("MCKH TC", "O1", OptOutChange(opted_out=True)),
        ("MCKH NHAN", "O2", OptOutChange(opted_out=False)),
        ("MCKH HUY 170703-0001", "O3", of_one(opted_out=True)),
        ("MCKH NHAN 170703-0001", "O4", of_one(opted_out=False)),
    ],
)
def test_notices_are_refused_and_wanted_again(
    desk: Desk, text: str, template: str, change: OptOutChange
) -> None:
    verdict = desk.text(text)
    assert (verdict.reason, verdict.opt_out) == (template, change)


def test_a_no_to_a_dossier_that_does_not_exist_changes_nothing(desk: Desk) -> None:
    verdict = desk.text("MCKH HUY 999999-0001")
    assert (verdict.reason, verdict.opt_out) == ("E1", None)


def test_the_hotline_is_that_of_the_dossiers_office(desk: Desk) -> None:
    shipped = rules()
    office = dataclasses.replace(shipped.agencies.all[0], hotline="0258 1111111")
    agencies = dataclasses.replace(shipped.agencies, all=(office,))
    desk = Desk(dataclasses.replace(shipped, agencies=agencies))
    assert "0258 1111111" in words(desk.text(LOOK_UP))
    assert "0258 3999999" in words(desk.text(UNKNOWN))


def test_characters_that_the_door_refuses_are_not_sent(desk: Desk) -> None:
    verdict = desk.text(LOOK_UP, refused=frozenset("/:"))
    assert not set("/:") & set(words(verdict))
    assert "04-12-2026" in words(verdict)


def test_a_door_that_refuses_accents_gets_none(desk: Desk) -> None:
    desk.citizen = Citizen(language=Language.VI_ACCENTED)
    assert words(desk.text(LOOK_UP, refused=frozenset("đ"))).isascii()


def test_accented_words_that_the_door_cannot_carry_go_unaccented(desk: Desk) -> None:
    desk.citizen = Citizen(language=Language.VI_ACCENTED)
    desk.cases = {key_of(1): Found(replace(dossier(1, AN), state=State.FINISHED))}
    assert not words(desk.text(LOOK_UP)).isascii()
    assert words(desk.text(LOOK_UP, max_segments=1)).isascii()


def test_who_cannot_be_sent_the_answer_is_not_charged_for_it(desk: Desk) -> None:
    long = replace(dossier(1, AN), receipt="0" * 64, state=State.FINISHED, finished_at=START)
    desk.cases = {key_of(1): Found(long)}
    verdict = desk.text(LOOK_UP, max_segments=1)
    assert verdict.reply is not None
    assert (verdict.reply.template, verdict.reply.segments) == ("X1", 1)
    assert replied(verdict) == ("X1", Billing.REFUND, Outcome.ANSWERED)


def test_a_directory_that_could_not_say_may_be_asked_again(desk: Desk) -> None:
    desk.cases = {**DOWN}  # type: ignore[dict-item]  # keys made above
    verdict = desk.text(LOOK_UP)
    assert verdict.unavailable
    assert "30" in words(verdict)
    assert verdict.usage is not None
    assert not verdict.usage.miss


def test_what_was_asked_for_and_found_goes_into_the_verdict(desk: Desk) -> None:
    found, missed = desk.text(LOOK_UP), desk.text(UNKNOWN)
    assert (found.intent, missed.intent) == ("lookup", "lookup")
    assert found.usage is not None
    assert missed.usage is not None
    assert (found.usage.miss, missed.usage.miss) == (False, True)
    assert (found.usage.key, missed.usage.key) == (key_of(1), "9999990001")
    assert missed.dossier is None


def to(desk: Desk, short_code: str) -> Verdict:
    return desk.answer(replace(desk.incoming("MCKH"), short_code=ShortCode(short_code)))


def test_a_text_to_a_number_that_is_not_ours_gets_no_answer(desk: Desk) -> None:
    verdict = to(desk, "8183")
    assert (verdict.outcome, verdict.reason) == (Outcome.SUPPRESSED, "other_short_code")
    assert (verdict.reply, verdict.usage) == (None, None)
    assert verdict.intent == "help"


def test_the_numbers_of_the_settings_are_ours_and_no_other() -> None:
    desk = Desk(rules(GATEWAY__SHORT_CODES="8183,8283"))
    assert to(desk, "8183").reason == "H1"
    assert to(desk, "8283").reason == "H1"
    assert to(desk, "8083").reason == "other_short_code"


def test_where_no_number_is_named_every_number_is_ours() -> None:
    nowhere = dataclasses.replace(rules(), short_codes=frozenset())
    assert to(Desk(nowhere), "8183").reason == "H1"


def test_a_long_number_of_ours_is_not_answered_however_it_is_written() -> None:
    ours = rules(GATEWAY__SHORT_CODES="8083,0900000001")
    assert Desk(ours, sender=AN).text(LOOK_UP).reason == "machine_sender"


def test_a_reply_names_the_short_code_that_was_texted() -> None:
    verdict = to(Desk(rules(GATEWAY__SHORT_CODES="8083,8183")), "8183")
    assert "8183" in words(verdict)
    assert CODE not in words(verdict)


def test_the_due_date_is_judged_at_the_moment_of_the_answer(desk: Desk) -> None:
    desk.at += timedelta(days=30)
    assert desk.text(LOOK_UP).reason == "S4L-nonew"
