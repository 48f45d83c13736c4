"""How a door's raw table becomes typed settings, and what is said where it cannot."""

from datetime import timedelta
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta, Struct

from sms_gateway.domain.outcome import Billing
from sms_gateway.domain.secret import Secret
from sms_gateway.settings import SettingsError, decode
from sms_gateway.settings.decode import FileText, Table, Text


class Access(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    method: Literal["GET", "POST"] = "POST"
    secrets: tuple[Secret, ...] = ()
    words: dict[str, Billing] = {}


class Example(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    path: str
    slots: Annotated[int, Meta(ge=1, le=5)] = 1
    wait_s: timedelta = timedelta(seconds=1)
    pace: float | None = None
    on: bool = False
    token: Secret | None = None
    names: tuple[str, ...] = ()
    word: str | int = ""
    access: Access = Access()
    many: tuple[Access, ...] = ()

    def __post_init__(self) -> None:
        if self.path == "reserved":
            message = "`path`: is reserved; choose another"
            raise ValueError(message)


def read(**raw: object) -> Example:
    return decode({"path": "/mo", **raw}, Example, "doors.x")


def complaint(**raw: object) -> str:
    with pytest.raises(SettingsError) as caught:
        read(**raw)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_table_from_a_file_is_read_with_its_defaults() -> None:
    found = read(slots=3, wait_s=2.5, pace=20, access={"method": "GET"}, word=71)

    assert found == Example(
        path="/mo",
        slots=3,
        wait_s=timedelta(seconds=2.5),
        pace=20.0,
        access=Access(method="GET"),
        word=71,
    )


def test_bare_text_is_coerced_to_what_the_setting_wants() -> None:
    found = read(
        slots=Text("4"),
        wait_s=Text("0.5"),
        pace=Text("1.5"),
        on=Text("TRUE"),
        token=Text("hush-hush"),
        names=Text("a, b"),
        word=Text("71"),
        access={"words": {"S4": Text("free")}, "method": Text("GET")},
        many=Text('[{"method": "GET"}]'),
    )

    assert found == Example(
        path="/mo",
        slots=4,
        wait_s=timedelta(seconds=0.5),
        pace=1.5,
        on=True,
        token=Secret("hush-hush"),
        names=("a", "b"),
        word="71",
        access=Access(words={"S4": Billing.FREE}, method="GET"),
        many=(Access(method="GET"),),
    )


@pytest.mark.parametrize(
    "text, names",
    [("", ()), ("one", ("one",)), ("a,b", ("a", "b")), ('["a,b", "c"]', ("a,b", "c"))],
)
def test_a_list_is_json_or_separated_by_commas(text: str, names: tuple[str, ...]) -> None:
    assert read(names=Text(text)).names == names


def test_text_in_a_file_is_never_coerced() -> None:
    assert complaint(slots="4") == "doors.x.slots: expected a whole number, got text in quotes"
    assert complaint(on="true") == "doors.x.on: expected true or false, got text in quotes"
    assert complaint(names="a,b") == "doors.x.names: expected a list, got text in quotes"


@pytest.mark.parametrize(
    "raw, said",
    [
        ({"slts": 1}, "doors.x.slts: no such setting; did you mean slots?"),
        (
            {"access": {"metod": "GET"}},
            "doors.x.access.metod: no such setting; did you mean method?",
        ),
        (
            {"access": {"zzz": 1}},
            "doors.x.access.zzz: no such setting; known here: method, secrets, words",
        ),
        (
            {"many": [{}, {"metod": 1}]},
            "doors.x.many.1.metod: no such setting; did you mean method?",
        ),
        ({"slots": 9}, "doors.x.slots: expected a whole number <= 5"),
        ({"slots": Text("many")}, "doors.x.slots: expected a whole number, got text in quotes"),
        ({"access": {"method": "PUT"}}, "doors.x.access.method: expected one of GET, POST"),
        (
            {"access": {"words": {"S4": "x"}}},
            "doors.x.access.words.S4: expected one of charge, free, refund",
        ),
        (
            {"many": [{"secrets": ["a", ""]}]},
            "doors.x.many.0.secrets.1: empty; write the secret, or remove the key",
        ),
        (
            {"wait_s": float("nan")},
            "doors.x.wait_s: expected a number of seconds that a clock can count",
        ),
        ({"names": Text("[1")}, "doors.x.names: expected JSON; check brackets and quotes"),
        ({"access": []}, "doors.x.access: expected a table, got a list"),
        ({"path": "reserved"}, "doors.x.path: is reserved; choose another"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_with_its_place(
    raw: dict[str, object], said: str
) -> None:
    assert complaint(**raw) == said


def test_a_missing_setting_is_named() -> None:
    with pytest.raises(SettingsError, match=r"^doors\.x\.path: missing; set it$"):
        decode({}, Example, "doors.x")


def test_the_source_of_a_wrong_value_is_named() -> None:
    raw = Table({"path": "/mo", "access": {"method": 1}}, {"access.method": "config/gateway.toml"})

    with pytest.raises(
        SettingsError, match=r"^doors\.x\.access\.method \(config/gateway\.toml\): "
    ):
        decode(raw, Example, "doors.x")


def test_a_list_of_secrets_is_read_from_a_file_one_on_each_line() -> None:
    found = read(access={"secrets": FileText("old, one\n\n new \n")})

    assert found.access.secrets == (Secret("old, one"), Secret("new"))


@pytest.mark.parametrize("key", ["path", "slots", "names", "access"])
def test_only_secrets_come_from_files(key: str) -> None:
    assert "only a secret can be read from a file" in complaint(**{key: FileText("7")})


@given(
    secret=st.one_of(st.integers(10**7), st.floats(), st.binary(min_size=8), st.lists(st.text()))
)
def test_a_secret_of_the_wrong_type_is_never_quoted(secret: object) -> None:
    assert complaint(token=secret) == "doors.x.token: expected a secret as text in quotes"


def test_neither_a_secret_nor_a_raw_table_shows_itself() -> None:
    raw = Table({"token": "hush-hush"})

    assert repr(raw) == "Table(token)"
    assert "hush-hush" not in repr(read(token="hush-hush"))
