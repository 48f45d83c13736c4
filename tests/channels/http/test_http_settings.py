"""What a door's settings refuse, in one line that says what to do."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from sms_gateway.channels import KINDS, door_opener
from sms_gateway.ports import Door
from sms_gateway.settings import SettingsError

Opener = Callable[[Mapping[str, object]], Door]

FIELDS = {"sender": "query:from", "short_code": "const:8083", "text": "query:text"}
GOOD: dict[str, Any] = {
    "inbound": {"methods": ["GET"], "fields": FIELDS, "echo": {"word": "query:word"}},
    "access": {"cidrs": ["203.0.113.0/24"]},
    "answer": {},
    "outbound": {
        "url": "https://sms.example/send",
        "body": '{"to": "{to}"}',
        "secrets": {"key": "hush"},
        "result": {},
    },
    "reports": {"fields": {"telco_id": "query:id", "status": "query:s"}},
}

# Where, what to put there (None removes it), and what the message must say.
WRONG: list[tuple[str, object, str]] = [
    ("inbound.fields.sender", "msisdn", "fields.sender: expected query:NAME"),
    ("inbound.fields.sender", "cookie:a", "expected query:NAME"),
    ("inbound.fields.text", "json:a b", "wants the field's name"),
    ("inbound.fields.text", "query:", "wants the field's name"),
    ("inbound.fields.txt", "query:a", "did you mean text"),
    ("inbound.fields.part_total", "query:a", "set part_reference, part_total and part_number"),
    ("inbound.items", "query:results", "items: expected json:PATH"),
    ("inbound.items", "json:results", "use acknowledge"),
    ("inbound.path", "mo/telco", "expected a path such as"),
    ("inbound.path", "/mo/{sender}", "expected a path such as"),
    ("inbound.path", "/mo/{secret}", "access.path_secrets and {secret}"),
    ("inbound.methods", [], "methods is empty"),
    ("inbound.methods", ["PUT"], "expected one of GET, POST"),
    ("inbound.time_format", "yyyy", "time_format: expected iso"),
    ("inbound.time_format", "%Q", "time_format: expected iso"),
    ("inbound.time_zone", "Asia/Nowhere", "no such zone"),
    ("inbound.time_zone", "/etc/passwd", "no such zone"),
    ("inbound.charset", "utf-7", "expected one of"),
    ("access", {}, "without one anybody could call"),
    ("access.cidrs", ["203.0.113.0/40"], "expected a network"),
    ("access.cidrs", ["203.0.113.1/24"], "host bits set"),
    ("access.path_secrets", ["0123456789abcdef"], "path_secrets and {secret}"),
    ("access.basic", {"a": {"user": "a:b", "passwords": ["x"]}}, "a user without colon"),
    ("access.basic", {"a": {"user": "a", "passwords": []}}, "at least one password"),
    ("access.fields", {"a": {"field": "const:x", "secrets": ["x"]}}, "a field of the request"),
    ("access.fields", {"a": {"field": "query:x", "secrets": []}}, "at least one secret"),
    ("access.fields", {"a": {"field": "query:x", "secrets": [""]}}, "write the secret"),
    ("answer.body", '{"a": "{replies}"}', "did you mean reply"),
    ("answer.body", '{"a": "{reply"}', "a brace stands alone"),
    ("inbound.fields.text", "json:0.1", "at least one key"),
    (
        "inbound.fields.text",
        "json:messages.*.text",
        "text: * has a meaning in outbound.result only",
    ),
    ("inbound.items", "json:messages.*", "items: * has a meaning in outbound.result only"),
    ("answer.body", '{"a": }', "no JSON document"),
    ("answer.body", '{{"a": "{reply}"}}', "write its own braces once"),
    ("answer.body", '{"a": {reply}}', "placeholders in quotes"),
    ("answer.body", '{"a": "{echo.wort}"}', "did you mean echo.word"),
    ("answer.body", '{"a": "{reply!r}"}', "no such placeholder"),
    ("answer.body", '{"a": "{reply:9}"}', "no such placeholder"),
    ("answer.format", "xml", "an XML answer wants a template"),
    ("answer", {"format": "xml", "body": "<a>"}, "no XML document"),
    ("answer", {"format": "xml", "body": "<!DOCTYPE a><a/>"}, "a DTD is not wanted"),
    ("answer", {"format": "xml", "body": "<a><!-- {reply} --></a>"}, "instead of comments"),
    ("answer", {"format": "xml", "body": "<a><![CDATA[{reply}]]></a>"}, "instead of comments"),
    ("answer.refused", {"body": '"{text}"'}, "no such placeholder"),
    ("answer.refused", {"status_code": 500}, "status_code"),
    ("answer.status_code", 500, "status_code"),
    ("answer.style", "later", "expected one of inline, acknowledge"),
    ("outbound.url", "ftp://sms.example", "expected an address"),
    ("outbound.url", "https://sms.example/{to}", "without placeholders"),
    ("outbound.url", "https://u:p@sms.example", "into `basic`"),
    ("outbound.url", "https://sms.example:999999/", "expected an address"),
    ("outbound.body", "", "body: is missing for format json"),
    ("outbound.body", '{"to": "{secret.keys}"}', "did you mean secret.key"),
    ("outbound.form", {"a": "b"}, "form: does not go with format json"),
    ("outbound.query", {"a": "{too}"}, "did you mean to"),
    ("outbound.headers", {"a b": "c"}, "a header wants"),
    ("outbound.headers", {"a": "c\nd"}, "one line"),
    ("outbound.bearer", "a\nb", "one line"),
    ("outbound.basic", {"user": "u"}, "password"),
    ("outbound.slots", 0, "slots"),
    ("outbound.total_s", 0, "total_s"),
    ("outbound.result", {"code": "json:a"}, "code and the lists of words go together"),
    ("outbound.result", {"accepted": ["0"]}, "code and the lists of words go together"),
    ("outbound.result", {"code": "query:a", "accepted": ["0"]}, "expected json:PATH"),
    ("outbound.result", {"code": "regex:(", "accepted": ["0"]}, "pattern cannot be used"),
    ("outbound.result", {"code": "regex:a", "accepted": ["0"]}, "one group"),
    ("outbound.result", {"code": "text", "accepted": ["0"], "rejected": [0]}, "in two lists"),
    ("reports.words", {"5": "done"}, "expected one of"),
    ("reports.rules", [{"means": "undeliverable"}], "reports.rules.0.when"),
    ("reports.rules", [{"when": {}, "means": "undeliverable"}], "reports.rules.0.when"),
    ("reports.rules", [{"when": {"a": "1"}, "means": "delivered"}], "reports.rules.0.when"),
    ("reports.when", {"json:type": "report"}, "only wanted where path is that of MOs"),
    ("reports.path", "/mo/telco", "it wants `when`"),
    ("reports.access", {}, "reports.access: set cidrs"),
    ("uncertain", "resend", "would text citizens twice"),
    ("answer_within_s", 0, "answer_within_s"),
    ("variant", "classic", "variant and without are for presets"),
]


def changed(key: str, value: object) -> dict[str, Any]:
    raw = copy.deepcopy(GOOD)
    *path, last = key.split(".")
    table = raw
    for name in path:
        table = table[name]
    if value is None:
        del table[last]
    else:
        table[last] = value
    return raw


def test_the_settings_that_the_other_tests_break_are_good(door_of: Opener) -> None:
    door = door_of(GOOD)
    assert door.webhook is not None
    assert door.sender is not None
    assert [route.path for route in door.webhook.routes] == ["/mo/telco", "/dlr/telco"]


@pytest.mark.parametrize("key,value,says", WRONG)
def test_a_wrong_setting_is_refused_in_one_line(
    door_of: Opener, key: str, value: object, says: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        door_of(changed(key, value))
    message = str(caught.value)
    assert message.startswith("doors.telco")
    assert says in message
    assert "\n" not in message
    assert "hush" not in message


def test_a_short_path_secret_is_refused_without_showing_it(door_of: Opener) -> None:
    raw = changed("inbound.path", "/mo/{secret}")
    raw["access"] = {"path_secrets": ["hush"]}
    raw["reports"]["path"] = "/dlr/{secret}"
    with pytest.raises(SettingsError, match="16 to 128 letters") as caught:
        door_of(raw)
    assert "hush" not in str(caught.value)


WORD = {"w": {"field": "json:w", "secrets": ["x"]}}


@pytest.mark.parametrize(
    "access, alone",
    [
        ({"cidrs": ["127.0.0.0/8", "::1/128"]}, True),
        ({"cidrs": ["127.0.0.1/32"]}, True),
        ({"cidrs": ["127.0.0.1/32", "192.0.2.0/24"]}, False),
        ({"cidrs": ["0.0.0.0/0"]}, False),
        ({"cidrs": ["127.0.0.1/32"], "fields": WORD}, False),
        ({"fields": WORD}, False),
    ],
)
def test_a_door_knows_whether_it_trusts_this_machine_and_asks_for_nothing_else(
    door_of: Opener, access: object, *, alone: bool
) -> None:
    assert door_of(changed("access", access)).this_machine_only is alone


def test_reports_that_trust_this_machine_make_their_door_one_that_does(door_of: Opener) -> None:
    raw = changed("reports.access", {"cidrs": ["127.0.0.1/32"]})
    raw["access"] = {"cidrs": ["192.0.2.0/24"]}
    assert door_of(raw).this_machine_only


def test_acknowledging_wants_a_way_out(door_of: Opener) -> None:
    raw = changed("outbound", None)
    raw["answer"] = {"style": "acknowledge"}
    with pytest.raises(SettingsError, match="set outbound, or use inline"):
        door_of(raw)


def test_a_door_wants_something_that_comes_in_or_goes_out(door_of: Opener) -> None:
    with pytest.raises(SettingsError, match="nothing comes in and nothing goes out"):
        door_of({"reports": GOOD["reports"], "access": GOOD["access"]})


def test_a_door_that_only_sends_has_no_http_side(door_of: Opener) -> None:
    door = door_of({"outbound": GOOD["outbound"]})
    assert door.webhook is None
    assert door.sender is not None


def test_only_one_way_of_authorization_goes_out(door_of: Opener) -> None:
    raw = changed("outbound.basic", {"user": "u", "password": "hush"})
    raw["outbound"]["bearer"] = "hush"
    with pytest.raises(SettingsError, match="basic or bearer, not both"):
        door_of(raw)


def test_deadlines_and_windows_come_from_the_settings_or_the_service(door_of: Opener) -> None:
    inline = door_of(GOOD)
    assert (inline.answer_within.total_seconds(), inline.inline) == (2.0, True)
    raw = changed("answer", {"style": "acknowledge"})
    assert door_of(raw).answer_within.total_seconds() == 20.0
    raw = changed("answer_within_s", 1.5)
    raw |= {"dedupe_window_s": 60, "id_window_s": 3600}
    door = door_of(raw)
    assert door.answer_within.total_seconds() == 1.5
    assert (door.dedupe_window.total_seconds(), door.id_window.total_seconds()) == (60, 3600)


def test_resending_is_taken_where_the_telco_knows_our_id(door_of: Opener) -> None:
    raw = changed("uncertain", "resend")
    raw["outbound"]["dedupes_by_our_id"] = True
    assert door_of(raw).resend_uncertain


def test_a_door_whose_calls_carry_several_texts_may_acknowledge_what_it_refused(
    door_of: Opener,
) -> None:
    raw = changed("inbound.items", "json:results")
    raw["inbound"]["methods"] = ["POST"]
    raw["inbound"]["fields"] = {**FIELDS, "sender": "json:from", "text": "json:text"}
    raw["inbound"].pop("echo")
    raw["answer"] = {"style": "acknowledge", "acknowledge_refused": True}
    assert door_of(raw).keeps_refused_ok


@pytest.mark.parametrize(
    "kind,message",
    [("https", r"did you mean http\?"), ("carrier", r"known here: esms, .*http, .*simulator")],
)
def test_an_unknown_kind_of_door_names_the_nearest_or_those_that_exist(
    kind: str, message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        door_opener(kind)


def test_each_kind_names_a_module_and_a_function() -> None:
    for path in KINDS.values():
        module, colon, function = path.partition(":")
        assert module.startswith("sms_gateway.channels.")
        assert colon
        assert function.isidentifier()
