"""What a server error without a word of the telco's means to each preset that sends."""

import pytest

from sms_gateway.channels.http.response import Response
from sms_gateway.channels.http.settings import Outbound
from sms_gateway.channels.http.verdict import Judged, Verdict
from sms_gateway.channels.presets import KINDS, laid_over
from sms_gateway.domain.outcome import Accepted, Deferred, Uncertain
from sms_gateway.settings import decode
from tests.channels.presets.exchanges import DOOR, NOW, door_of

SENDING = [kind for kind in KINDS if "outbound" in laid_over(DOOR, door_of(kind))]
senders = pytest.mark.parametrize("kind", SENDING)


def judged(kind: str, status: int, body: bytes) -> Judged:
    table = laid_over(DOOR, door_of(kind))["outbound"]
    assert isinstance(table, dict)
    result = decode(table, Outbound, "outbound").result
    return Verdict(result, "outbound.result").judge(Response(status, {}, body), NOW)


@senders
@pytest.mark.parametrize("status", [500, 501, 502, 504, 520])
@pytest.mark.parametrize("body", [b"", b"<html>Internal Server Error</html>"])
def test_after_a_bare_server_error_nobody_knows_whether_the_citizen_was_texted(
    kind: str, status: int, body: bytes
) -> None:
    assert isinstance(judged(kind, status, body), Uncertain)


@pytest.mark.parametrize("status", [400, 408, 429, 500, 502, 503])
@pytest.mark.parametrize(
    "kind, body",
    [
        ("esms", b'{"CodeResult":"100","SMSID":"s-1"}'),
        ("speedsms", b'{"status":"success","code":"00","data":{"tranId":7}}'),
        ("vnpt", b'{"RPLY":{"name":"send_sms_list","ERROR":"0","ERROR_DESC":"ok"}}'),
        ("twilio", b'{"sid":"SM1","status":"queued"}'),
        ("vonage", b'{"messages":[{"status":"0","message-id":"m-1"}]}'),
    ],
)
def test_a_word_of_what_was_accepted_with_an_error_status_is_neither_a_yes_nor_a_no(
    kind: str, status: int, body: bytes
) -> None:
    assert isinstance(judged(kind, 200, body), Accepted)
    assert isinstance(judged(kind, status, body), Uncertain)


@senders
@pytest.mark.parametrize("status", [429, 503])
def test_a_telco_that_is_too_busy_took_nothing(kind: str, status: int) -> None:
    assert isinstance(judged(kind, status, b"<html>"), Deferred)
