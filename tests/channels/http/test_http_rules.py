"""Rules that tell what a telco's answer to a reply means, by any of its fields."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_gateway.channels import DoorContext
from sms_gateway.channels.http.response import Response
from sms_gateway.channels.http.settings import Result
from sms_gateway.channels.http.verdict import DoorRefused, Judged, StaleToken, Verdict
from sms_gateway.domain.ids import TelcoId
from sms_gateway.domain.outcome import Accepted, Deferred, Rejected, Uncertain
from sms_gateway.settings import SettingsError, decode
from tests.channels.http.test_http_sender import send, sender

NOW = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
AT = "doors.telco.outbound.result"

WSCPMT: dict[str, Any] = {
    "rules": [
        {
            "field": "xml:return.message",
            "matches": "^Authenticate:|CP_CODE|WRONG_INFORMATION|IP_INVALID|ALIAS_INVALID",
            "means": "door",
        },
        {"field": "xml:return.message", "matches": "DUPLICATE MESSAGE", "means": "duplicate"},
        {
            "field": "xml:return.message",
            "matches": "BLACKLIST|NOT_MATCH_TEMPLATE|MAXLENGTH|Unable to check telco",
            "means": "rejected",
        },
        {
            "field": "xml:return.message",
            "is": "Insert MT_QUEUE: OK",
            "also": {"xml:return.result": 1},
            "means": "accepted",
        },
        {"field": "xml:return.result", "is": [0], "means": "temporary"},
    ],
    "otherwise": "uncertain",
}


def judge(
    body: bytes | None,
    result: dict[str, Any],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Judged:
    verdict = Verdict(decode(result, Result, AT), AT)
    return verdict.judge(Response(status, headers or {}, body), NOW, ("Ho so 12345",))


def cp(message: str, result: str) -> bytes:
    return (
        '<S:Envelope xmlns:S="urn:s"><S:Body><ns2:wsCpMtResponse xmlns:ns2="urn:i"><return>'
        f"<message>{message}</message><result>{result}</result></return></ns2:wsCpMtResponse>"
        "</S:Body></S:Envelope>"
    ).encode()


@pytest.mark.parametrize(
    "message,result,outcome",
    [
        ("Insert MT_QUEUE: OK", "1", Accepted()),
        ("Insert MT_QUEUE: OK", "0", Rejected("0", permanent=False)),
        ("Insert MT_QUEUE: OK", "2", Uncertain("unknown_answer")),
        ("Something else", "1", Uncertain("unknown_answer")),
        ("Check ServiceID: DUPLICATE MESSAGE", "0", Accepted()),
        (
            "Authenticate: IP_INVALID (YOUR IP: 203.0.113.7)",
            "0",
            DoorRefused("Authenticate: IP_INVALID (YOUR IP: ***)"),
        ),
        (
            "Authenticate: Password: NULL_OR_BLANK",
            "0",
            DoorRefused("Authenticate: Password: NULL_OR_BLANK"),
        ),
        ("WRONG_INFORMATION_AUTHENTICATE", "0", DoorRefused("WRONG_INFORMATION_AUTHENTICATE")),
        (
            "Check ServiceID: ALIAS_INVALID:TELCO=VT",
            "0",
            DoorRefused("Check ServiceID: ALIAS_INVALID:TELCO=VT"),
        ),
        (
            "Check Content: MSG_ERROR_CONTAIN_BLACKLIST",
            "0",
            Rejected("Check Content: MSG_ERROR_CONTAIN_BLACKLIST", permanent=True),
        ),
        (
            "Check template: CONTENT_NOT_MATCH_TEMPLATE Ho so 12345",
            "0",
            Rejected("Check template: CONTENT_NOT_MATCH_TEMPLATE ***", permanent=True),
        ),
        ("", "", Uncertain("unreadable_answer")),
    ],
)
def test_viettels_answer_is_told_by_its_message_and_its_result(
    message: str, result: str, outcome: Judged
) -> None:
    assert judge(cp(message, result), WSCPMT) == outcome


def test_the_first_rule_that_holds_decides() -> None:
    rules = [
        {"field": "text", "is": "a", "means": "throttled"},
        {"field": "text", "matches": "a", "means": "rejected"},
    ]
    assert judge(b"a", {"rules": rules}, headers={"retry-after": "7"}) == Deferred(
        "throttled", timedelta(seconds=7)
    )
    assert judge(b"ab", {"rules": rules}) == Rejected("ab", permanent=True)


@pytest.mark.parametrize(
    "field,answer",
    [
        ("json:a.0", Response(200, {}, b'{"a": [7]}')),
        ("xml:a.@b", Response(200, {}, b"<a b='7'/>")),
        ("header:X-A", Response(200, {"x-a": "7"}, None)),
        ("text", Response(200, {}, b" 7\n")),
        ("regex:<(.)>", Response(200, {}, b"<7>")),
        ("status", Response(207, {}, b"")),
    ],
)
def test_a_rule_may_look_at_any_part_of_the_answer(field: str, answer: Response) -> None:
    rules = [{"field": field, "is": ["7", 207], "means": "uncertain"}]
    verdict = Verdict(decode({"rules": rules}, Result, AT), AT)
    assert verdict.judge(answer, NOW) == Uncertain("unknown_answer")


def test_a_telco_that_refuses_us_by_status_costs_no_reply() -> None:
    rules = [{"field": "status", "is": [401, 403], "means": "door"}]
    assert judge(b"", {"rules": rules}, 401) == DoorRefused("401")
    assert judge(b"", {"rules": rules}, 400) == Rejected("http 400", permanent=True)
    assert judge(b"", {"rules": rules}) == Accepted()


def test_only_a_good_status_says_that_a_reply_was_accepted() -> None:
    rules = [{"field": "text", "is": "OK", "means": "accepted"}]
    result = {"rules": rules, "telco_id": "header:X-Id"}
    assert judge(b"OK", result, headers={"x-id": "t-1"}) == Accepted((TelcoId("t-1"),))
    assert judge(b"OK", result, 500) == Uncertain("server_error 500")
    assert judge(b"OK", result, 503) == Uncertain("server_error 503")
    assert judge(b"OK", result, 400) == Uncertain("unknown_answer")
    assert judge(b"NO", result, 400) == Rejected("http 400", permanent=True)
    assert judge(b"NO", result) == Rejected("NO", permanent=True)
    assert judge(b"", result) == Uncertain("unreadable_answer")


def test_a_later_rule_may_say_that_nothing_is_accepted_with_an_error_status() -> None:
    rules = [
        {"field": "text", "is": "OK", "means": "accepted"},
        {"field": "status", "is": 500, "means": "temporary"},
    ]
    assert judge(b"OK", {"rules": rules}, 500) == Rejected("500", permanent=False)
    assert judge(b"OK", {"rules": rules}, 501) == Uncertain("server_error 501")


def test_a_telco_that_reports_by_our_id_gives_it_to_what_it_accepted() -> None:
    verdict = Verdict(decode({"telco_id": "id"}, Result, AT), AT)
    outcome = verdict.judge(Response(202, {}, b"0: Accepted for delivery"), NOW, our_id="m-1")
    assert outcome == Accepted((TelcoId("m-1"),))
    assert verdict.judge(Response(400, {}, b""), NOW, our_id="m-1") == Rejected(
        "http 400", permanent=True
    )


def test_a_duplicate_counts_whatever_the_status() -> None:
    rules = [{"field": "text", "matches": "(?i)duplicate", "means": "duplicate"}]
    assert judge(b"Duplicate id", {"rules": rules}, 409) == Accepted()


def test_rules_come_before_the_lists_of_words() -> None:
    result = {
        "rules": [{"field": "json:code", "is": "1", "means": "rejected"}],
        "code": "json:code",
        "accepted": ["0", "1"],
    }
    assert judge(b'{"code": 1}', result) == Rejected("1", permanent=True)
    assert judge(b'{"code": 0}', result) == Accepted()
    assert judge(b"{}", result) == Uncertain("unreadable_answer")


def test_several_words_that_differ_hold_no_rule() -> None:
    rules = [{"field": "xml:code", "is": "0", "means": "accepted"}]
    assert judge(b"<r><code>0</code><code>0</code></r>", {"rules": rules}) == Accepted()
    outcome = judge(b"<r><code>0</code><code>1</code></r>", {"rules": rules})
    assert outcome == Uncertain("unreadable_answer")


def test_an_expired_token_is_no_fate_of_a_reply() -> None:
    rules = [{"field": "json:error", "is": "expired_token", "means": "token"}]
    assert judge(b'{"error": "expired_token"}', {"rules": rules}, 401) == StaleToken()


def test_a_pattern_looks_at_the_beginning_of_a_long_word_only() -> None:
    rules = [{"field": "text", "matches": "late", "means": "rejected"}]
    assert judge(b"x" * 600 + b"late", {"rules": rules}) == Accepted()


@pytest.mark.parametrize(
    "rule,says",
    [
        ({"field": "text", "means": "rejected"}, "rules.0: set is or matches"),
        ({"field": "text", "is": 1, "matches": "1", "means": "rejected"}, "set is or matches"),
        ({"field": "query:a", "is": 1, "means": "rejected"}, "rules.0.field: expected json:PATH"),
        ({"field": "text", "matches": "(", "means": "rejected"}, "pattern cannot be used"),
        ({"field": "text", "matches": "a" * 201, "means": "rejected"}, "longer than 200"),
        ({"field": "text", "is": 1, "also": {"a": 1}, "means": "door"}, "also: expected json:PATH"),
        ({"field": "text", "is": 1, "means": "fine"}, "expected one of accepted"),
        ({"field": "text", "is": 1}, "means: missing"),
        ({"field": "text", "was": 1, "means": "door"}, "no such setting"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused_at_the_start(
    rule: dict[str, Any], says: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        judge(b"", {"rules": [rule]})
    assert str(caught.value).startswith(AT)
    assert says in str(caught.value)


@settings(deadline=None)
@given(status=st.integers(100, 599), body=st.binary(max_size=80) | st.none())
def test_any_answer_means_something_by_rules_too(status: int, body: bytes | None) -> None:
    outcome = judge(body, WSCPMT, status)
    assert isinstance(outcome, Accepted | Deferred | DoorRefused | Rejected | Uncertain)


async def test_a_door_that_is_refused_says_so_once_for_each_word(
    context: DoorContext, captured_logs: StringIO
) -> None:
    words = ["bad password", "bad password", "bad address", "OK", "bad address"]

    async def handle(_request: web.Request) -> web.Response:
        return web.Response(text=words.pop(0))

    rules = [{"field": "text", "matches": "^bad", "means": "door"}]
    async with sender(handle, context, result={"rules": rules}) as one:
        outcomes = [await send(one) for _ in range(5)]
    refused = Deferred("door_refused")
    assert outcomes == [refused, refused, refused, Accepted(), refused]
    said = [line for line in captured_logs.getvalue().splitlines() if "door.refused" in line]
    assert [("password" in line, "address" in line) for line in said] == [
        (True, False),
        (False, True),
        (False, True),
    ]
