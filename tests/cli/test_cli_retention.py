"""`purge` and `hold` where no gateway runs, and what shows of a text that was purged."""

import asyncio
import json
import os
import pwd
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result

from sms_gateway.domain.ids import MessageId
from tests.cli.conftest import Command, one_line
from tests.contracts.store_desk import AN, BINH, HASHER, KEY, Desk, maker_of, number

ME = f"os:{pwd.getpwuid(os.getuid()).pw_name}"
LONG_AGO = datetime(2024, 5, 6, 3, 15, tzinfo=UTC)

Run = Callable[..., Result]


@dataclass(frozen=True, slots=True)
class Log:
    """Texts that are old enough to be purged: one answered, one parked; and the reply."""

    data: Path
    answered: MessageId
    reply: MessageId
    parked: MessageId


@pytest.fixture
def log(tmp_path: Path) -> Log:
    data = tmp_path / "log"
    (data / "keys").mkdir(parents=True)
    (data / "keys" / "number-hash.key").write_text(HASHER.key.value + "\n")
    return asyncio.run(_fill(data))


async def _fill(data: Path) -> Log:
    async with Desk(maker_of("sqlite"), data) as desk:
        desk.clock.at = LONG_AGO
        answered = await desk.receive()
        mt = await desk.reply(mo=answered)
        await desk.sent(mt, "T-1")
        parked = await desk.receive("MCKH 2", sender=BINH)
        await desk.store.fail([parked], desk.clock.at, 1)
        return Log(data, answered.id, mt.id, parked.id)


@pytest.fixture
def run(cli: Command, log: Log) -> Run:
    return lambda *args: cli(*args, data=log.data)


