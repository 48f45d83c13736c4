import asyncio
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from sms_gateway.cli.changing import RunningService
from sms_gateway.dispatch.health import HealthRecord
from sms_gateway.dispatch.retry import RetryTable
from sms_gateway.domain.outcome import Accepted, Deferred
from sms_gateway.reading import DoorRow
from sms_gateway.service.door_list import door_line
from sms_gateway.settings import load
from tests.cli.conftest import CONFIG, Command
from tests.cli.control_desk import opened
from tests.contracts.store_desk import DOOR, START, Desk, maker_of
from tests.intake.intake_desk import DOORS, PUSHING
from tests.virtual_time import StandingClock

TELCO = """[doors.telco]
kind = "http"
outbound = {url = "https://sms.example/send?key=xylophone", body = '{"to": "{to}"}'}
[doors.telco.inbound]
path = "/mo/telco"
[doors.telco.inbound.fields]
message_id = "json:id"
sender = "json:from"
short_code = "json:to"
text = "json:text"
[doors.telco.access]
cidrs = ["127.0.0.0/8"]
"""


def _config(tmp_path: Path, doors: str) -> str:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "gateway.toml").write_text(f"[web]\nport = 0\n{doors}\n")
    return str(folder)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A data folder where a reply was sent through door `telco` and another one waits."""
    data = tmp_path / "kept"
    data.mkdir()
    asyncio.run(_filled(data))
    return data


async def _filled(data: Path) -> None:
    async with Desk(maker_of("sqlite"), data) as desk:
        await desk.sent(await desk.reply(), "A1")
        desk.clock.step(60)
        await desk.reply()
        await desk.store.set_paused(DOOR, START, "an", paused=True)


def columns(text: str) -> list[list[str]]:
    return [re.split(r"\s{2,}", line) for line in text.splitlines()]


def test_without_a_running_gateway_the_settings_and_the_store_tell(
    cli: Command, kept: Path, tmp_path: Path
) -> None:
    result = cli("doors", "--config", _config(tmp_path, TELCO), data=kept)
    assert result.exit_code == 0, result.output
    head, *rows = columns(result.stdout)
    assert head[0] == "door"
    assert rows[-1] == [
        *("telco", "http", "POST http://127.0.0.1:0/mo/telco", "https://sms.example"),
        *("paused since 2026-11-23 10:15:00", "2026-11-23 10:16:00", "2026-11-23 10:15:00"),
        *("-", "1"),
    ]
    assert "xylophone" not in result.stdout


def test_as_json_each_door_tells_all(cli: Command, kept: Path, tmp_path: Path) -> None:
    lines = cli("doors", "--json", "--config", _config(tmp_path, TELCO), data=kept).stdout
    told = json.loads(lines.splitlines()[-1])
    assert (told["name"], told["state"], told["queued"]) == ("telco", "paused", 1)
    assert told["last_accepted"] == "2026-11-23T10:15:00.000+07:00"
    assert told["attempts"] is None


def test_a_door_that_cannot_be_opened_hides_no_other(
    cli: Command, data: Path, tmp_path: Path
) -> None:
    more = '[doors.broken]\nkind = "smoke"\n' + TELCO
    result = cli("doors", "--config", _config(tmp_path, more), data=data)
    assert result.exit_code == 0
    rows = columns(result.stdout)
    assert [row[0] for row in rows][-2:] == ["broken", "telco"]
    assert rows[-2][4].startswith("refused (doors.broken: kind 'smoke' is not known")


def test_before_there_is_a_store_the_settings_tell(cli: Command, tmp_path: Path) -> None:
    result = cli("doors", "--config", _config(tmp_path, TELCO), data=tmp_path / "none")
    assert result.exit_code == 0
    assert not (tmp_path / "none").exists()


def test_a_running_gateway_is_asked(
    cli: Command, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = {"doors": [{"name": "x", "state": "down", "since": "2026-11-23T03:15:00+00:00",
        "reason": "unreachable", "attempts": 4, "errors": 3}]}  # fmt: skip
    monkeypatch.setattr("sms_gateway.cli.doors.running_service", RunningService)
    monkeypatch.setattr(RunningService, "ask", lambda *_args: answer)
    row = columns(cli("doors", data=data).stdout)[1]
    assert row[4:8] == ["down since 2026-11-23 10:15:00 (unreachable)", "-", "-", "3 of 4"]


async def test_the_service_tells_through_its_socket(tmp_path: Path) -> None:
    async with opened(tmp_path) as (_house, service):
        answer = await asyncio.to_thread(service.ask, "GET", "/doors")
        assert answer == {"doors": [{"name": "phone", "state": "working"}]}


def test_what_the_process_saw_and_what_the_store_knows_are_one_line(tmp_path: Path) -> None:
    settings = load(CONFIG, tmp_path, {}, tmp_path)
    record = HealthRecord(PUSHING, StandingClock(), RetryTable())
    record.sent(Accepted(), 0)
    record.sent(Deferred("throttled"), 0)
    earlier = START - timedelta(minutes=5)
    known = DoorRow(3, None, earlier, earlier)
    told = door_line(DOORS[PUSHING], settings, known, record)
    assert (told["state"], told["reason"], told["queued"]) == ("resting", "throttled", 3)
    assert (told["attempts"], told["errors"], told["in_a_row"]) == (2, 1, 1)
    assert told["last_mo"] == earlier.isoformat()
    assert told["last_accepted"] == START.isoformat()
