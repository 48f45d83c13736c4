"""Doors that cannot be served stop the start, in one line that names them."""

from pathlib import Path

import pytest

from tests.real_process import Program

pytestmark = pytest.mark.acceptance

AGENCIES = '[default]\nhotline = "0258 3999999"\n'
DOOR = """
[doors.{name}]
kind = "{kind}"
inbound.path = "/mo/telco"
inbound.fields = {{ sender = "json:from", text = "json:text", short_code = "const:8083" }}
access.cidrs = ["192.0.2.0/24"]
"""


def refusal(program: Program, folder: Path, text: str) -> str:
    (folder / "gateway.toml").write_text(text, encoding="utf-8")
    (folder / "agencies.toml").write_text(AGENCIES, encoding="utf-8")
    done = program.run("serve", "--port", "0", config=folder, data=folder / "data")
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    return line.removeprefix("sms-gateway: ")


@pytest.mark.parametrize("between", ["", '[doors.phone]\nkind = "simulator"\n'])
def test_two_doors_on_one_path_are_refused(program: Program, tmp_path: Path, between: str) -> None:
    """Else the library hears the first alone, or fails where nothing stands between them."""
    one, other = (DOOR.format(name=name, kind="http") for name in ("one", "other"))
    said = refusal(program, tmp_path, one + between + other)
    assert said == "2 doors take POST /mo/telco (one, other): give each a path of its own"


def test_a_door_of_an_unknown_kind_is_named(program: Program, tmp_path: Path) -> None:
    said = refusal(program, tmp_path, DOOR.format(name="one", kind="htp"))
    assert said == "doors.one: kind 'htp' is not known; did you mean http?"


def test_a_door_that_carries_no_text_of_ours_is_no_door_of_the_alarms(
    program: Program, tmp_path: Path
) -> None:
    listed = """
[doors.listed]
kind = "http"
outbound.url = "http://127.0.0.1:9/mt"
outbound.body = '{"to": "{to}", "template": "{template_id}"}'
outbound.templates = { S4 = { id = "771" } }
[alarms]
numbers = ["0900000077"]
door = "listed"
"""
    said = refusal(program, tmp_path, listed)
    assert said == (
        "alarms.door: it sends registered templates only (outbound.templates), no other text; "
        "no door sends: use webhook_url"
    )
