"""XML in a telco's call and in its answers: read whatever its prefixes, and within limits."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sms_gateway.channels.http.response import Response
from sms_gateway.channels.http.settings import Result
from sms_gateway.channels.http.verdict import Verdict
from sms_gateway.channels.http.xml_tree import MAX_DEPTH, MAX_ELEMENTS
from sms_gateway.domain.ids import TelcoId
from sms_gateway.domain.message import DeliveryReport, MobileOriginated
from sms_gateway.domain.outcome import Accepted, Delivery, Rejected, SendOutcome, Uncertain
from sms_gateway.ports import Purpose, Refused, Stored, Unreadable, Webhook, WebhookRequest
from sms_gateway.settings import SettingsError
from tests.channels.http.calls import ANYWHERE, ID, NOW, Opener, found, items, one_mo, webhook

SOAP = (
    '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:xsd="http://www.w3.org/2001/XMLSchema">{header}<SOAP-ENV:Body>{body}</SOAP-ENV:Body>'
    "</SOAP-ENV:Envelope>"
)
CLASSIC = SOAP.format(
    header="",
    body='<ns1:moReceiver xmlns:ns1="Receiver" '
    'SOAP-ENV:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/">\n'
    '<User_ID xsi:type="xsd:string">84900000001</User_ID>'
    '<Service_ID xsi:type="xsd:string">8083</Service_ID>\n'
    '<Command_Code xsi:type="xsd:string">MCKH</Command_Code>'
    '<Message xsi:type="xsd:string">TUNLSF8xMjM0NQ==</Message>\n'
    '<Request_ID xsi:type="xsd:string">11231015000017</Request_ID></ns1:moReceiver>',
)
FIELDS = {
    "sender": "xml:User_ID",
    "short_code": "xml:Service_ID",
    "text": "xml:Message",
    "message_id": "xml:Request_ID",
}


def door(door_of: Opener, fields: Mapping[str, str] = FIELDS, **more: object) -> Webhook:
    return webhook(door_of, {"inbound": {"fields": fields}, "access": ANYWHERE, **more})


def call(
    body: str | bytes,
    purpose: Purpose = Purpose.MESSAGES,
    headers: Mapping[str, str] | None = None,
) -> WebhookRequest:
    raw = body if isinstance(body, bytes) else body.encode()
    return WebhookRequest("POST", "/mo/telco", "", headers or {}, raw, "203.0.113.7", purpose)


def mo(text: str = "MCKH 1", more: str = "") -> str:
    return (
        "<mo><User_ID>84900000001</User_ID><Service_ID>8083</Service_ID>"
        f"<Message>{text}</Message>{more}</mo>"
    )


def refused(one: Webhook, request: WebhookRequest) -> str:
    outcome = one.read(request, NOW)
    assert isinstance(outcome, Refused)
    assert (outcome.reason, outcome.reply.status) == ("unreadable", 400)
    return outcome.detail


def test_the_classic_soap_call_is_read_with_its_base64_text(door_of: Opener) -> None:
    raw = {"inbound": {"fields": FIELDS, "text_encoding": "base64"}, "access": ANYWHERE}
    found_mo = one_mo(webhook(door_of, raw).read(call(CLASSIC), NOW))
    assert (found_mo.sender.digits, found_mo.short_code) == ("84900000001", "8083")
    assert (found_mo.text, found_mo.telco_id) == ("MCKH_12345", "11231015000017")


@pytest.mark.parametrize(
    "start,end",
    [
        ('<moReceiver xmlns="Receiver">', "</moReceiver>"),
        ('<a:moReceiver xmlns:a="urn:b">', "</a:moReceiver>"),
        ("<undeclared:moReceiver>", "</undeclared:moReceiver>"),
    ],
)
@pytest.mark.parametrize(
    "path", ["xml:Message", "xml:moReceiver.Message", "xml:Body.moReceiver.Message"]
)
def test_prefixes_and_what_stands_above_a_path_do_not_matter(
    door_of: Opener, start: str, end: str, path: str
) -> None:
    inner = mo().removeprefix("<mo>").removesuffix("</mo>")
    body = SOAP.format(header="", body=f"{start}{inner}{end}")
    assert one_mo(door(door_of, {**FIELDS, "text": path}).read(call(body), NOW)).text == "MCKH 1"


def test_credentials_may_stand_in_the_soap_header(door_of: Opener) -> None:
    header = (
        "<SOAP-ENV:Header><SMSReceiverCredential><Username>payoo</Username>"
        "<Password>hush</Password></SMSReceiverCredential></SOAP-ENV:Header>"
    )
    body = SOAP.format(header=header, body=mo("MCKH &lt;1&gt; mã số <![CDATA[& <2>]]>"))
    where = "xml:Header.SMSReceiverCredential"
    access = {
        "fields": {
            "user": {"field": f"{where}.Username", "secrets": ["payoo"]},
            "password": {"field": f"{where}.Password", "secrets": ["hush"]},
        }
    }
    one = door(door_of, access=access)
    assert one_mo(one.read(call(body), NOW)).text == "MCKH <1> mã số & <2>"
    stranger = one.read(call(body.replace("hush", "guess")), NOW)
    assert isinstance(stranger, Refused)
    assert (stranger.reason, stranger.reply.status) == ("unauthorised", 403)
    kept = one.redacted(call(body))
    assert b"hush" not in kept
    assert "MCKH &lt;1&gt; mã số &amp; &lt;2&gt;".encode() in kept


def test_an_attribute_is_a_value_too(door_of: Opener) -> None:
    body = '<sms id="7" x:net="VMS"><User_ID>84900000001</User_ID><Service_ID>8083</Service_ID>'
    fields = {**FIELDS, "message_id": "xml:sms.@id", "operator": "xml:sms.@net"}
    body += "<Message/></sms>"
    found_mo = one_mo(door(door_of, fields).read(call(body), NOW))
    assert (found_mo.telco_id, found_mo.operator, found_mo.text) == ("7", "VMS", "")


def test_an_element_that_holds_elements_has_no_value(door_of: Opener) -> None:
    body = "<Message><User_ID>84900000001</User_ID><Service_ID>8083</Service_ID>"
    body += "<Message>MCKH 1</Message></Message>"
    assert one_mo(door(door_of).read(call(body), NOW)).text == "MCKH 1"


def test_an_element_twice_counts_only_where_both_say_the_same(door_of: Opener) -> None:
    same = mo(more="<Message>MCKH 1</Message>")
    assert one_mo(door(door_of).read(call(same), NOW)).text == "MCKH 1"
    other = mo(more="<Extra><b:Message>MCKH 2</b:Message></Extra>")
    assert refused(door(door_of), call(other)) == "field text is given twice with different values"


@pytest.mark.parametrize(
    "body",
    [
        f"<!DOCTYPE mo>{mo()}",
        f'<!DOCTYPE mo [<!ENTITY a "MCKH 1">]>{mo("&a;")}',
        f'<!DOCTYPE mo [<!ENTITY a SYSTEM "file:///etc/passwd">]>{mo("&a;")}',
        f'<!DOCTYPE mo SYSTEM "http://127.0.0.1:9/a.dtd">{mo()}',
        f'<?xml-stylesheet href="a"?>{mo()}',
        mo("<?php 1?>"),
        mo("&a;"),
        mo()[:-1],
        mo() + mo(),
        "",
        "<",
        "MCKH",
        '{"Message": "MCKH 1"}',
        '<?xml version="1.0" encoding="utf-7"?>' + mo(),
        '<?xml version="1.0" encoding="shift_jis"?>' + mo(),
        b"\xff" + mo().encode(),
        "<a>" * (MAX_DEPTH + 1) + "</a>" * (MAX_DEPTH + 1),
        mo(more="<a/>" * MAX_ELEMENTS),
    ],
)
def test_what_is_no_xml_or_more_than_plain_xml_is_refused(
    door_of: Opener, body: str | bytes
) -> None:
    assert refused(door(door_of), call(body)) == "field body is not XML"


def test_no_file_is_opened_for_an_entity(door_of: Opener, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("MCKH 77", encoding="utf-8")
    body = f'<!DOCTYPE mo [<!ENTITY a SYSTEM "{secret.as_uri()}">]>{mo("&a;")}'
    assert "MCKH 77" not in refused(door(door_of), call(body))


@pytest.mark.parametrize(
    "declared,codec,text",
    [
        ("utf-8", "utf-8", "hồ à"),
        ("UTF-8", "utf-8-sig", "hồ à"),
        ("ISO-8859-1", "latin-1", "h à"),
        ("windows-1252", "cp1252", "à €"),
        ("windows-1258", "cp1258", "đ ơ ư"),
    ],
)
def test_the_declared_character_set_holds(
    door_of: Opener, declared: str, codec: str, text: str
) -> None:
    body = f"<?xml version='1.0' encoding='{declared}'?>{mo(text)}".encode(codec)
    assert one_mo(door(door_of).read(call(body), NOW)).text == text


def test_a_missing_element_names_its_field(door_of: Opener) -> None:
    assert refused(door(door_of), call("<mo/>")) == "field sender is missing"


def test_a_delivery_report_may_be_xml(door_of: Opener) -> None:
    raw = {
        "inbound": {"fields": FIELDS},
        "access": ANYWHERE,
        "reports": {"fields": {"telco_id": "xml:dlr.id", "status": "xml:dlr.@state"}},
    }
    one = webhook(door_of, raw)
    request = call('<r><dlr state="DELIVRD"><id>n-42</id></dlr></r>', Purpose.REPORTS)
    assert items(one.read(request, NOW)) == [DeliveryReport(TelcoId("n-42"), Delivery.DELIVERED)]
    assert one.reply([Stored(ID)], request).body == b"OK"


def test_several_texts_may_come_in_one_xml_call(door_of: Opener) -> None:
    raw = {
        "inbound": {"fields": FIELDS, "items": "xml:mo"},
        "secret_fields": ["pin"],
        "access": ANYWHERE,
        "answer": {"style": "acknowledge", "format": "text"},
        "outbound": {"url": "https://sms.example/send", "body": '{"to": "{to}"}'},
    }
    one = webhook(door_of, raw)
    bad = "<mo pin='hush'><User_ID>84900000001</User_ID></mo>"
    read = found(one.read(call(f"<r>{mo('MCKH 1')}{bad}{mo('MCKH 2')}</r>"), NOW))
    assert [getattr(item, "text", "") for item in read] == ["MCKH 1", "", "MCKH 2"]
    assert isinstance(read[1], Unreadable)
    assert read[1].raw == b'<mo pin="***"><User_ID>84900000001</User_ID></mo>'
    assert refused(one, call("<r/>")) == "field items is missing"
    assert refused(one, call(f"<r>{bad}</r>")) == "field short_code is missing"


@pytest.mark.parametrize(
    "path", ["xml:", "xml:a b", "xml:ns:a", "xml:@a", "xml:a.@b.c", "xml:a..b", "xml:1", "xml:a/b"]
)
def test_a_path_that_is_none_is_refused_at_the_start(door_of: Opener, path: str) -> None:
    with pytest.raises(SettingsError, match="wants names of elements"):
        door(door_of, {**FIELDS, "text": path})


SECRET = {"fields": {"p": {"field": "xml:Password", "secrets": ["hush"]}}}


@pytest.mark.parametrize(
    "body",
    [
        "<mo><Password>hush</Password></mo>",
        "<mo><x:PASSWORD a='hush'>hu<b>hush</b></x:PASSWORD></mo>",
        "<mo Password='hush'/>",
        "<mo><!-- hush --></mo>",
        "<mo><Password>&#104;ush</Password></mo>",
        "<mo><Password>hush</mo>",
        "<!DOCTYPE mo [<!ENTITY p 'hush'>]><mo><Password>&p;</Password></mo>",
        "Password=hush",
        '{"Password": "hush"}',
    ],
)
def test_a_secret_in_an_xml_body_is_never_kept(door_of: Opener, body: str) -> None:
    kept = door(door_of, access=SECRET).redacted(call(body))
    assert b"hush" not in kept
    assert b"&#104;" not in kept


def test_a_soap_action_is_kept_where_it_is_read(door_of: Opener) -> None:
    raw = {
        "inbound": {"fields": FIELDS, "echo": {"action": "header:SOAPAction"}},
        "access": ANYWHERE,
    }
    kept = webhook(door_of, raw).redacted(call(mo(), headers={"soapaction": "urn:mo"}))
    assert b"soapaction: urn:mo\n" in kept


WSCPMT: dict[str, object] = {
    "code": "xml:return.result",
    "accepted": ("1",),
    "rejected": ("0",),
    "telco_id": "xml:id",
}


@pytest.mark.parametrize(
    "body,outcome",
    [
        (b"<s:B><r:return><result>1</result></r:return></s:B>", Accepted()),
        (b"<r><id>a</id><id>b</id><return><result> 1 </result></return></r>",
         Accepted((TelcoId("a"), TelcoId("b")))),
        (b"<return><result>0</result></return>", Rejected("0", permanent=True)),
        (b"<return><result>0</result><return><result>1</result></return></return>",
         Uncertain("unreadable_answer")),
        (b"<!DOCTYPE r><return><result>1</result></return>", Uncertain("unreadable_answer")),
        (b"<return><result>1", Uncertain("unreadable_answer")),
    ],
)  # fmt: skip
def test_the_word_of_an_answer_may_stand_in_xml(body: bytes, outcome: SendOutcome) -> None:
    result = Result(**WSCPMT)  # type: ignore[arg-type]  # the keys of Result
    verdict = Verdict(result, "doors.telco.outbound.result")
    assert verdict.judge(Response(200, {}, body), datetime(2026, 11, 23, tzinfo=UTC)) == outcome


@settings(deadline=None)
@given(
    body=st.binary(max_size=200)
    | st.text(alphabet="<>/&;!?[]='\" abMessage:.-#x0", max_size=80).map(str.encode)
    | st.tuples(st.integers(0, 600), st.binary(max_size=3)).map(
        lambda cut: CLASSIC.encode()[: cut[0]] + cut[1] + CLASSIC.encode()[cut[0] :]
    )
)
@example(b"<?xml version='1.0' encoding='utf-8'?>")
@example(b"<a>\x00</a>")
@example("<a>\ud800</a>".encode("utf-8", "surrogatepass"))
def test_any_octets_are_read_or_refused_and_can_be_kept(door_of: Opener, body: bytes) -> None:
    one = door(door_of, access=SECRET | ANYWHERE)
    open_door = door(door_of, {**FIELDS, "operator": "xml:moReceiver.@encodingStyle"})
    for reader in (one, open_door):
        outcome = reader.read(call(body), NOW)
        assert isinstance(outcome, Refused) or all(
            isinstance(item, MobileOriginated) for item in outcome
        )
        assert isinstance(reader.redacted(call(body)), bytes)
