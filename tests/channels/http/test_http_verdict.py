"""What a telco's answer to an MT means."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_gateway.channels.http.response import Response
from sms_gateway.channels.http.settings import Result
from sms_gateway.channels.http.verdict import (
    MAX_REASON,
    MAX_RETRY_AFTER,
    DoorRefused,
    Judged,
    Verdict,
    clean_reason,
)
from sms_gateway.domain.ids import TelcoId
from sms_gateway.domain.outcome import Accepted, Deferred, Rejected, SendOutcome, Uncertain

NOW = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
ESMS: dict[str, Any] = {
    "code": "json:CodeResult",
    "accepted": ("100",),
    "duplicate": (124,),
    "throttled": ("125",),
    "temporary": ("99",),
    "rejected": ("108", "146"),
    "telco_id": "json:SMSID",
}


def judge(
    status: int,
    body: bytes | None = b"",
    headers: Mapping[str, str] | None = None,
    **result: Any,  # noqa: ANN401 - any keys of Result
) -> Judged:
    verdict = Verdict(Result(**result), "doors.telco.outbound.result")
    return verdict.judge(Response(status, headers or {}, body), NOW)


@pytest.mark.parametrize(
    "status,outcome",
    [
        (200, Accepted()),
        (202, Accepted()),
        (204, Accepted()),
        (400, Rejected("http 400", permanent=True)),
        (422, Rejected("http 422", permanent=True)),
        (408, Rejected("http 408", permanent=False)),
        (429, Deferred("throttled")),
        (500, Uncertain("server_error 500")),
        (501, Uncertain("server_error 501")),
        (599, Uncertain("server_error 599")),
        (503, Deferred("unavailable")),
        (502, Uncertain("bad_gateway")),
        (504, Uncertain("gateway_timeout")),
    ],
)
def test_without_a_word_the_status_decides(status: int, outcome: SendOutcome) -> None:
    assert judge(status) == outcome


@pytest.mark.parametrize("status", [301, 307, 401, 402, 403, 404, 405, 407, 410])
def test_a_status_that_the_next_message_would_meet_too_refuses_us_and_loses_none(
    status: int,
) -> None:
    for result in ({}, ESMS):
        refused = judge(status, b"<html>", {"retry-after": "7"}, **result)
        assert refused == DoorRefused(f"http {status}", timedelta(seconds=7), bare=True)
        assert refused.deferred == Deferred(f"door_refused http {status}", timedelta(seconds=7))


def test_a_word_of_the_telcos_own_is_heard_before_such_a_status() -> None:
    assert judge(404, b'{"CodeResult":"146"}', **ESMS) == Rejected("146", permanent=True)
    assert judge(404, b'{"CodeResult":"777"}', **ESMS) == Rejected("777", permanent=True)


def test_an_error_page_is_no_word_where_the_whole_body_is_looked_at() -> None:
    result: dict[str, Any] = {"code": "text", "accepted": ("1",), "rejected": ("3",)}
    assert judge(404, b"<html>", **result) == DoorRefused("http 404", bare=True)
    assert judge(500, b"<html>", **result) == Uncertain("server_error 500")
    assert judge(404, b"3", **result) == Rejected("3", permanent=True)
    assert judge(200, b"<html>", **result) == Rejected("<html>", permanent=True)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    "written,wait",
    [
        ("7", timedelta(seconds=7)),
        ("0", timedelta()),
        ("999999999999", MAX_RETRY_AFTER),
        ("Mon, 23 Nov 2026 03:15:30 GMT", timedelta(seconds=30)),
        ("Mon, 23 Nov 2020 03:15:30 GMT", timedelta()),
    ],
)
def test_a_throttling_telco_may_name_its_wait(status: int, written: str, wait: timedelta) -> None:
    outcome = judge(status, headers={"retry-after": written})
    assert outcome == Deferred("throttled", wait)


@pytest.mark.parametrize(
    "body,outcome",
    [
        (b'{"CodeResult":"100","SMSID":"s-1"}', Accepted((TelcoId("s-1"),))),
        (b'{"CodeResult":100}', Accepted()),
        (b'{"CodeResult":"124","SMSID":"s-1"}', Accepted((TelcoId("s-1"),))),
        (b'{"CodeResult":"125"}', Deferred("throttled")),
        (b'{"CodeResult":"99"}', Rejected("99", permanent=False)),
        (b'{"CodeResult":"146"}', Rejected("146", permanent=True)),
        (b'{"CodeResult":"777"}', Rejected("777", permanent=True)),
        (b"<html>", Uncertain("unreadable_answer")),
        (b"{}", Uncertain("unreadable_answer")),
        (None, Uncertain("unreadable_answer")),
    ],
)
def test_the_word_in_the_answer_decides(body: bytes | None, outcome: SendOutcome) -> None:
    assert judge(200, body, **ESMS) == outcome


def test_a_word_decides_with_an_error_status_too_but_never_that_it_was_accepted() -> None:
    assert judge(400, b'{"CodeResult":"124"}', **ESMS) == Accepted()
    assert judge(500, b'{"CodeResult":"146"}', **ESMS) == Rejected("146", permanent=True)
    assert judge(500, b"<html>", **ESMS) == Uncertain("server_error 500")


@pytest.mark.parametrize(
    "status,reason",
    [
        (302, "unknown_answer"),
        (400, "unknown_answer"),
        (401, "unknown_answer"),
        (408, "unknown_answer"),
        (429, "unknown_answer"),
        (500, "server_error 500"),
        (502, "bad_gateway"),
        (503, "server_error 503"),
        (504, "gateway_timeout"),
    ],
)
@pytest.mark.parametrize("otherwise", ["rejected", "temporary", "uncertain"])
def test_a_word_of_what_was_accepted_with_an_error_status_says_neither_yes_nor_no(
    status: int, reason: str, otherwise: str
) -> None:
    said = b'{"CodeResult":"100"}'
    assert judge(status, said, **ESMS, otherwise=otherwise) == Uncertain(reason)


@pytest.mark.parametrize("otherwise", ["rejected", "temporary", "uncertain"])
def test_a_word_in_no_list_with_a_server_error_is_no_answer(otherwise: str) -> None:
    said = b'{"CodeResult":"777"}'
    assert judge(500, said, **ESMS, otherwise=otherwise) == Uncertain("server_error 500")
    assert judge(502, said, **ESMS, otherwise=otherwise) == Uncertain("bad_gateway")


def test_the_status_and_a_number_in_an_error_page_are_no_words() -> None:
    page = b"<html><h1>500 Internal Server Error</h1>"
    loose: dict[str, Any] = {"code": "regex:([0-9]+)", "accepted": ("0",)}
    assert judge(500, page, **loose) == Uncertain("server_error 500")
    bare: dict[str, Any] = {"code": "status", "accepted": (202,)}
    assert judge(501, b"", **bare) == Uncertain("server_error 501")
    assert judge(404, b"", **bare) == DoorRefused("http 404", bare=True)
    assert judge(409, b"", **bare, rejected=(409,)) == Rejected("409", permanent=True)


def test_a_word_in_no_list_with_another_status_leaves_it_to_the_status() -> None:
    said = b'{"CodeResult":"777"}'
    assert judge(400, said, **ESMS, otherwise="uncertain") == Rejected("777", permanent=True)
    assert judge(503, said, **ESMS) == Deferred("unavailable")


@pytest.mark.parametrize(
    "otherwise,outcome",
    [
        ("rejected", Rejected("9", permanent=True)),
        ("temporary", Rejected("9", permanent=False)),
        ("uncertain", Uncertain("unknown_answer")),
    ],
)
def test_a_word_in_no_list_means_what_the_settings_say(
    otherwise: str, outcome: SendOutcome
) -> None:
    assert judge(200, b"9", code="text", accepted=("1",), otherwise=otherwise) == outcome


def test_the_word_may_stand_in_a_header_a_text_or_behind_a_pattern() -> None:
    xml = b"<r><message>Insert MT_QUEUE: OK</message><result>1</result></r>"
    pattern = "regex:<result>(.*?)</result>"
    assert judge(200, xml, code=pattern, accepted=("1",)) == Accepted()
    assert judge(200, b" 1\n", code="text", accepted=("1",)) == Accepted()
    assert judge(200, b"", {"x-code": "1"}, code="header:X-Code", accepted=(1,)) == Accepted()
    far = b" " * 5_000 + b"<result>1</result>"
    assert judge(200, b"x" + far, code=pattern, accepted=("1",)) == Uncertain("unreadable_answer")


def test_a_telco_may_give_an_id_per_part_and_odd_ids_are_left_out() -> None:
    body = b'{"data":{"ids":["a",7,null,"b\\u0000b","' + b"c" * 101 + b'"]}}'
    assert judge(200, body, telco_id="json:data.ids") == Accepted((TelcoId("a"), TelcoId("7")))
    nested = b'{"messages":[{"messageId":"m-1"}]}'
    outcome = judge(200, nested, telco_id="json:messages.0.messageId")
    assert outcome == Accepted((TelcoId("m-1"),))


def test_of_a_list_of_hundreds_no_entry_is_a_word_or_an_id() -> None:
    result: dict[str, Any] = {"code": "json:code", "accepted": ("1",), "telco_id": "json:code"}
    few, many = b'{"code":[1' + b",1" * 99 + b"]}", b'{"code":[1' + b",1" * 100 + b"]}"
    assert judge(200, few, **result) == Accepted((TelcoId("1"),) * 20)
    assert judge(200, many, **result) == Uncertain("unreadable_answer")


def test_a_reason_never_repeats_the_text_or_a_number() -> None:
    hidden = ("Ho so 12345", "84900000001")
    said = "rejected Ho so 12345 for 84900000001 or 0900 000 001 or +84-900-000-001\n"
    assert clean_reason(said, hidden) == "rejected *** for *** or *** or +***"


def test_a_reason_keeps_words_that_a_very_short_secret_is_part_of() -> None:
    said = "The text xoxo expired"
    assert clean_reason(said, ["x", "ex", "tex", ""]) == said
    assert clean_reason(said, ["xoxo"]) == "The text *** expired"


@settings(deadline=None)
@given(raw=st.text(max_size=200))
def test_a_reason_is_short_and_printable(raw: str) -> None:
    reason = clean_reason(raw)
    assert len(reason) <= MAX_REASON
    assert all(character.isprintable() for character in reason)


@settings(deadline=None)
@given(
    status=st.integers(100, 599),
    body=st.binary(max_size=60) | st.just(b'{"CodeResult":') | st.none(),
    headers=st.dictionaries(st.just("retry-after"), st.text(max_size=30)),
)
def test_any_answer_means_something(
    status: int, body: bytes | None, headers: dict[str, str]
) -> None:
    for result in ({}, ESMS):
        outcome = judge(status, body, headers, **result)
        assert isinstance(outcome, Accepted | Deferred | DoorRefused | Rejected | Uncertain)


@pytest.mark.parametrize(
    "when",
    [
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Mon, 01 Jan 2024 00:00:00 +99999999999999",
        "Fri, 31 Dec 9999 23:59:59 -2359",
    ],
)
def test_a_retry_after_outside_the_calendar_is_no_retry_after(when: str) -> None:
    outcome = judge(429, headers={"retry-after": when})
    assert isinstance(outcome, Deferred)


def test_a_part_of_the_text_or_of_a_password_hides_the_whole_reason() -> None:
    text = "Ho so 170703-0001 da co ket qua. De xem chi tiet hay nhan tu so da dang ky"
    assert clean_reason("ERR da co ket qua. De xem", [text]) == "***"
    assert clean_reason("ERR 17", [text]) == "ERR 17"
