"""How an office's table lies over that of its dialect."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from sms_gateway.channels import DoorContext, door_opener
from sms_gateway.channels.http.settings import HttpDoor
from sms_gateway.channels.presets import KINDS, laid_over, preset_of, wanted
from sms_gateway.channels.presets.laying import variants_of
from sms_gateway.cli import main
from sms_gateway.domain.ids import DoorName
from sms_gateway.settings import SettingsError, decode
from sms_gateway.settings.decode import Table, Text
from tests.channels.presets.exchanges import door_of
from tests.contracts.channel_case import CONTEXT

OFFICE: Mapping[str, object] = {
    "kind": "ipacific",
    "access": {
        "fields": {
            "user": {"secrets": ["U-example"]},
            "password": {"field": "query:pass", "secrets": ["P-example"]},
        }
    },
    "answer": {"billing": {"refund": 73}},
    "inbound": {"methods": ["GET", "POST"]},
}

kinds = pytest.mark.parametrize("kind", KINDS)


def door(raw: Mapping[str, object]) -> HttpDoor:
    return decode(laid_over("telco", raw), HttpDoor, "doors.telco")


def test_tables_are_joined_and_lists_and_values_are_replaced() -> None:
    found = door(OFFICE)
    assert found.inbound
    assert found.kind == "ipacific"
    assert found.access.fields["user"].field == "query:user"
    assert found.access.fields["password"].field == "query:pass"
    assert found.inbound.methods == ("GET", "POST")
    assert (found.answer.billing.charge, found.answer.billing.refund) == (71, 73)


def test_the_address_holds_the_name_of_the_door() -> None:
    found = decode(laid_over("mobile-a", OFFICE), HttpDoor, "doors.mobile-a")
    assert found.inbound
    assert found.inbound.path == "/mo/mobile-a"


def test_a_door_of_another_kind_stays_as_it_is() -> None:
    raw = Table({"kind": "http", "outbound": {"url": "https://sms.example"}}, {"kind": "a file"})
    assert laid_over("telco", raw) == raw
    assert laid_over("telco", raw).origins == {"kind": "a file"}


def test_each_value_says_whether_it_is_of_the_office_or_of_the_preset() -> None:
    raw = Table(OFFICE, {"kind": "a file", "inbound.methods": "a file", "answer.billing": "b file"})
    origins = laid_over("telco", raw).origins
    assert origins["inbound.methods"] == "a file"
    assert origins["inbound.fields.sender"] == "preset ipacific"
    assert "answer.billing.charge" not in origins
    assert origins["answer.billing"] == "b file"


def test_a_part_of_the_preset_can_be_left_out_and_nothing_of_it_is_missing_then() -> None:
    raw = {"kind": "esms", "without": ["outbound", "reports", "access"], "access": {"cidrs": []}}
    table = laid_over("telco", raw)
    assert "outbound" not in table
    assert "reports" not in table
    assert wanted("telco", table) is None


@pytest.mark.parametrize(
    "extra,message",
    [
        ({"without": ["outbound.ulr"]}, "doors.telco.without: ipacific has no outbound.ulr"),
        ({"variant": "classic"}, "doors.telco.variant: ipacific has no such variant"),
        ({"variant": 3}, "doors.telco.variant: expected text in quotes"),
    ],
)
def test_a_slip_about_the_preset_is_one_line_with_the_offices_key(
    extra: Mapping[str, object], message: str
) -> None:
    with pytest.raises(SettingsError, match=message) as caught:
        laid_over("telco", {**OFFICE, **extra})
    assert "\n" not in str(caught.value)


ESMS: Mapping[str, object] = {
    **door_of("esms"), "without": ["outbound", "reports"], "answer": {"late": "<a/>"}
}  # fmt: skip
OUT: Mapping[str, object] = {"url": "https://sms.example/send", "body": "{}"}


async def test_a_part_that_is_left_out_and_still_set_is_named_with_where_it_is_set(
    context: DoorContext,
) -> None:
    raw = Table(ESMS, {"outbound.values.brandname": "/etc/x.toml"})
    wrong = (
        "doors.telco.without: names outbound, and outbound.secrets.api_key is still set; take all "
        "of doors.telco.outbound away, in files and in the environment"
    )
    with pytest.raises(SettingsError, match=f"^{wrong}$"):
        async with door_opener("esms")(DoorName("telco"), raw, context):
            pass
    raw["outbound"] = {"values": {"brandname": "MOTCUA"}}
    where = r"outbound.values.brandname is still set \(/etc/x.toml\); take"
    with pytest.raises(SettingsError, match=where):
        async with door_opener("esms")(DoorName("telco"), raw, context):
            pass


def test_a_part_of_the_offices_own_may_stand_where_one_is_left_out() -> None:
    whole = {key: value for key, value in ESMS.items() if key not in ("reports", "answer")}
    table = laid_over("telco", {**whole, "outbound": OUT})
    assert wanted("telco", table) is None
    found = decode(table, HttpDoor, "doors.telco")
    assert found.outbound
    assert (found.outbound.url, found.outbound.dedupes_by_our_id) == (OUT["url"], False)


@pytest.mark.parametrize("key", ["variant", "without"])
async def test_a_door_of_kind_http_has_no_variants(key: str, context: DoorContext) -> None:
    raw = {"kind": "http", key: "classic" if key == "variant" else ["outbound"]}
    with pytest.raises(SettingsError, match="are for presets"):
        async with door_opener("http")(DoorName("telco"), raw, context):
            pass


@pytest.fixture
def context() -> DoorContext:
    return CONTEXT


async def test_what_the_office_must_set_is_named_with_what_it_is(context: DoorContext) -> None:
    raw = {"kind": "ipacific", "access": {"fields": {"user": {"secrets": ["U"]}}}}
    message = "doors.telco.access.fields.password.secrets: missing; set it: what the telco sends"
    with pytest.raises(SettingsError, match=message):
        async with door_opener("ipacific")(DoorName("telco"), raw, context):
            pass


async def test_an_error_in_the_offices_part_names_the_offices_key(context: DoorContext) -> None:
    raw = Table({**OFFICE, "answer": {"stile": "inline"}}, {"answer.stile": "gateway.toml"})
    with pytest.raises(SettingsError, match=r"doors.telco.answer.stile \(gateway.toml\): no such"):
        async with door_opener("ipacific")(DoorName("telco"), raw, context):
            pass


async def test_a_door_is_of_the_kind_that_the_office_wrote(context: DoorContext) -> None:
    async with door_opener("ipacific")(DoorName("telco"), OFFICE, context) as opened:
        assert opened.kind == "ipacific"


def test_a_whole_table_may_come_from_a_variable() -> None:
    raw = {"kind": "ipacific", "access": Text('{"fields": {}}')}
    assert wanted("telco", laid_over("telco", raw)) is None


@kinds
def test_a_preset_says_what_it_was_tried_against_and_reads_as_a_door(kind: str) -> None:
    for variant in ("", *variants_of(kind)):
        preset = preset_of(kind, variant)
        assert preset.title
        assert preset.tried
        table = laid_over("telco", door_of(kind, variant))
        assert wanted("telco", table) is None
        assert decode(table, HttpDoor, "doors.telco").kind == kind


@kinds
def test_what_is_needed_can_be_set_by_a_variable(kind: str) -> None:
    """Names of variables know neither capitals nor hyphens."""
    for variant in ("", *variants_of(kind)):
        for key in preset_of(kind, variant).needs:
            assert key == key.lower()
            assert "-" not in key


@kinds
def test_each_need_is_missed_when_it_is_not_set(kind: str) -> None:
    for variant in ("", *variants_of(kind)):
        needs = preset_of(kind, variant).needs
        said = {"variant": variant} if variant else {}
        missing = wanted("telco", laid_over("telco", {"kind": kind, **said}))
        assert bool(needs) == (missing is not None)


def test_show_config_tells_what_comes_from_the_preset(tmp_path: Path) -> None:
    (tmp_path / "gateway.toml").write_text(
        '[doors.telco]\nkind = "ipacific"\n[doors.telco.answer.billing]\nrefund = 73\n'
        '[doors.odd]\nkind = "ipacific"\nvariant = "none"\n',
        encoding="utf-8",
    )
    done = CliRunner().invoke(main, ["show-config", "--config", str(tmp_path)])
    assert done.exit_code == 0
    lines = {line.split()[0]: line.split(maxsplit=2)[1:] for line in done.output.splitlines()}
    assert lines["doors.telco.inbound.fields.sender"] == ['"query:userId"', "preset ipacific"]
    assert lines["doors.telco.answer.billing.charge"] == ["71", "preset ipacific"]
    assert lines["doors.telco.answer.billing.refund"][0] == "73"
    assert lines["doors.telco.answer.billing.refund"][1] != "preset ipacific"
    assert lines["doors.odd.variant"][0] == '"none"'
