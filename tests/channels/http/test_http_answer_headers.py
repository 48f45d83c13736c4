"""What a response says beside its body: headers, and the alphabet of the reply."""

from collections.abc import Callable, Mapping

import pytest

from sms_gateway.domain.outcome import Billing
from sms_gateway.ports import Door, Stored
from sms_gateway.settings import SettingsError
from tests.channels.http.calls import ANYWHERE, ID, answered, get, webhook

Opener = Callable[[Mapping[str, object]], Door]

FIELDS = {"sender": "query:from", "short_code": "const:8083", "text": "query:text"}
CALL = get("/mo/telco", "from=84900000001&text=x")


def table(**answer: object) -> Mapping[str, object]:
    inbound = {"methods": ["GET"], "fields": FIELDS}
    return {"inbound": inbound, "access": ANYWHERE, "answer": {"format": "text", **answer}}


def test_a_header_tells_the_alphabet_of_the_reply_in_the_telcos_words(door_of: Opener) -> None:
    alphabet = {"gsm7": 0, "ucs2": 2}
    door = webhook(door_of, table(headers={"X-Coding": "{alphabet}"}, alphabet=alphabet))
    plain, accented = (
        door.reply([answered(text)], CALL).headers
        for text in ("Ho so 12345", "H\u1ed3 s\u01a1 12345")
    )
    assert (dict(plain), dict(accented)) == ({"X-Coding": "0"}, {"X-Coding": "2"})
    assert dict(door.reply([Stored(ID)], CALL).headers) == {"X-Coding": "0"}


def test_a_header_and_a_body_may_tell_the_bill_and_the_alphabet(door_of: Opener) -> None:
    door = webhook(door_of, table(headers={"X-Bill": "b={billing}"}, body="{alphabet};{reply}"))
    reply = door.reply([answered("Khong thay", Billing.REFUND)], CALL)
    assert (reply.body, dict(reply.headers)) == (b"gsm7;Khong thay", {"X-Bill": "b=refund"})


@pytest.mark.parametrize("word", ["a\r\nX-Other: 1", "a\nb"])
def test_no_word_breaks_out_of_a_header(door_of: Opener, word: str) -> None:
    door = webhook(door_of, table(headers={"X-Bill": "{billing}"}, billing={"charge": word}))
    (value,) = door.reply([answered("Ho so 12345")], CALL).headers.values()
    assert not {"\r", "\n"} & set(value)


@pytest.mark.parametrize(
    "headers,message",
    [
        ({"X-Text": "{reply}"}, r"answer.headers.X-Text: .*\{reply\}"),
        ({"X Text": "1"}, "a header wants letters"),
        ({"X-Text": "a\nb"}, "a header wants letters"),
    ],
)
def test_what_cannot_be_a_header_is_refused(
    door_of: Opener, headers: Mapping[str, str], message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        webhook(door_of, table(headers=headers))
