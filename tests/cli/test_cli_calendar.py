"""`calendar`: the days that differ, listed, set, taken back, filled and checked."""

import builtins
import json
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from tests.cli.conftest import Command, one_line


def test_the_shipped_days_are_listed_with_the_file_as_their_writer(
    cli: Command, data: Path
) -> None:
    lines = cli("calendar", "show", "2026", data=data).stdout.splitlines()
    assert lines[0].split()[:4] == ["2026-01-01", "Thu", "holiday", "calendar.toml"]
    assert any(line.startswith("2026-08-22  Sat  worked") for line in lines)
    assert any(line.startswith("2026-11-24  Tue  holiday") for line in lines)
    assert all(line.startswith("2026-") for line in lines)
    assert cli("calendar", "show", "2050", data=data).stderr == "no day differs\n"


def test_a_day_that_is_set_goes_before_the_file_until_it_is_taken_back(
    cli: Command, data: Path
) -> None:
    note = "Làm việc buổi sáng"
    assert cli("calendar", "set", "2026-11-24", "morning", "--note", note, data=data).stdout == (
        "2026-11-24 morning\n"
    )

    def shown() -> dict[str, str | None]:
        lines = cli("calendar", "show", "2026", "--json", data=data).stdout.splitlines()
        days: list[dict[str, str | None]] = [json.loads(line) for line in lines]
        return next(day for day in days if day["day"] == "2026-11-24")

    assert (shown()["kind"], shown()["note"]) == ("morning", note)
    assert str(shown()["by"]).startswith("os:")
    assert cli("calendar", "unset", "2026-11-24", data=data).stdout == "2026-11-24 unset\n"
    assert (shown()["kind"], shown()["by"]) == ("holiday", None)
    told = one_line(cli("calendar", "unset", "2026-11-24", data=data))
    assert told.startswith("2026-11-24 was not set")
    with closing(sqlite3.connect(data / "gateway.db")) as db:
        acts = db.execute("SELECT act, subject FROM audit WHERE act LIKE 'calendar.%' ORDER BY id")
        assert acts.fetchall() == [("calendar.set", "2026-11-24"), ("calendar.unset", "2026-11-24")]


@pytest.mark.parametrize(
    "words, told",
    [
        (("set", "24/11/2026", "holiday", "--note", "x"), "no day: write 2026-11-24"),
        (("set", "1826-11-24", "holiday", "--note", "x"), "days from 2000 to 2100 can be set"),
        (("set", "2026-11-24", "holiday", "--note", "x" * 201), "200 are the most"),
        (("unset", "never"), "no day: write 2026-11-24"),
        (
            ("set", "2026-11-25", "worked", "--note", "x"),
            "is a Wednesday, which is worked anyway; to take back what was set: sms-gateway",
        ),
        (
            ("set", "2026-11-28", "holiday", "--note", "x"),
            "is a Saturday, which is free anyway; to take back what was set: sms-gateway",
        ),
    ],
)
def test_what_cannot_be_set_is_told_in_one_line(
    cli: Command, data: Path, words: tuple[str, ...], told: str
) -> None:
    result = cli("calendar", *words, data=data)
    assert told in one_line(result, result.exit_code)


@pytest.mark.parametrize(
    "day, kind",
    [
        ("2026-11-24", "worked"),  # a holiday of the file
        ("2026-08-22", "holiday"),  # a Saturday that is worked by the file
        ("2026-11-28", "worked"),
    ],
)
def test_a_day_may_be_set_to_what_the_file_does_not_say(
    cli: Command, data: Path, day: str, kind: str
) -> None:
    done = cli("calendar", "set", day, kind, "--note", "x", data=data)
    assert (done.exit_code, done.stdout, done.stderr) == (0, f"{day} {kind}\n", "")


def test_half_a_day_of_the_weekend_and_a_day_far_away_are_set_and_said(
    cli: Command, data: Path
) -> None:
    done = cli("calendar", "set", "2026-11-29", "morning", "--note", "x", data=data)
    assert (done.exit_code, done.stdout) == (0, "2026-11-29 morning\n")
    assert done.stderr == "2026-11-29 is a Sunday: its morning is worked\n"
    done = cli("calendar", "set", "2062-11-24", "holiday", "--note", "x", data=data)
    assert done.exit_code == 0
    assert done.stderr == "2062 is far from now: if it is a slip, unset the day\n"


def test_the_same_day_again_changes_nothing(cli: Command, data: Path) -> None:
    again = ("calendar", "set", "2026-12-24", "morning", "--note", "Họp")
    cli(*again, data=data)
    done = cli(*again, data=data)
    assert (done.exit_code, done.stdout) == (0, "2026-12-24 morning\n")
    assert done.stderr == "it was so before: nothing was changed\n"
    with closing(sqlite3.connect(data / "gateway.db")) as db:
        acts = db.execute("SELECT count(*) FROM audit WHERE act LIKE 'calendar.%'")
        assert acts.fetchall() == [(1,)]
    assert cli(*again[:-1], "Họp tổng kết", data=data).stderr == ""


def test_a_year_is_filled_once_and_what_was_there_stays(cli: Command, data: Path) -> None:
    cli("calendar", "set", "2028-11-24", "morning", "--note", "ours", data=data)
    first = cli("calendar", "fill", "2028", data=data)
    assert "2028-01-26 holiday" in first.stdout
    assert "2028-11-24" not in first.stdout
    assert first.stderr == "11 days set, 1 were there\n"
    assert cli("calendar", "fill", "2028", data=data).stderr == "0 days set, 12 were there\n"


def test_the_shipped_years_need_no_filling_but_for_what_the_library_does_not_know(
    cli: Command, data: Path
) -> None:
    for year, there in (("2026", 14), ("2027", 12)):
        assert cli("calendar", "fill", year, data=data).stderr == (
            f"0 days set, {there} were there\n"
        )


def test_filling_without_the_library_says_what_to_install(
    cli: Command, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def missing(name: str, *args: object, **more: object) -> object:
        if name == "holidays":
            raise ModuleNotFoundError(name=name)
        return real(name, *args, **more)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(builtins, "__import__", missing)
    told = one_line(cli("calendar", "fill", "2028", data=data))
    assert told == "this needs one package more: pip install 'sms-gateway[calendar]'"


def test_a_missing_year_is_told_by_check_and_doctor(
    cli: Command, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli("calendar", "check", data=data).stdout.startswith("the holidays are there, up to")
    for name in ("calendar_show", "doctor_calendar"):
        monkeypatch.setattr(f"sms_gateway.cli.{name}.today", lambda _settings: date(2027, 10, 1))
    told = "the holidays of 2028 are missing: sms-gateway calendar fill 2028"
    assert one_line(cli("calendar", "check", data=data)) == told
    assert f"warn  calendar    {told}" in cli("doctor", data=data).stdout
    cli("calendar", "fill", "2028", data=data)
    assert cli("calendar", "check", data=data).exit_code == 0
    assert "ok    calendar " in cli("doctor", data=data).stdout


def test_without_a_message_store_the_file_speaks_alone(cli: Command, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing"
    assert "2026-11-24" in cli("calendar", "show", "2026", data=nothing).stdout
    told = one_line(cli("calendar", "set", "2026-11-24", "worked", "--note", "x", data=nothing))
    assert "run sms-gateway init" in told
