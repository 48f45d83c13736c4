"""The files that come with the gateway: the tutorial, the offices, the production example."""

import re
import tomllib
from pathlib import Path

import pytest
from msgspec import Struct
from msgspec.structs import fields, replace

from sms_gateway.channels.http.settings import HttpDoor
from sms_gateway.domain.agency import Agencies, Agency
from sms_gateway.domain.outcome import Billing
from sms_gateway.ports import AnswerStyle
from sms_gateway.settings import SettingsError, decode, load, load_agencies
from sms_gateway.settings.sections import Sections

ROOT = Path(__file__).parents[2]
TUTORIAL = (ROOT / "config" / "gateway.toml").read_text(encoding="utf-8")


EXAMPLES = {"doors", "billing", "telcos", "bills"}
"""Sections whose lines are examples, for they name what is the operator's own."""


def with_every_line_set() -> dict[str, dict[str, object]]:
    """The tutorial with the # taken away from each setting."""
    return tomllib.loads(re.sub(r"(?m)^# (?=[A-Za-z_0-9]+ = )", "", TUTORIAL))


def test_the_tutorial_names_every_setting_and_no_other() -> None:
    tutorial = with_every_line_set()
    sections = {
        name: set(getattr(Sections(), name).__struct_fields__)
        for name in Sections.__struct_fields__
        if isinstance(getattr(Sections(), name), Struct)
    }

    assert {name: set(table) for name, table in tutorial.items() if name in sections} == sections
    assert set(tutorial) == set(Sections.__struct_fields__) | {"doors"}


def test_the_tutorial_shows_the_values_that_hold_without_it() -> None:
    tutorial = {n: t for n, t in with_every_line_set().items() if n not in EXAMPLES}
    shown = decode(tutorial, Sections, "")
    # What is unset by default cannot be shown as such: the line shows an example.
    examples = dict.fromkeys(unset(shown.alarms))

    assert set(examples) == {"webhook_url", "webhook_secret"}
    alarms = replace(shown.alarms, **examples)
    assert unset(shown.console.oidc) == ["secret"]
    console = replace(shown.console, oidc=replace(shown.console.oidc, secret=None))
    assert replace(shown, alarms=alarms, console=console) == Sections()


def unset(section: Struct) -> list[str]:
    """The settings of a section that have no value without the tutorial."""
    return [f.name for f in fields(section) if f.default is None]


def test_the_tutorials_billing_example_is_valid() -> None:
    raw = {"billing": with_every_line_set()["billing"]}

    assert decode(raw, Sections, "").billing == {"E7": Billing.REFUND}


def test_the_tutorials_telco_is_valid() -> None:
    raw = {"telcos": with_every_line_set()["telcos"]}

    assert decode(raw, Sections, "").telcos["viettel"].weights == (3, 1)


def test_the_tutorials_bill_is_valid() -> None:
    raw = {"bills": with_every_line_set()["bills"]}

    assert decode(raw, Sections, "").bills["viettel"].billed == "CHARGED"


def test_every_setting_is_described_in_its_sections_docstring() -> None:
    for name in Sections.__struct_fields__:
        section = getattr(Sections(), name)
        if isinstance(section, Struct):
            told = set(re.findall(r"^ +(\w+): ", section.__doc__ or "", flags=re.MULTILINE))
            assert set(section.__struct_fields__) <= told, name


def test_it_ships_a_phone_page_and_a_local_telco() -> None:
    found = load(None, None, {}, ROOT)
    local = decode(found.doors["local"], HttpDoor, "doors.local")

    assert {name: door["kind"] for name, door in found.doors.items()} == {
        "phone": "simulator",
        "local": "http",
    }
    assert local.inbound
    assert (local.inbound.path, local.inbound.methods) == ("/mo/local", ("POST",))
    assert local.answer.style is AnswerStyle.INLINE
    assert local.access.cidrs == ("127.0.0.0/8", "::1/128")


