"""`staff`: the people of the console, without a running service."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Command, one_line

LINK = re.compile(r"/console/invite/[A-Za-z0-9_-]{43}\n")
ADMIN = ("--name", "Trần Thị Bình", "--role", "administrator")


def added(cli: Command, data: Path, login: str, *said: str) -> str:
    done = cli("staff", "add", login, *said, data=data)
    assert done.exit_code == 0, done.output
    return done.stdout


def listed(cli: Command, data: Path) -> dict[str, dict[str, object]]:
    lines = cli("staff", "list", "--json", data=data).stdout.splitlines()
    return {row["login"]: row for row in map(json.loads, lines)}


def test_somebody_is_added_with_a_link_and_listed(cli: Command, data: Path) -> None:
    assert "nobody was added" in cli("staff", "list", data=data).stderr
    link = added(
        cli, data, "An", "--name", "Nguyễn Văn An", "--role", "clerk",
        "--agency", "000.00.12.H32", "--language", "en",
    )  # fmt: skip
    assert LINK.fullmatch(link)
    row = listed(cli, data)["an"]
    assert (row["name"], row["role"], row["state"]) == ("Nguyễn Văn An", "clerk", "invited")
    assert (row["agencies"], row["language"]) == (["000.00.12.H32"], "en")
    assert str(row["added_by"]).startswith("os:")
    line = cli("staff", "list", data=data).stdout
    assert re.search(r"an +clerk +000\.00\.12\.H32 +invited +- +Nguyễn Văn An", line)


def test_a_link_begins_with_the_address_of_the_console(
    cli: Command, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMS_GATEWAY_CONSOLE__BASE_URL", "https://sms.example.vn/")
    link = added(cli, data, "binh", *ADMIN)
    assert link.startswith("https://sms.example.vn/console/invite/")
    again = cli("staff", "invite", "binh", data=data).stdout
    assert again.startswith("https://sms.example.vn/console/invite/")
    assert again != link


def test_what_changes_is_said_and_the_rest_stays(cli: Command, data: Path) -> None:
    added(cli, data, "an", "--name", "An", "--role", "clerk", "--agency", "000.00.12.H32")
    assert cli("staff", "change", "an", "--role", "viewer", data=data).stdout == "an changed\n"
    row = listed(cli, data)["an"]
    assert (row["name"], row["role"], row["agencies"]) == ("An", "viewer", ["000.00.12.H32"])
    cli("staff", "change", "an", "--name", "Bà An", "--all-agencies", data=data)
    row = listed(cli, data)["an"]
    assert (row["name"], row["role"], row["agencies"]) == ("Bà An", "viewer", None)
    assert "say what changes" in one_line(cli("staff", "change", "an", data=data), 2)
    both = cli(
        "staff", "change", "an", "--all-agencies", "--agency", "000.00.12.H32", data=data
    )  # fmt: skip
    assert "different things" in one_line(both, 2)


def test_what_cannot_be_done_is_told_in_one_line(cli: Command, data: Path) -> None:
    added(cli, data, "an", "--name", "An", "--role", "clerk")
    twice = cli("staff", "add", "an", "--name", "An", "--role", "clerk", data=data)
    assert one_line(twice).startswith("the login 'an' is taken: choose another")
    wrong = cli(
        "staff", "add", "b", "--name", "B", "--role", "clerk", "--agency", "000.00.12.H3", data=data
    )  # fmt: skip
    assert "did you mean 000.00.12.H32?" in one_line(wrong)
    for word in ("disable", "enable", "invite", "unlink", "sessions"):
        assert "nobody has the login 'x'" in one_line(cli("staff", word, "x", data=data))


def test_who_signs_in_by_the_provider_gets_no_link(cli: Command, data: Path) -> None:
    done = cli("staff", "add", "an", "--name", "An", "--role", "clerk", "--no-link", data=data)
    assert done.stdout == "an added\n"
    assert "not linked to the provider" in one_line(cli("staff", "unlink", "an", data=data))


def test_somebody_is_disabled_and_enabled(cli: Command, data: Path) -> None:
    added(cli, data, "an", "--name", "An", "--role", "clerk")
    assert cli("staff", "disable", "an", data=data).stdout == "an disabled\n"
    assert listed(cli, data)["an"]["state"] == "disabled"
    assert cli("staff", "enable", "AN", data=data).stdout == "an enabled\n"


def test_the_last_administrator_stays(cli: Command, data: Path) -> None:
    added(cli, data, "binh", *ADMIN)
    for act in (("disable", "binh"), ("change", "binh", "--role", "clerk")):
        assert "last administrator" in one_line(cli("staff", *act, data=data))


def test_sessions_are_shown_and_ended(cli: Command, data: Path) -> None:
    added(cli, data, "an", "--name", "An", "--role", "clerk")
    assert "signed in nowhere" in cli("staff", "sessions", "an", data=data).stderr
    with closing(sqlite3.connect(data / "gateway.db", isolation_level=None)) as db:
        db.execute(
            "INSERT INTO staff_session SELECT 's' || n, 'h' || n, staff.id, at, at, '10.0.0.7', 0"
            " FROM staff, (SELECT unixepoch() * 1000 AS at),"
            " (SELECT 1 AS n UNION SELECT 2)"
        )
    shown = cli("staff", "sessions", "an", data=data).stdout.splitlines()
    assert [line.split()[-1] for line in shown] == ["10.0.0.7", "10.0.0.7"]
    assert cli("staff", "sessions", "an", "--end", data=data).stdout == "ended 2 sessions\n"
    assert "signed in nowhere" in cli("staff", "sessions", "an", data=data).stderr


def test_where_nobody_has_a_password_no_link_is_printed_but_for_the_first_administrator(
    cli: Command, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (
        ("BASE_URL", "https://sms.example.vn"), ("OIDC__ISSUER", "https://sso.example.vn"),
        ("OIDC__CLIENT_ID", "console"), ("OIDC__PASSWORDS", "false"),
    ):  # fmt: skip
        monkeypatch.setenv(f"SMS_GATEWAY_CONSOLE__{name}", value)
    told = "there is no link: an comes in by the provider, which must call them an"
    done = cli("staff", "add", "AN", "--name", "An", "--role", "clerk", data=data)
    assert (done.exit_code, done.stdout) == (0, "an added\n")
    assert told in done.stderr
    again = cli("staff", "invite", "AN", data=data)
    assert (again.exit_code, again.stdout) == (0, "an begins anew\n")
    assert told in again.stderr
    assert LINK.search(cli("staff", "add", "admin", *ADMIN, data=data).stdout)
    assert LINK.search(cli("staff", "invite", "admin", data=data).stdout)