def said(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


def shown(run: Run, message: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(said(run("message", message, "--json")))
    return found


def test_a_purge_says_what_went_and_what_stays(run: Run, log: Log) -> None:
    result = run("purge")
    first = f"{datetime.now(UTC):%Y}"
    assert said(result).startswith("purged 1 texts; of before ")
    assert int(said(result)[-11:-7]) in (int(first) - 1, int(first) - 2)
    assert "1 stay: held, not ended, or waiting for a person" in result.stderr
    told = shown(run, log.answered)
    assert told["message"]["purged_at"] is not None  # type: ignore[index]  # an object
    assert said(run("purge")).startswith("purged 0 texts; of before ")


def test_a_dry_run_counts_and_takes_nothing(run: Run, log: Log) -> None:
    assert said(run("purge", "--dry-run")).startswith("would purge 1 texts; of before ")
    assert shown(run, log.answered)["message"]["purged_at"] is None  # type: ignore[index]  # an object


def test_programs_get_the_counts_as_json(run: Run) -> None:
    told = json.loads(said(run("purge", "--json", "--until", "2024-06-01")))
    assert told == {
        "until": "2024-06-01T00:00:00+07:00",
        "texts": 1,
        "messages": 0,
        "reports": 0,
        "refused": 0,
        "audit": 0,
        "left": 1,
        "notices": 0,
        "subscriptions": 0,
        "surveys": 0,
        "complaints": 0,
        "dossiers": 0,
        "scrubbed": True,
    }


@pytest.mark.parametrize("words", [("purge",), ("purge", "--dry-run")])
def test_texts_go_though_the_copies_of_dossiers_cannot_be_opened(
    run: Run, log: Log, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("SMS_GATEWAY_CASES__KIND", "http")
    monkeypatch.setenv("SMS_GATEWAY_CASES__HTTP__URL", "http://127.0.0.1:9/")
    (log.data / "cases.db").write_bytes(b"this is no database" * 500)
    result = run(*words)
    assert " 1 texts; of before " in said(result)
    told = [line for line in result.stderr.splitlines() if "copies of dossiers stay" in line]
    assert len(told) == 1
    assert told[0].startswith("sms-gateway: ")


def test_only_what_is_older_than_a_day_that_is_named_goes(run: Run, log: Log) -> None:
    assert said(run("purge", "--until", "2024-05-01")) == "purged 0 texts; of before 2024-05-01\n"
    assert shown(run, log.answered)["message"]["purged_at"] is None  # type: ignore[index]  # an object
    line = one_line(run("purge", "--until", "1d"))
    assert line.endswith("name an earlier day, or change retention.content_months")


def test_a_purged_text_shows_how_it_ended_and_nothing_of_what_it_said(run: Run, log: Log) -> None:
    run("purge")
    table = {line.split()[2]: line.split()[3:] for line in said(run("messages")).splitlines()}
    assert table[log.answered] == ["purged", "8083", "answered:S4", "-", "S4", "charge", "accepted"]
    assert table[log.parked][:3] == ["09xx", "xxx", "002"]
    lines = said(run("message", log.answered)).splitlines()
    assert lines[0] == f"{log.answered}  purged, to 8083"
    assert any(line.endswith("reply S4 made: (purged)") for line in lines)
    assert any(line.endswith("number, words and dossier purged") for line in lines)
    told = shown(run, log.answered)
    message = told["message"]
    assert isinstance(message, dict)
    assert (message["from"], message["text"], message["reason"]) == (None, None, "S4")
    assert (message["reply"]["to"], message["reply"]["text"]) == (None, None)
    assert (told["attempts"], told["reports"], told["dossier"]) == ([], [], None)
    assert "(not kept)" in said(run("message", log.answered, "--raw"))


def test_a_purged_text_is_found_by_its_phone(run: Run, log: Log) -> None:
    run("purge")
    (line,) = said(run("messages", "--phone", "0900000001", "--json")).splitlines()
    assert json.loads(line)["id"] == log.answered


def test_texts_of_a_code_a_phone_or_one_text_are_held(run: Run, log: Log) -> None:
    for words, told in (
        (("--code", "170703-0001"), f"code {KEY}"),
        (("--phone", "0900000001"), f"number {number(AN)}"),
        (("--message", log.reply), f"message {log.answered}"),
    ):
        assert said(run("hold", "add", *words, "--reason", "court")) == f"held {told}\n"
        assert said(run("purge")).startswith("purged 0 texts")
        again = run("hold", "add", *words, "--reason", "court")
        assert again.exit_code == 1
        assert "that is held already" in again.stderr
        assert said(run("hold", "remove", *words)) == f"released {told}\n"
        assert "that is not held" in run("hold", "remove", *words).stderr
    assert said(run("purge")).startswith("purged 1 texts")
    assert "nothing is left to hold" in one_line(
        run("hold", "add", "--message", log.answered, "--reason", "late")
    )


def test_holds_are_listed_with_who_and_why(run: Run, log: Log) -> None:
    assert run("hold", "list").stderr == "nothing is held\n"
    run("hold", "add", "--message", log.answered, "--reason", "complaint 7")
    line = said(run("hold", "list"))
    assert f"  message  {log.answered}  {ME}  complaint 7\n" in line
    told = json.loads(said(run("hold", "list", "--json")))
    assert (told["kind"], told["value"], told["by"]) == ("message", log.answered, ME)
    assert told["reason"] == "complaint 7"
    assert f"{ME} did hold.add: complaint 7" in said(run("message", log.answered))


@pytest.mark.parametrize("words", [(), ("--code", "1", "--phone", "0900000001")])
def test_one_thing_is_held_at_a_time(run: Run, words: tuple[str, ...]) -> None:
    line = one_line(run("hold", "add", *words, "--reason", "why"), status=2)
    assert "one of --code, --phone, --message" in line


def doctors_line(run: Run) -> str:
    (line,) = [line for line in run("doctor").stdout.splitlines() if line[6:11] == "purge"]
    return line


def test_the_doctor_says_when_a_purge_last_ended(run: Run, log: Log) -> None:
    line = doctors_line(run)
    assert line.startswith("warn")
    assert "none has ended yet, and texts of 2024-05-06 are kept still" in line
    run("hold", "add", "--message", log.answered, "--reason", "court")
    run("purge")
    line = doctors_line(run)
    assert line.startswith("ok")
    assert f"last ended {datetime.now():%Y}" in line  # noqa: DTZ005  # the year will do
    assert line.endswith(", 1 legal holds, 2 old texts stay: held, or not ended")


def test_what_a_copy_brings_back_is_purged_at_once(
    run: Run, cli: Command, log: Log, tmp_path: Path
) -> None:
    copy, elsewhere = tmp_path / "copy.tar.gz", tmp_path / "elsewhere"
    assert run("backup", "--to", str(copy)).exit_code == 0
    run("purge")
    result = cli("restore", str(copy), data=elsewhere)
    assert result.exit_code == 0, result.output
    assert "purged 1 texts; of before " in result.stdout
    found = json.loads(said(cli("message", log.answered, "--json", data=elsewhere)))
    assert found["message"]["purged_at"] is not None


def test_a_restore_says_first_that_holds_set_since_are_not_in_the_copy(
    run: Run, cli: Command, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.tar.gz"
    assert run("backup", "--to", str(copy)).exit_code == 0
    *_, legal, purged = said(cli("restore", str(copy), data=tmp_path / "new")).splitlines()
    assert legal == (
        "legal     holds set since the copy was made are not in it: add them again; what only they "
        "kept is purged now"
    )
    assert purged.startswith("purged 1 texts")


def test_a_text_that_was_held_after_the_backup_can_be_held_again_before_the_purge(
    run: Run, cli: Command, log: Log, tmp_path: Path
) -> None:
    copy, elsewhere = tmp_path / "copy.tar.gz", tmp_path / "elsewhere"
    held = ("hold", "add", "--message", log.answered, "--reason", "court")
    assert run("backup", "--to", str(copy)).exit_code == 0
    said(run(*held))
    *_, legal, purge = said(cli("restore", str(copy), "--no-purge", data=elsewhere)).splitlines()
    assert legal == (
        "legal     holds set since the copy was made are not in it: add them again before the purge"
    )
    assert purge == "purge     left for the night, or for `sms-gateway purge`"
    assert "nothing is held" in cli("hold", "list", data=elsewhere).stderr
    said(cli(*held, data=elsewhere))
    assert said(cli("purge", data=elsewhere)).startswith("purged 0 texts")
    assert said(cli("hold", "remove", *held[2:4], data=elsewhere))
    assert said(cli("purge", data=elsewhere)).startswith("purged 1 texts")
