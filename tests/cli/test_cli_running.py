"""Commands beside and through a gateway that runs in a process of its own."""

import asyncio
import http.client
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.outcome import MtState
from tests.cli.conftest import CONFIG
from tests.contracts.store_desk import DOOR, Desk, maker_of
from tests.real_process import Gateway, Program

pytestmark = pytest.mark.acceptance


def _text(gateway: Gateway, text: str, sender: str = "0900000001") -> dict[str, str]:
    address = urlsplit(gateway.url)
    assert address.hostname is not None
    call = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
    body = json.dumps({"id": text, "from": sender, "to": "8083", "text": text})
    call.request("POST", "/mo/local", body, {"Content-Type": "application/json"})
    answer: dict[str, str] = json.loads(call.getresponse().read())
    call.close()
    return answer


@pytest.fixture
def run(program: Program, gateway: Gateway) -> Callable[..., str]:
    """Run a command on the running gateway's data folder; what it printed."""

    def run(*args: str, status: int = 0) -> str:
        done = program.run(*args, data=gateway.data)
        assert done.returncode == status, done.stderr
        return done.stdout or done.stderr

    return run


def test_lines_say_where_the_pages_are_and_logs_go_elsewhere(gateway: Gateway) -> None:
    assert gateway.out[0] == f"ready: {gateway.url}/phone"
    assert gateway.stop() == 0
    first = gateway.data / "first-administrator.txt"
    assert gateway.out == [
        f"ready: {gateway.url}/phone",
        f"console: {gateway.url}/console/",
        f"console: nobody has an account yet: open the link in {first}",
    ]
    assert all(json.loads(line)["event"] for line in gateway.err)
    assert not (gateway.data / "control.sock").exists()


def test_the_doctor_is_told_by_a_gateway_that_finds_no_dossier(program: Program) -> None:
    gateway = program(env={"SMS_GATEWAY_CASES__TIMEOUT_S": "0.0000001"})
    gateway.wait_for_line('"cases.failing"')
    done = program.run("doctor", data=gateway.data)
    assert done.returncode == 0, done.stdout
    (line,) = [line for line in done.stdout.splitlines() if line[6:].startswith("service")]
    assert line.startswith("warn")
    assert "cannot look up dossiers (slow)" in line


