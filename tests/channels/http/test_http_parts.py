"""Answers that speak of each part of a long MT by itself."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_gateway.channels.http import response as answers
from sms_gateway.channels.http.parts import MAX_PARTS
from sms_gateway.channels.http.response import Response
from sms_gateway.channels.http.settings import Result
from sms_gateway.channels.http.verdict import DoorRefused, Judged, Verdict
from sms_gateway.domain.ids import TelcoId
from sms_gateway.domain.outcome import Accepted, Deferred, Rejected, SendOutcome, Uncertain
from sms_gateway.settings import SettingsError, decode

NOW = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
HALF_1 = Uncertain("partly_taken", (TelcoId("m-1"),))
HALF_2 = Uncertain("partly_taken", (TelcoId("m-2"),))
AT = "doors.telco.outbound.result"
RESULT: dict[str, Any] = {
    "code": "json:messages.*.status",
    "telco_id": "json:messages.*.id",
    "accepted": ["0"],
    "throttled": ["1"],
    "rejected": ["7"],
    "otherwise": "uncertain",
    "rules": [{"field": "json:messages.*.status", "is": "9", "means": "door"}],
}


def judge(document: object, more: dict[str, Any] | None = None, status: int = 200) -> Judged:
    verdict = Verdict(decode({**RESULT, **(more or {})}, Result, AT), AT)
    return verdict.judge(Response(status, {}, json.dumps(document).encode()), NOW)


def parts(*statuses: str) -> dict[str, object]:
    return {"messages": [{"status": s, "id": f"m-{n}"} for n, s in enumerate(statuses, 1)]}


@pytest.mark.parametrize(
    "statuses,outcome",
    [
        (["0"], Accepted((TelcoId("m-1"),))),
        (["0", "0"], Accepted((TelcoId("m-1"), TelcoId("m-2")))),
        (["0", "1"], HALF_1),
        (["1", "0"], HALF_2),
        (["0", "9"], HALF_1),
        (["0", "?"], HALF_1),
        (["0", ""], HALF_1),
        (["1", "1"], Deferred("throttled")),
        (["1", "7"], Deferred("throttled")),
        (["7", "1"], Rejected("7", permanent=True)),
        (["9", "7"], DoorRefused("9")),
        (["0", "1", "0"], Uncertain("partly_taken", (TelcoId("m-1"), TelcoId("m-3")))),
        (["7", "?"], Uncertain("unknown_answer")),
        (["0"] * (MAX_PARTS + 1), Uncertain("unreadable_answer")),
    ],
)
def test_a_reply_is_accepted_where_all_its_parts_are(
    statuses: list[str], outcome: SendOutcome
) -> None:
    assert judge(parts(*statuses)) == outcome


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"messages": []},
        {"messages": "0"},
        {"messages": [1]},
        {"messages": {"0": {"status": "0"}}},
        {"messages": {"*": {"status": "0"}}},
        [],
        None,
    ],
)
def test_an_answer_without_parts_is_one_that_cannot_be_read(document: object) -> None:
    assert judge(document) == Uncertain("unreadable_answer")
    assert judge(document, status=400) == Rejected("http 400", permanent=True)


def test_a_word_for_the_whole_may_stand_beside_ids_of_its_parts() -> None:
    said = {**parts("0", "0"), "code": "100"}
    more = {"code": "json:code", "accepted": ["100"], "rules": []}
    assert judge(said, more) == Accepted((TelcoId("m-1"), TelcoId("m-2")))


@pytest.mark.parametrize("places", [("json:a.*.b.*.c", ""), ("json:a.*.b", "json:c.*.d")])
def test_a_star_means_one_list(places: tuple[str, str]) -> None:
    code, telco_id = places
    with pytest.raises(SettingsError, match=r"outbound.result: .*\*"):
        judge({}, {"code": code, "telco_id": telco_id, "rules": []})


@pytest.mark.parametrize("entries", [MAX_PARTS, MAX_PARTS + 1, 10_000])
def test_an_answer_is_decoded_once_however_many_parts_it_has(
    monkeypatch: pytest.MonkeyPatch, entries: int
) -> None:
    decoded: list[bytes] = []

    def decode_counted(body: bytes) -> object:
        decoded.append(body)
        return json.loads(body)

    monkeypatch.setattr(answers, "decode_json", decode_counted)
    outcome = judge(parts(*["0"] * entries))
    assert isinstance(outcome, Accepted if entries == MAX_PARTS else Uncertain)
    assert len(decoded) == 1


def test_an_answer_of_too_many_parts_is_judged_by_none_of_them() -> None:
    looked_at: list[int] = []

    class Entries(list[object]):
        def __getitem__(self, place: Any) -> Any:  # noqa: ANN401 - as the list's own
            looked_at.append(place)
            return super().__getitem__(place)

    document = {"messages": Entries([{"status": "0"}] * (MAX_PARTS + 1))}
    verdict = Verdict(decode(RESULT, Result, AT), AT)
    outcome = verdict.judge(Response(200, {}, b"", document=document), NOW)
    assert outcome == Uncertain("unreadable_answer")
    assert not looked_at


@settings(deadline=None)
@given(body=st.binary(max_size=60) | st.just(b'{"messages":['))
def test_any_answer_means_something(body: bytes) -> None:
    verdict = Verdict(decode(RESULT, Result, AT), AT)
    outcome = verdict.judge(Response(200, {}, body), NOW)
    assert outcome == Uncertain("unreadable_answer")
