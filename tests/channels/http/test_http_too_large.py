"""A call that is too large: nothing of its body is looked into, so what proves its caller?"""

import json
from collections.abc import Sequence

import pytest

from sms_gateway.ports import MAX_REQUEST, Refused, WebhookRequest
from tests.channels.http.calls import NOW, Opener, webhook

FIELDS = {"sender": "query:from", "short_code": "const:8083", "text": "query:text"}


def too_large(door_of: Opener, refs: Sequence[str], query: str = "", key: str = "") -> Refused:
    """What a door that wants these fields says of a call whose body is over the limit."""
    fields = {ref.partition(":")[0]: {"field": ref, "secrets": ["hush"]} for ref in refs}
    door = webhook(
        door_of,
        {
            "inbound": {"fields": FIELDS},
            "access": {"fields": fields},
            "answer": {"acknowledge_refused": True},
        },
    )
    body = b'{"key":"hush"}'.ljust(MAX_REQUEST + 1)
    headers = {"x-key": key} if key else {}
    outcome = door.read(
        WebhookRequest("POST", "/mo/telco", query, headers, body, "203.0.113.7"), NOW
    )
    assert isinstance(outcome, Refused)
    return outcome


@pytest.mark.parametrize(
    "refs, query, key",
    [
        (["query:key"], "key=hush", ""),
        (["header:x-key"], "", "hush"),
        (["query:key", "header:x-key"], "a=1&key=hush", "hush"),
        (["query:key"], "key=hush&a=" + "x" * MAX_REQUEST, ""),
    ],
)
def test_who_proves_itself_outside_the_body_may_send_a_body_that_is_too_large(
    door_of: Opener, refs: list[str], query: str, key: str
) -> None:
    outcome = too_large(door_of, refs, query, key)
    assert (outcome.reason, outcome.authenticated) == ("too_large", True)
    assert outcome.reply.status == 200


@pytest.mark.parametrize(
    "query, octets, part", [("", MAX_REQUEST + 1, "body"), ("a=" + "x" * MAX_REQUEST, 1, "query")]
)
def test_the_refusal_names_the_part_that_is_too_large(
    door_of: Opener, query: str, octets: int, part: str
) -> None:
    access = {"cidrs": ["203.0.113.0/24"]}
    door = webhook(door_of, {"inbound": {"fields": FIELDS}, "access": access})
    call = WebhookRequest("POST", "/mo/telco", query, {}, b" " * octets, "203.0.113.7")
    outcome = door.read(call, NOW)
    assert isinstance(outcome, Refused)
    assert outcome.reply.status == 413
    assert json.loads(outcome.reply.body) == {"error": "too_large", "field": part}


@pytest.mark.parametrize(
    "refs, query, key",
    [
        (["query:key"], "key=wrong", ""),
        (["query:key"], "", ""),
        (["header:x-key"], "", "wrong"),
        (["query:key", "header:x-key"], "key=hush", ""),
        (["query:key", "json:key"], "key=wrong", ""),
    ],
)
def test_a_stranger_with_a_body_that_is_too_large_is_a_stranger(
    door_of: Opener, refs: list[str], query: str, key: str
) -> None:
    outcome = too_large(door_of, refs, query, key)
    assert (outcome.reason, outcome.authenticated) == ("unauthorised", False)
    assert outcome.reply.status == 403


@pytest.mark.parametrize("ref", ["json:key", "form:key"])
def test_a_secret_in_a_body_that_is_too_large_proves_nothing(door_of: Opener, ref: str) -> None:
    for refs in ([ref], [ref, "query:key"]):
        outcome = too_large(door_of, refs, "key=hush")
        assert (outcome.reason, outcome.authenticated) == ("too_large", False)
        assert outcome.reply.status == 413


def test_a_query_that_cannot_be_read_proves_nothing(door_of: Opener) -> None:
    for query in ("key=hush&key=other", "key=%ff", "&".join(["key=hush"] * 300)):
        outcome = too_large(door_of, ["query:key"], query)
        assert (outcome.reason, outcome.authenticated) == ("too_large", False)
