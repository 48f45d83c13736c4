"""XML of gateways that put a citizen's text into it as it came: the text is not lost for it."""

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sms_gateway.channels.http.xml_mending import mended
from sms_gateway.channels.http.xml_tree import MAX_DEPTH, MAX_ELEMENTS, read_xml
from sms_gateway.ports import Refused
from tests.channels.http.calls import ANYWHERE, NOW, Opener, one_mo
from tests.channels.http.test_http_xml import call, door, mo, refused

SECRET = {"fields": {"p": {"field": "xml:Password", "secrets": ["hush"]}}}
ODD_TEXTS = [
    (b"MCKH 12345 M\xc3\xa3 s\x1e\xc3\x91", "MCKH 12345 Mã s\ufffdÑ"),
    (b"MCKH 12345 s&#x1e;D", "MCKH 12345 s\ufffdD"),
    (b"MCKH 12345 s&#30;D", "MCKH 12345 s\ufffdD"),
    (b"MCKH 12345&#0;&#xD800;&#x110000;&#xFFFE;", "MCKH 12345\ufffd\ufffd\ufffd\ufffd"),
    (b"MCKH 12345\x00", "MCKH 12345\ufffd"),
    (b"MCKH 12345 \xe3", "MCKH 12345 \ufffd"),
    (b"MCKH 1 & 2", "MCKH 1 & 2"),
    (b"MCKH 1 &", "MCKH 1 &"),
    (b"A&B&amp;C&lt;D & &#65;&#x42;", "A&B&C<D & AB"),
    (b"&#xZZ; &#; &; &#99999999999;", "&#xZZ; &#; &; &#99999999999;"),
    (b"<![CDATA[A & B &amp; <C>]]> & D", "A & B &amp; <C> & D"),
    (b"<![CDATA[\x1e <![CDATA[ &]]> &", "\ufffd <![CDATA[ & &"),
    ("MCKH mã \U0001f600 &".encode(), "MCKH mã \U0001f600 &"),
    (b"MCKH <170703-0002>", "MCKH <170703-0002>"),
    (b"MCKH <H32.12-230615-0001>", "MCKH <H32.12-230615-0001>"),
    ("MCKH_<mã>".encode(), "MCKH_<mã>"),
    (b"MCKH_<m\xe3>", "MCKH_<m\ufffd>"),
    (b"MCKH < 12345 > <3 <", "MCKH < 12345 > <3 <"),
    (b"MCKH 12345 </3 <", "MCKH 12345 </3 <"),
    (b"MCKH <12345/> & <a b='c'", "MCKH <12345/> & <a b='c'"),
    (b"MCKH <1&amp;2> &lt;3", "MCKH <1&2> <3"),
    (b"<![CDATA[</mot> <b>]]> <mot> <b", "</mot> <b> <mot> <b"),
    (b"MCKH&nbsp;12345 &eacute;&amp;&quot;", 'MCKH\u00a012345 é&"'),
    (b"<![CDATA[&nbsp;]]>&nbsp;<", "&nbsp;\u00a0<"),
]


def body(text: bytes) -> bytes:
    before, after = mo("@").encode().split(b"@")
    return before + text + after


@pytest.mark.parametrize("written,text", ODD_TEXTS)
def test_a_text_with_odd_characters_is_read_and_kept_as_it_came(
    door_of: Opener, written: bytes, text: str
) -> None:
    one, request = door(door_of), call(body(written))
    assert one_mo(one.read(request, NOW)).text == text
    assert one.redacted(request).endswith(b"\n\n" + body(written))


def test_octets_beside_the_declared_character_set_are_odd_characters(door_of: Opener) -> None:
    declared = b'<?xml version="1.0" encoding="windows-1258"?>'
    request = call(declared + body("đ ".encode("cp1258") + b"\xd2 \x1e"))
    assert one_mo(door(door_of).read(request, NOW)).text == "đ \u0309 \ufffd"
    request = call(declared.replace(b"windows-1258", b"us-ascii") + body(b"MCKH \xd2"))
    assert one_mo(door(door_of).read(request, NOW)).text == "MCKH \ufffd"