def test_started_anywhere_the_shipped_settings_hold(tmp_path: Path) -> None:
    found = load(None, None, {}, tmp_path)

    assert found.config_dir == ROOT / "config"
    assert found.data_path == tmp_path / "var"


def test_the_production_example_loads_with_its_secrets_and_has_no_phone_page(
    tmp_path: Path,
) -> None:
    calls, ours = tmp_path / "calls", tmp_path / "ours"
    calls.write_text("first\nsecond\n")
    ours.write_text("third\n")
    prefix = "SMS_GATEWAY_DOORS__TELCO__"
    found = load(
        ROOT / "config" / "examples" / "production",
        None,
        {
            f"{prefix}ACCESS__BASIC__TELCO__PASSWORDS_FILE": str(calls),
            f"{prefix}OUTBOUND__BASIC__PASSWORD_FILE": str(ours),
        },
        tmp_path,
    )
    door = decode(found.doors["telco"], HttpDoor, "doors.telco")

    assert [table["kind"] for table in found.doors.values()] == ["http"]
    assert len(door.access.basic["telco"].passwords) == 2
    assert door.outbound


def test_the_production_example_does_not_open_without_its_secrets(tmp_path: Path) -> None:
    found = load(ROOT / "config" / "examples" / "production", None, {}, tmp_path)

    with pytest.raises(SettingsError, match=r"basic\.telco.*passwords.*missing"):
        decode(found.doors["telco"], HttpDoor, "doors.telco")


def test_invented_hotlines_are_never_used_by_a_folder_without_agencies(tmp_path: Path) -> None:
    found = load(ROOT / "config" / "examples" / "production", None, {}, tmp_path)

    with pytest.raises(SettingsError, match=r"^agencies\.toml\.default: missing; set it"):
        load_agencies(found.agencies)


def test_the_shipped_offices_are_read() -> None:
    agencies = load_agencies(load(None, None, {}, ROOT).agencies)

    assert agencies.default_hotline == "0258 3999999"
    found = agencies.of_code("000.00.12.H32-230615-0001")
    assert found is not None
    assert found.name == "Sở Ngoại vụ Khánh Hòa"


@pytest.mark.parametrize(
    "entries, said",
    [
        ([{"code": "H32", "name": "A"}, {"code": "h.32", "name": "B"}], "H32 belongs to an agency"),
        ([{"code": "17", "name": "A"}], "code and short need a letter"),
        ([{"code": "H32", "short": "17", "name": "A"}], "code and short need a letter"),
        ([{"code": "...", "short": "A", "name": "A"}], "code and short need a letter"),
        ([{"code": "H32", "nmae": "A"}], "agency.0.nmae: no such setting; did you mean name?"),
    ],
)
def test_an_office_that_could_catch_others_codes_is_refused(
    entries: list[dict[str, str]], said: str
) -> None:
    with pytest.raises(SettingsError, match=re.escape(said)):
        load_agencies({"default": {"hotline": "0258 3999999"}, "agency": entries})


def test_an_office_without_hotline_has_the_default_one() -> None:
    raw = {"default": {"hotline": "1022"}, "agency": [{"code": "H32", "name": "A"}]}

    assert load_agencies(raw) == Agencies("1022", (Agency("H32", "", "A", "1022", ""),))


@pytest.mark.parametrize(
    "code, name",
    [
        ("000.00.12.H32-230615-0001", "department"),
        ("000.00.99.H32-230615-0001", None),
        ("H32.12-230615-0001", "province"),
        ("h3212.7 230615-0001", "branch"),
        ("SNGV 170703-0001", "department"),
        ("170703-0001", None),
        ("", None),
    ],
)
def test_a_code_belongs_to_the_office_with_the_longest_prefix(code: str, name: str | None) -> None:
    agencies = Agencies(
        "1022",
        (
            Agency("H32", "", "province", "1", ""),
            Agency("H32.12.7", "", "branch", "2", ""),
            Agency("000.00.12.H32", "SNGV", "department", "3", ""),
        ),
    )
    found = agencies.of_code(code)

    assert (found.name if found else None) == name
