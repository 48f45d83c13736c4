"""What a person hears who changes the wording or its price and slips."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from sms_gateway.domain.outcome import Billing, Outcome
from sms_gateway.enquiry.replies import load_replies
from sms_gateway.enquiry.templates import TEMPLATES, ReplyError

ROOT = Path(__file__).parents[2]
WORDING = {
    name: tomllib.loads((ROOT / f"config/replies/{name}.toml").read_text("utf-8"))
    for name in ("vi", "en")
}


def changed(language: str, **tables: object) -> tuple[dict[str, object], dict[str, object]]:
    """Both wordings with some tables of one replaced; None takes one away."""
    both = {name: dict(wording) for name, wording in WORDING.items()}
    for name, table in tables.items():
        both[language].pop(name, None)
        if table is not None:
            both[language][name] = table
    return both["vi"], both["en"]


SILENT = "tells nothing: write words beside its placeholders"


@pytest.mark.parametrize(
    "language,tables,message",
    [
        ("vi", {"S4": None}, "replies/vi.toml: [S4] is missing; add it with its text"),
        ("en", {"L3": None}, "replies/en.toml: [L3] is missing; add it with its text"),
        (
            "vi",
            {"S11": {"text": "x"}},
            "replies/vi.toml: [S11] is no reply of this gateway; did you mean S1?",
        ),
        ("vi", {"S4": "Hồ sơ"}, "replies/vi.toml: [S4] must be a table with text"),
        ("vi", {"S4": {}}, "replies/vi.toml: [S4] text must be a sentence in quotes"),
        ("vi", {"S4": {"text": 4}}, "replies/vi.toml: [S4] text must be a sentence in quotes"),
        (
            "vi",
            {"S4": {"text": "x", "tail": " "}},
            "replies/vi.toml: [S4] tail must be a sentence in quotes",
        ),
        (
            "en",
            {"S4": {"text": "x", "drop": "y"}},
            "replies/en.toml: [S4] has no key drop; a reply has text and perhaps tail",
        ),
        *(
            ("vi", {"S4": {"text": text}}, f"replies/vi.toml: [S4] text {SILENT}")
            for text in (".", "{hotline}", "{code}: {due} - 2026", "( . )", "{code}{code}")
        ),
        (
            "en",
            {"S4": {"text": "1900 6868", "tail": "Call us"}},
            f"replies/en.toml: [S4] text {SILENT}",
        ),
        (
            "vi",
            {"S4": {"text": "Hồ sơ {cod}"}},
            "replies/vi.toml: [S4] text: unknown placeholder {cod}; did you mean code?",
        ),
        (
            "vi",
            {"S4": {"text": "Hồ sơ {code} {new_due}"}},
            "replies/vi.toml: [S4] text: unknown placeholder {new_due}; did you mean due?",
        ),
        (
            "vi",
            {"S4": {"text": "Hồ sơ {}"}},
            "replies/vi.toml: [S4] text: unknown placeholder {}",
        ),
        (
            "vi",
            {"S4": {"text": "Hồ sơ {code.__class__}"}},
            "replies/vi.toml: [S4] text: unknown placeholder {code.__class__}",
        ),
        (
            "vi",
            {"S4": {"text": "Hồ sơ {code:>99999}"}},
            "replies/vi.toml: [S4] text: write {code} without ! or :",
        ),
        (
            "vi",
            {"S4": {"text": "Hồ sơ {code"}},
            "replies/vi.toml: [S4] text: a curly bracket is not closed or not opened; write {code}",
        ),
        (
            "vi",
            {"S4": {"text": "“Hồ sơ” {code}"}},
            (
                "replies/vi.toml: [S4] text: U+201C LEFT DOUBLE QUOTATION MARK is not safe to send;"
                " use letters, digits, spaces and . : - / ( )"
            ),
        ),
        (
            "vi",
            {"S4": {"text": "Hồ sơ {{code}}"}},
            (
                "replies/vi.toml: [S4] text: U+007B LEFT CURLY BRACKET is not safe to send;"
                " use letters, digits, spaces and . : - / ( )"
            ),
        ),
        (
            "en",
            {"S4": {"text": "Hồ sơ {code}"}},
            (
                "replies/en.toml: [S4] text: U+1ED3 LATIN SMALL LETTER O WITH CIRCUMFLEX AND GRAVE"
                " is not safe to send; use letters, digits, spaces and . : - / ( )"
            ),
        ),
        (
            "vi",
            {"S4": {"text": "x" * 401}},
            "replies/vi.toml: [S4] text has 401 characters; 400 are the most",
        ),
        (
            "en",
            {"S4": {"text": "{code} " + "x" * 129 + " {code}", "tail": "{hotline}"}},
            (
                "replies/en.toml: [S4] can take 181 characters with a code of 25 and 160 are"
                " the most; shorten it, or move its last sentence to tail"
            ),
        ),
        (
            "vi",
            {"X1": {"text": "x" * 100 + "{code}"}},
            "replies/vi.toml: [X1] can take 164 characters with the longest code; shorten it",
        ),
    ],
)
def test_wording_that_cannot_be_used_is_refused_in_one_line(
    language: str, tables: Mapping[str, object], message: str
) -> None:
    with pytest.raises(ReplyError) as refused:
        load_replies(*changed(language, **tables))
    assert str(refused.value) == message


def test_a_long_last_sentence_may_be_left_out_so_it_is_not_refused() -> None:
    load_replies(*changed("vi", S4={"text": "Hồ sơ {code}", "tail": "x" * 200}))


def test_accents_typed_in_another_unicode_form_are_the_same_wording() -> None:
    nfd = {"text": "Ho\u0302\u0300 so\u031b {code}"}
    nfc = {"text": "Hồ sơ {code}"}
    assert load_replies(*changed("vi", X1=nfd)).rules_hash == (
        load_replies(*changed("vi", X1=nfc)).rules_hash
    )


def test_a_changed_word_changes_the_version_of_its_reply_and_the_hash_of_all() -> None:
    before = load_replies(WORDING["vi"], WORDING["en"])
    after = load_replies(*changed("en", S6={"text": "File {code}: please pay."}))
    assert {name for name in TEMPLATES if before.version(name) != after.version(name)} == {"S6"}
    assert before.rules_hash != after.rules_hash
    assert before.rules_hash == load_replies(WORDING["vi"], WORDING["en"]).rules_hash


def test_only_what_helps_is_charged() -> None:
    replies = load_replies(WORDING["vi"], WORDING["en"])
    bills = {name: replies.billing_of(name) for name in TEMPLATES}
    charged = {name for name, bill in bills.items() if bill is Billing.CHARGE}
    refunded = {name for name, bill in bills.items() if bill is Billing.REFUND}
    assert charged == {name for name in TEMPLATES if name.startswith(("S", "E5"))}
    assert {name.partition("-")[0] for name in refunded} == {"E1", "E2", "E3", "E6", "E7", "X1"}


def test_the_settings_may_price_a_family_or_one_reply_of_it() -> None:
    prices = {"E7": Billing.CHARGE, "E7-call": Billing.FREE}
    replies = load_replies(WORDING["vi"], WORDING["en"], prices)
    assert replies.billing_of("E7") is Billing.CHARGE
    assert replies.billing_of("E7-overdue") is Billing.CHARGE
    assert replies.billing_of("E7-call") is Billing.FREE
    assert replies.billing_of("S4") is Billing.CHARGE
    assert replies.rules_hash != load_replies(WORDING["vi"], WORDING["en"]).rules_hash


def test_a_price_for_a_reply_that_does_not_exist_is_refused_in_one_line() -> None:
    with pytest.raises(ReplyError) as refused:
        load_replies(WORDING["vi"], WORDING["en"], {"E77": Billing.FREE})
    assert str(refused.value) == "[billing] E77: no such reply; did you mean E7?"


def test_help_is_counted_apart_from_answers() -> None:
    replies = load_replies(WORDING["vi"], WORDING["en"])
    helps = {n for n in TEMPLATES if replies.outcome_of(n) is Outcome.ANSWERED_WITH_HELP}
    assert helps == {"E2", "F2", "H1", "Q3"}