def test_an_attribute_may_have_odd_characters_too(door_of: Opener) -> None:
    raw = b'<sms Message="A & B \x1e"><User_ID>84900000001</User_ID><Service_ID>8083</Service_ID>'
    fields = {"sender": "xml:User_ID", "short_code": "xml:Service_ID", "text": "xml:sms.@Message"}
    request = call(raw + b"</sms>")
    assert one_mo(door(door_of, fields).read(request, NOW)).text == "A & B \ufffd"


@pytest.mark.parametrize(
    "raw",
    [
        b"<!DOCTYPE mo>" + body(b"\x1e"),
        b'<!DOCTYPE mo [<!ENTITY a "MCKH 1">]>' + body(b"&a; &"),
        b'<!DOCTYPE mo SYSTEM "http://127.0.0.1:9/a.dtd">' + body(b"& \xff"),
        b"<!DOCTYP\x1eE mo>" + body(b"&"),
        body(b"&a; &"),
        body(b"<?php 1 & 2?>"),
        b'<?xml-stylesheet href="a"?>' + body(b"\x1e"),
        b'<!DOCTYPE mo [<!ENTITY nbsp "MCKH 1">]>' + body(b"&nbsp; <1>"),
        body(b"<!ENTITY a> <1"),
        body(b"<!DOCTYPE mo> <1"),
        body(b"<?php <1?>"),
        body(b"<Message> <1"),
        body(b"<1 </Mess>"),
        body(b"<Pass\x1eword>hush</Pass\x1eword> <1"),
        body(b"\x1e")[:-1],
        body(b"&") * 2,
        b"&",
        b"\x1e" + body(b""),
        b'<?xml version="1.0" encoding="utf-7"?>' + body(b"&"),
        body(b"&</Message><Mess\x1eage>"),
        b"<a>" * (MAX_DEPTH + 1) + b"&" + b"</a>" * (MAX_DEPTH + 1),
        b"<r>&" + b"<a/>" * MAX_ELEMENTS + b"</r>",
    ],
)
def test_what_is_refused_in_xml_stays_refused_beside_odd_characters(
    door_of: Opener, raw: bytes
) -> None:
    assert refused(door(door_of), call(raw)) == "field body is not XML"


def test_a_caller_proves_itself_beside_odd_characters(door_of: Opener) -> None:
    one = door(door_of, access=SECRET)
    good = body(b"MCKH 1 & \x1e</Message><Password>hush</Password><Message>MCKH 1 & \x1e")
    assert one_mo(one.read(call(good), NOW)).text == "MCKH 1 & \ufffd"
    kept = one.redacted(call(good))
    assert b"<Password>***</Password>" in kept
    assert "MCKH 1 &amp; \ufffd".encode() in kept
    stranger = one.read(call(good.replace(b"hush", b"guess")), NOW)
    assert isinstance(stranger, Refused)
    assert (stranger.reason, stranger.authenticated) == ("unauthorised", False)
    no_code = one.read(call(good.replace(b"Service_ID", b"Other")), NOW)
    assert isinstance(no_code, Refused)
    assert (no_code.detail, no_code.authenticated) == ("field short_code is missing", True)


@pytest.mark.parametrize(
    "raw",
    [
        b"<mo>&<Password>hush</mo>",
        b"<mo>&<password hush</mo>",
        b"<mo>&<n:Password>hush</mo>",
        b"<mo>&<Pass\xffword>hush</mo>",
        b"<mo>&<Pass\x00word hush</mo>",
        b"<mo><m>&< Password>hush</m></mo>",
        b"<mo>&<Password>hu\x1esh hush</Password></mo>",
        b"<mo>&<Pass\x1eword>hush</Pass\x1eword></mo>",
        b"<mo>&<Pass\xffword>hush</Pass\xffword></mo>",
        b"<mo Pass\x00word='hush'>&</mo>",
        b"<mo><a>1</a><Login password='hush'>MCKH</mo>",
        b"<mo><a>1</a><Login a='1' n:Password = 'hush'>MCKH</mo>",
        b"<mo><pass<x>word>hush</mo>",
        b"<mo><m>MCKH <1></m><pass<x>word>hush</mo>",
        b"<mo><m>&lt;Password&gt;hush&lt;/Password&gt;</m></mo>",
        b"<mo>&<!-- hush --></mo>",
    ],
)
def test_a_secret_beside_odd_characters_is_never_kept(door_of: Opener, raw: bytes) -> None:
    assert b"hush" not in door(door_of, access=SECRET | ANYWHERE).redacted(call(raw))


