"""What the telco hears: escaping, styles, refusals."""

import base64
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_gateway.described.body import Vocabulary, compile_body
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.outcome import Billing
from sms_gateway.ports import (
    MAX_REQUEST,
    Answered,
    Door,
    Late,
    NoReply,
    Purpose,
    Refused,
    Stored,
    Webhook,
    WebhookRequest,
)

Opener = Callable[[Mapping[str, object]], Door]

NOW = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
ID = MessageId("01939a3e-0000-7000-8000-000000000001")
FIELDS = {"sender": "query:from", "short_code": "const:8083", "text": "query:text"}
ANYWHERE = {"cidrs": ["0.0.0.0/0", "::/0"]}
CALL = WebhookRequest("GET", "/mo/telco", "from=84900000001&text=x", {}, b"", "203.0.113.7")
BAD = WebhookRequest("GET", "/mo/telco", "from=84900000001", {}, b"", "203.0.113.7")

# XML 1.0 section 2.2; a reader turns \r into \n unless it is escaped.
xml_text = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\t\n\r<>&\"'{}]")
)


def webhook(
    door_of: Opener, answer: Mapping[str, object], more: Mapping[str, object] | None = None
) -> Webhook:
    inbound = {"methods": ["GET"], "fields": FIELDS}
    door = door_of({"inbound": inbound, "access": ANYWHERE, "answer": answer, **(more or {})})
    assert door.webhook is not None
    return door.webhook


def written(door: Webhook, text: str) -> bytes:
    return door.reply([Answered(ID, text, Billing.CHARGE)], CALL).body


@settings(deadline=None)
@given(text=st.text())
def test_json_carries_any_text_unchanged(door_of: Opener, text: str) -> None:
    answer = {"body": '{"data": [{"say": "[{reply}]", "billing": "{billing}"}], "n": 1}'}
    read = json.loads(written(webhook(door_of, answer), text))
    assert read == {"data": [{"say": f"[{text}]", "billing": "charge"}], "n": 1}


words = st.sampled_from(["", "100 %b", '"', "{reply}", "[{reply}]", "{billing}%", "mã số"])
templates = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(template=templates, text=st.text(max_size=20))
def test_a_json_template_may_be_any_document(template: object, text: str) -> None:
    def filled(node: object) -> object:
        if isinstance(node, dict):
            return {name: filled(value) for name, value in node.items()}
        if isinstance(node, list):
            return list(map(filled, node))
        if not isinstance(node, str):
            return node
        return (
            71 if node == "{billing}" else node.replace("{billing}", "71").replace("{reply}", text)
        )

    known = Vocabulary(("reply", "billing"))
    body = compile_body("json", json.dumps(template), known, "answer.body")
    assert json.loads(body.render({"reply": text, "billing": 71})) == filled(template)


@settings(deadline=None)
@given(text=xml_text)
def test_xml_carries_any_text_unchanged_in_text_and_attributes(door_of: Opener, text: str) -> None:
    body = '<?xml version="1.0"?><a xmlns:s="urn:x"><s:b say="{reply}">[{reply}]</s:b></a>'
    octets = written(webhook(door_of, {"format": "xml", "body": body}), text)
    (element,) = ET.fromstring(octets)  # noqa: S314 - written by the door under test
    assert (element.tag, element.text, element.get("say")) == ("{urn:x}b", f"[{text}]", text)


@settings(deadline=None)
@given(text=st.text())
def test_xml_never_holds_what_xml_cannot(door_of: Opener, text: str) -> None:
    octets = written(webhook(door_of, {"format": "xml", "body": "<a>{reply}</a>"}), text)
    assert ET.fromstring(octets).tag == "a"  # noqa: S314 - written by the door under test


@settings(deadline=None)
@given(text=st.text())
def test_a_text_answer_never_holds_forbidden_characters(door_of: Opener, text: str) -> None:
    answer = {"format": "text", "body": "0;{reply}", "forbidden": ";|\r\n"}
    octets = written(webhook(door_of, answer), text)
    assert octets.startswith(b"0;")
    assert not set(octets.decode()[2:]) & set(";|\r\n")


@pytest.mark.parametrize("body", ['{"say": "{reply}"}', '{"say": "[{reply}]"}'])
@pytest.mark.parametrize("text", ["1;2|3", "mã;số"])
def test_a_json_answer_holds_no_forbidden_characters_either(
    door_of: Opener, body: str, text: str
) -> None:
    said = written(webhook(door_of, {"body": body, "forbidden": ";|"}), text)
    assert json.loads(said)["say"].strip("[]") == text.replace(";", " ").replace("|", " ")


def test_lone_surrogates_never_stop_an_answer(door_of: Opener) -> None:
    for format_, body in (("text", "{reply}"), ("json", '"{reply}"'), ("xml", "<a>{reply}</a>")):
        assert b"?" in written(webhook(door_of, {"format": format_, "body": body}), "a\ud800b")