def test_without_a_simulator_the_line_holds_the_gateways_own_address(
    program: Program, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.mkdir()
    for source in CONFIG.glob("*.toml"):
        (config / source.name).write_bytes(source.read_bytes())
    (config / "gateway.toml").write_text("[web]\nport = 0\n")
    gateway = program(config=config)
    assert gateway.out[0] == f"ready: {gateway.url}"


def test_an_import_goes_through_the_gateway_and_is_answered_from_at_once(
    run: Callable[..., str], gateway: Gateway, tmp_path: Path
) -> None:
    file = tmp_path / "ours.csv"
    row = "000.00.12.H32-180101-0042,180101-0042,0912345678,20180101080000,20180110170000,4\n"
    file.write_text("MaHoSo,SoBienNhan,SoDienThoai,NgayTiepNhan,NgayHenTra,TrangThaiHoSo\n" + row)
    assert run("cases", "import", str(file)) == "1 new, 0 changed, 0 unchanged, 0 removed\n"
    assert "180101-0042" in _text(gateway, "MCKH 180101-0042", "0912345678")["reply"]
    assert run("cases", "import", str(file), "--replace") == (
        "0 new, 0 changed, 1 unchanged, 33 removed\n"
    )
    assert "4 processing" in run("cases", "show", "180101-0042")
    assert "0 texts unanswered" in run("doctor")


def test_what_was_texted_is_listed_while_the_gateway_runs(
    run: Callable[..., str], gateway: Gateway
) -> None:
    answer = _text(gateway, "MCKH 170703-0001")
    (line,) = run("messages", "--json", "--phone", "0900000001").splitlines()
    told = json.loads(line)
    assert told["id"] == answer["message_id"]
    assert told["from"] == "09xx xxx 001"
    assert told["reply"]["text"] == answer["reply"]
    assert "answered:S9" in run("message", answer["message_id"])


def test_what_ask_says_is_what_the_citizen_gets(run: Callable[..., str], gateway: Gateway) -> None:
    for text in ("MCKH 170703-0001", "xin chao"):
        asked = json.loads(run("ask", text, "--from", "0900000001", "--json"))
        answer = _text(gateway, text)
        assert asked["text"] == answer["reply"]
        assert asked["billing"] == answer["billing"]


def test_a_preference_that_the_citizen_chose_is_heeded_by_ask(
    run: Callable[..., str], gateway: Gateway
) -> None:
    _text(gateway, "MCKH EN")
    asked = json.loads(run("ask", "MCKH 170703-0001", "--from", "0900000001", "--json"))
    assert asked["language"] == "en"


def test_a_door_is_paused_and_resumed_through_the_gateway(
    run: Callable[..., str], gateway: Gateway
) -> None:
    assert run("pause", "phone") == "paused phone\n"
    assert run("pause", "phone") == "paused phone\n"
    assert "door phone is paused" in run("doctor")
    assert run("resume", "phone") == "resumed phone\n"
    assert "did you mean phone" in run("pause", "phoen", status=1)
    gateway.stop()
    events = [json.loads(line)["event"] for line in gateway.err]
    assert events.count("door.paused") == 2
    assert events.count("door.resumed") == 1


def test_replies_are_settled_and_texts_handled_through_the_gateway(
    program: Program, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.mkdir()
    (config / "agencies.toml").write_bytes((CONFIG / "agencies.toml").read_bytes())
    (config / "gateway.toml").write_text(f'[doors.{DOOR}]\nkind = "simulator"\n')
    data = program.new_data()
    again, failed = asyncio.run(_two_uncertain(data))
    gateway = program(data=data, config=config)

    def run(*args: str, status: int = 0) -> str:
        done = program.run(*args, data=data, config=config)
        assert done.returncode == status, done.stderr
        return done.stdout or done.stderr

    assert run("settle", again, "--as", "again") == f"queued {again} again, door {DOOR}\n"
    # It is sent at once, not when the queue happens to be looked at.
    gateway.wait_for_line(rf'"mt_id":"{again}".*"result":"accepted".*"mt.settled"')
    assert run("settle", failed, "--as", "failed") == f"settled {failed} as failed\n"
    text = json.loads(run("message", failed, "--json"))["message"]["id"]
    assert run("handled", failed, "--note", "called back") == f"handled {text}\n"
    assert "was handled before" in run("handled", text, status=1)
    assert "handled it: called back" in run("message", text)
    assert "messages --" not in run("doctor")
    assert gateway.stop() == 0
    events = [json.loads(line)["event"] for line in gateway.err]
    assert events.count("mt.settled_by_hand") == 2
    assert events.count("mo.handled") == 1


async def _two_uncertain(data: Path) -> list[MessageId]:
    """Replies that were pushed, and no answer came back."""
    ids = []
    async with Desk(maker_of("sqlite"), data) as desk:
        for _ in range(2):
            mt = await desk.reply(valid_until=datetime(2999, 1, 1, tzinfo=UTC))
            await desk.store.lease(DOOR, desk.clock.at, 1)
            await desk.store.settle([desk.settlement(mt.id, 1, MtState.UNCERTAIN)])
            ids.append(mt.id)
    return ids


CUT_OFF_FOR_EVER = """
INSERT INTO import_run (phase, replaces, learned_at, total) VALUES ('merging', 0, 0, 1);
CREATE TRIGGER hinder BEFORE UPDATE ON import_run BEGIN SELECT RAISE (ABORT, 'no'); END;
"""


def test_an_import_that_cannot_be_finished_keeps_nobody_from_an_answer_and_is_shown(
    program: Program,
) -> None:
    data = program.new_data()
    with closing(sqlite3.connect(data / "cases.db")) as db:
        db.executescript(CUT_OFF_FOR_EVER)
    gateway = program(data=data)
    gateway.wait_for_line("cases.import_unfinished")
    assert "170703-0001" in _text(gateway, "MCKH 170703-0001")["reply"]
    trouble = "cases.db: it failed: look into the log"
    assert _ready(gateway) == (200, {"status": "degraded", "wrong": {"import": trouble}})
    found = program.run("doctor", data=data)
    assert found.returncode == 1
    assert (
        f"FAIL  cases       an import that was cut off cannot be finished: {trouble}"
        in found.stdout
    )


def _ready(gateway: Gateway) -> tuple[int, object]:
    address = urlsplit(gateway.url)
    assert address.hostname is not None
    with closing(http.client.HTTPConnection(address.hostname, address.port, timeout=30)) as call:
        call.request("GET", "/ready")
        answer = call.getresponse()
        return answer.status, json.loads(answer.read())


def test_init_leaves_a_running_gateway_alone_and_does_not_sound_like_a_start(
    program: Program, gateway: Gateway
) -> None:
    """`scripts/run` calls it before `serve`, which then refuses."""
    done = program.run("init", "--samples", data=gateway.data)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines() == [
        f"sms-gateway: {gateway.data} is being served by another process already: nothing was done"
    ]


@pytest.mark.parametrize("file, what", [("gateway.db", "messages"), ("cases.db", "cases")])
def test_a_database_taken_away_beneath_a_running_gateway_is_a_fault(
    file: str, what: str, run: Callable[..., str], gateway: Gateway
) -> None:
    path = gateway.data / file
    path.rename(path.with_name("away.db"))
    (line,) = [line for line in run("doctor", status=1).splitlines() if what in line[6:16]]
    assert line.startswith("FAIL")
    assert f"{path} is gone while the gateway runs on it: stop the gateway" in line
    assert "init" not in line


def test_a_second_gateway_on_the_same_folder_or_port_is_refused_in_one_line(
    run: Callable[..., str], gateway: Gateway, program: Program, tmp_path: Path
) -> None:
    assert "another process" in run("serve", "--port", "0", status=1)
    port = str(urlsplit(gateway.url).port)
    second = program.run("serve", "--port", port, data=tmp_path / "other")
    assert second.returncode == 1
    (line,) = second.stderr.splitlines()
    assert line.startswith(f"sms-gateway: port {port} of 127.0.0.1 is taken: stop the program")
    assert line.endswith("give serve another --port")


def test_what_a_killed_gateway_left_hinders_nobody(program: Program, gateway: Gateway) -> None:
    gateway.kill()
    assert (gateway.data / "control.sock").exists()
    done = program.run("pause", "phone", data=gateway.data)
    assert (done.returncode, done.stdout) == (0, "paused phone\n")
    again = program(data=gateway.data)
    assert program.run("resume", "phone", data=again.data).stdout == "resumed phone\n"


def test_nobody_reading_any_more_is_no_complaint(tmp_path: Path) -> None:
    line = [sys.executable, "-m", "sms_gateway", "show-config", "--config", str(CONFIG)]
    with subprocess.Popen(  # noqa: S603  # our own program
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 1


@pytest.mark.parametrize("command", ["serve", "init"])
def test_a_folder_that_cannot_be_written_is_one_line_and_status_1(
    command: str, program: Program, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    done = program.run(command, data=tmp_path / "file" / "var")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "cannot be written" in done.stderr