def test_where_a_tag_may_have_been_read_as_text_only_the_size_is_kept(door_of: Opener) -> None:
    raw = body(b"MCKH <1></Message><Password>hush</Password><Message>MCKH <1>")
    one = door(door_of, access=SECRET)
    assert one_mo(one.read(call(raw), NOW)).text == "MCKH <1>"
    assert one.redacted(call(raw)).endswith(
        b"[%d octets left out: they may hold a secret]" % len(raw)
    )
    escaped = raw.replace(b"<1>", b"&lt;1&gt; &")
    assert b"MCKH &lt;1&gt; &amp;" in one.redacted(call(escaped))


PIECES = ["&", "&amp;", "&#x1e;", "&#30;", "&#x", "&#65;", "&#", ";", "#", "x", "1", "A", ">", '"']
PIECES += ["\x00", "\x1e", "\ufffe", "ã", "<", "<3", "<B2.", "< ", "&nbsp;"]


@settings(deadline=None)
@given(plain=st.lists(st.sampled_from(PIECES)).map("".join))
def test_any_text_without_tags_and_entities_is_read_once_it_is_mended(plain: str) -> None:
    assume(not re.search("&[A-Za-z]+;", re.sub("&(amp|nbsp);", "", plain)))
    assert isinstance(read_xml(b"<a>%b</a>" % plain.encode()).text, str)
    assert mended(mended(plain)) == mended(plain)


DECLARED = '<?xml version="1.0" encoding="{}"?>'


@pytest.mark.parametrize(
    "raw",
    [
        mo("MCKH 12345 mã").encode("utf-16"),
        mo("MCKH 12345 mã").encode("utf-16-le"),
        mo("MCKH 12345 mã").encode("utf-16-be"),
        (DECLARED.format("utf-16") + mo("MCKH 12345 mã")).encode("utf-16"),
        b"\xfe\xff" + (DECLARED.format("UTF-16") + mo("MCKH 12345 mã")).encode("utf-16-be"),
        (DECLARED.format("utf-16") + mo("MCKH 12345 mã")).encode("utf-16-le"),
        (DECLARED.format("UTF-16BE") + mo("MCKH 12345 mã")).encode("utf-16-be"),
        # Some declare it, and write UTF-8 all the same.
        (DECLARED.format("utf-16") + mo("MCKH 12345 mã")).encode(),
    ],
)
def test_xml_in_utf_16_is_read_whatever_it_says(door_of: Opener, raw: bytes) -> None:
    assert one_mo(door(door_of).read(call(raw), NOW)).text == "MCKH 12345 mã"
    assert door(door_of).redacted(call(raw)).endswith(raw)


def test_xml_in_utf_16_is_mended_and_its_secret_is_not_kept(door_of: Opener) -> None:
    one = door(door_of, access=SECRET)
    raw = (
        mo("MCKH 1> &").replace("<Message>", "<Password>hush</Password><Message>").encode("utf-16")
    )
    assert one_mo(one.read(call(raw), NOW)).text == "MCKH 1> &"
    kept = one.redacted(call(raw))
    assert b"<Password>***</Password>" in kept
    assert b"MCKH 1&gt; &amp;" in kept
    assert "hush".encode("utf-16-le") not in kept


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xfe" + mo("MCKH 1").encode(),
        b"\xff\xfe",
        ("<!DOCTYPE mo>" + mo("MCKH 1")).encode("utf-16"),
        mo("&a;").encode("utf-16"),
    ],
)
def test_what_is_none_or_has_a_dtd_is_refused_in_utf_16_as_well(
    door_of: Opener, raw: bytes
) -> None:
    assert refused(door(door_of), call(raw)) == "field body is not XML"