def test_a_value_with_braces_is_no_placeholder(door_of: Opener) -> None:
    door = webhook(door_of, {"format": "text", "body": "{{{reply}}}"})
    assert written(door, "{message_id}") == b"{{message_id}}"


def test_each_result_may_have_its_own_body(door_of: Opener) -> None:
    answer = {
        "format": "text",
        "body": "A {reply}",
        "no_reply": "N {status}",
        "late": "L {message_id}",
        "stored": "S",
        "status_code": 202,
    }
    door = webhook(door_of, answer)
    assert written(door, "x") == b"A x"
    assert door.reply([NoReply(ID)], CALL).body == b"N no_reply"
    assert door.reply([Late(ID)], CALL).body == b"L " + ID.encode()
    assert door.reply([Stored(ID)], CALL).body == b"S"
    assert door.reply([Stored(ID)], CALL).status == 202


def test_where_there_is_no_reply_a_telco_may_hear_an_empty_body(door_of: Opener) -> None:
    answer = {"format": "text", "body": "0;{billing};{reply}"}
    assert webhook(door_of, answer).reply([NoReply(ID)], CALL).body == b"0;free;"
    empty = webhook(door_of, {**answer, "no_reply": "{reply}"})
    assert empty.reply([NoReply(ID)], CALL).body == b""
    assert written(empty, "A") == b"0;charge;A"


def test_an_acknowledging_door_says_ok_and_never_the_reply(door_of: Opener) -> None:
    out = {"outbound": {"url": "https://sms.example/", "body": "{}"}}
    door = webhook(door_of, {"style": "acknowledge", "format": "text"}, out)
    for result in (Stored(ID), Late(ID), NoReply(ID), Answered(ID, "secret", Billing.FREE)):
        assert door.reply([result], CALL).body == b"OK"


def test_numbers_go_back_in_the_form_the_telco_wants(door_of: Opener) -> None:
    for form, number in (("digits", "84900000001"), ("national", "0900000001")):
        answer = {"format": "text", "body": "{sender}", "number_format": form}
        assert written(webhook(door_of, answer), "") == number.encode()


def test_a_refusal_may_have_the_doors_own_body_and_status(door_of: Opener) -> None:
    refused = {"body": "<e code='{error}'>{field}</e>", "status_code": 422}
    answer = {"format": "xml", "body": "<a>{reply}</a>", "refused": refused}
    outcome = webhook(door_of, answer).read(BAD, NOW)
    assert isinstance(outcome, Refused)
    assert (outcome.reply.status, outcome.reply.body) == (422, b'<e code="unreadable">text</e>')
    assert outcome.reply.content_type.startswith("text/xml")


def test_a_door_may_acknowledge_what_it_keeps(door_of: Opener) -> None:
    answer = {"format": "text", "body": "1 {reply}", "acknowledge_refused": True}
    reports = {"fields": {"telco_id": "query:id", "status": "query:s"}, "body": "thanks"}
    raw = {"reports": reports}
    door = webhook(door_of, answer, raw)
    outcome = door.read(BAD, NOW)
    assert isinstance(outcome, Refused)
    assert outcome.authenticated
    assert (outcome.reply.status, outcome.reply.body) == (200, b"1 ")
    dlr = WebhookRequest("POST", "/dlr/telco", "", {}, b"", "203.0.113.7", Purpose.REPORTS)
    outcome = door.read(dlr, NOW)
    assert isinstance(outcome, Refused)
    assert (outcome.reply.status, outcome.reply.body) == (200, b"thanks")


def test_a_stranger_is_never_acknowledged_and_is_asked_for_basic(door_of: Opener) -> None:
    door = door_of(
        {
            "inbound": {"methods": ["GET"], "fields": FIELDS},
            "access": {"basic": {"telco": {"user": "telco", "passwords": ["right", "next"]}}},
            "answer": {"acknowledge_refused": True},
        }
    ).webhook
    assert door is not None

    def read(login: str) -> object:
        headers = {"authorization": login} if login else {}
        return door.read(
            WebhookRequest("GET", "/mo/telco", CALL.query, headers, b"", "203.0.113.7"), NOW
        )

    def basic(pair: str) -> str:
        return "Basic " + base64.b64encode(pair.encode()).decode()

    for login in ("", "Basic", "Basic ***", "Bearer right", basic("telco:wrong"), basic("telco")):
        outcome = read(login)
        assert isinstance(outcome, Refused), login
        assert outcome.reply.status == 401
        assert "Basic" in outcome.reply.headers["WWW-Authenticate"]
    for login in (basic("telco:right"), basic("telco:next").replace("Basic", "basic")):
        assert not isinstance(read(login), Refused), login


def test_what_is_too_large_is_refused_with_413(door_of: Opener) -> None:
    large = WebhookRequest("GET", "/mo/telco", "", {}, b"x" * (MAX_REQUEST + 1), "203.0.113.7")
    outcome = webhook(door_of, {}).read(large, NOW)
    assert isinstance(outcome, Refused)
    assert (outcome.reason, outcome.reply.status) == ("too_large", 413)
    assert outcome.authenticated
