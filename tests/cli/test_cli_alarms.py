import asyncio
import json
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from sms_gateway.cli.changing import RunningService
from sms_gateway.domain.ids import IncidentId, MessageId, NumberHash, ShortCode
from sms_gateway.domain.incidents import NO_DOOR, AlarmText, Incident, IncidentNote, Trouble
from sms_gateway.domain.outcome import MtState
from tests.cli.conftest import Command, one_line
from tests.cli.control_desk import ME, NOW, opened
from tests.cli.test_cli_doctor import _config
from tests.contracts.store_desk import AN, DOOR, HASHER, START, Desk, maker_of
from tests.virtual_time import StandingClock


@dataclass(frozen=True)
class Kept:
    """What was wrong, in a data folder.

    Attributes:
        data: the folder.
        over, stands: the ids of two incidents.
        texts: what told of the first one.
    """

    data: Path
    over: IncidentId
    stands: IncidentId
    texts: tuple[MessageId, MessageId]


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    for module in ("alarms", "doctor_alarms"):
        monkeypatch.setattr(f"sms_gateway.cli.{module}.SystemClock", StandingClock)
    data = tmp_path / "kept"
    (data / "keys").mkdir(parents=True)
    (data / "keys" / "number-hash.key").write_text(HASHER.key.value + "\n")
    return asyncio.run(_filled(data))


async def _filled(data: Path) -> Kept:
    async with Desk(maker_of("sqlite"), data) as desk:
        ids = [IncidentId(desk.new_id()) for _ in range(2)]
        over = Incident(
            ids[0], Trouble.SILENT, DOOR, 90, START - timedelta(hours=2),
            closed_at=START - timedelta(minutes=108), texted_at=START, posted_at=START,
        )  # fmt: skip
        texts = [_text(desk, over, template) for template in ("alarm", "over")]
        stands = Incident(ids[1], Trouble.DISK, NO_DOOR, 100, START)
        notes = [IncidentNote(over, tuple(texts)), IncidentNote(stands)]
        await desk.store.incidents.note(notes)
        await desk.store.lease(DOOR, START, 1)
        await desk.store.settle([desk.settlement(texts[0].id, 1, MtState.UNCERTAIN)])
        return Kept(data, over.id, stands.id, (texts[0].id, texts[1].id))


def _text(desk: Desk, about: Incident, template: str) -> AlarmText:
    key = f"alarm:{about.id}:{template}:hash"
    until = START + timedelta(hours=2)
    return AlarmText(
        desk.new_id(), DOOR, ShortCode("8083"), AN, NumberHash("hash"), template, "CANH BAO",
        "gsm7", START, until, key,
    )  # fmt: skip


def test_what_stands_is_listed_first_then_what_was(cli: Command, kept: Kept) -> None:
    result = cli("alarms", data=kept.data)
    assert result.exit_code == 0, result.output
    assert [re.split(r"\s{2,}", line) for line in result.stdout.splitlines()] == [
        ["2026-11-23 10:15:00", "stands", "disk", "-", "100", "nobody was told"],
        ["2026-11-23 08:15:00", "12 min", "silent", "telco", "90",
         "texts 1 queued, 1 uncertain; webhook"],
    ]  # fmt: skip


def test_as_json_each_tells_all(cli: Command, kept: Kept) -> None:
    lines = cli("alarms", "--json", data=kept.data).stdout.splitlines()
    stands, over = map(json.loads, lines)
    assert (stands["id"], stands["closed_at"], stands["texts"]) == (kept.stands, None, [])
    assert (over["id"], over["trouble"], over["door"]) == (kept.over, "silent", "telco")
    assert over["closed_at"] == "2026-11-23T08:27:00.000+07:00"
    assert over["texts"] == [
        {"id": kept.texts[0], "template": "alarm", "state": "uncertain"},
        {"id": kept.texts[1], "template": "over", "state": "queued"},
    ]
    assert len(cli("alarms", "--json", "--limit", "1", data=kept.data).stdout.splitlines()) == 1


def test_a_text_of_an_alarm_is_shown_and_settled_like_a_reply(cli: Command, kept: Kept) -> None:
    shown = cli("message", kept.texts[0], data=kept.data).stdout
    assert "stands as uncertain" in shown
    assert "0900000001" not in shown
    assert cli("settle", kept.texts[0], "--as", "accepted", data=kept.data).exit_code == 0


def test_where_nothing_was_wrong_one_line_says_so(cli: Command, data: Path) -> None:
    result = cli("alarms", data=data)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "nothing was wrong\n"


def test_the_doctor_tells_what_stands_and_which_texts_are_uncertain(
    cli: Command, kept: Kept, tmp_path: Path
) -> None:
    said = cli("doctor", "--config", _config(tmp_path), data=kept.data).stdout.splitlines()
    lines = [line for line in said if line[6:].startswith("alarms ")]
    assert lines[:2] == [
        "ok    alarms      nobody is told: set numbers or webhook_url in [alarms]",
        "warn  alarms      disk stands: see sms-gateway alarms",
    ]
    assert lines[2].startswith("warn  alarms      1 texts to people on call may or may not have")


def _doctor(cli: Command, data: Path, tmp_path: Path, more: str) -> list[str]:
    said = cli("doctor", "--config", _config(tmp_path, more), data=data).stdout.splitlines()
    return [line for line in said if line[6:].startswith("alarms ")]


def test_the_doctor_tells_who_would_be_told(cli: Command, data: Path, tmp_path: Path) -> None:
    more = """[doors.out]
kind = "http"
outbound = {url = "http://127.0.0.1:9/mt", body = '{"to": "{to}"}'}
[alarms]
numbers = ["0900000077"]
door = "out"
webhook_url = "https://alarms.example/hook-0123456789"
"""
    (line,) = _doctor(cli, data, tmp_path, more)
    assert line == (
        "ok    alarms      1 phones through door out, a webhook, without signature; "
        "sms-gateway alarms --test tries it"
    )


def test_the_doctor_finds_a_door_that_cannot_tell(cli: Command, data: Path, tmp_path: Path) -> None:
    more = '[alarms]\nnumbers = ["0900000077"]\ndoor = "out"\n'
    (line,) = _doctor(cli, data, tmp_path, more)
    assert line.startswith("FAIL  alarms      alarms.door: no door has this name")


def test_the_doctor_finds_a_door_of_registered_templates(
    cli: Command, data: Path, tmp_path: Path
) -> None:
    more = """[doors.out]
kind = "http"
[doors.out.outbound]
url = "http://127.0.0.1:9/mt"
body = '{"to": "{to}", "template": "{template_id}"}'
templates = { S4 = { id = "771" } }
[alarms]
numbers = ["0900000077"]
door = "out"
"""
    told = (
        "alarms.door: it sends registered templates only (outbound.templates), no other text; "
        "no door sends: use webhook_url"
    )
    assert _doctor(cli, data, tmp_path, more) == [f"FAIL  alarms      {told}"]


def test_the_address_of_the_webhook_is_hidden(cli: Command, data: Path, tmp_path: Path) -> None:
    more = '[alarms]\nwebhook_url = "https://alarms.example/hook-0123456789"\n'
    shown = cli("show-config", "--config", _config(tmp_path, more), data=data).stdout
    assert "alarms.webhook_url" in shown
    assert "hook-0123456789" not in shown


def test_a_test_wants_a_running_gateway(cli: Command, data: Path) -> None:
    line = one_line(cli("alarms", "--test", data=data))
    assert line == "the gateway is not running, so nothing would be sent: start it, then try again"


async def test_a_test_goes_through_the_service_in_the_name_of_who_called(tmp_path: Path) -> None:
    async with opened(tmp_path) as (house, service):
        answer = await asyncio.to_thread(service.ask, "POST", "/alarms/test")
        assert answer == {"texts": 2, "door": "phone", "webhook": "timed_out"}
        assert house.told == [("alarms.test", NOW, ME, "", ""), ("tested",)]


@pytest.mark.parametrize(
    "answer, stdout, fault",
    [
        ({"texts": 2, "door": "telco", "webhook": None}, "queued 2 texts through door telco\n", ""),
        ({"texts": 0, "door": "", "webhook": ""}, "the webhook took it\n", ""),
        (
            {"texts": 1, "door": "telco", "webhook": "503"},
            "queued 1 texts through door telco\n",
            "the webhook did not take it (503): check alarms.webhook_url, try again",
        ),
        (
            {"texts": 0, "door": "", "webhook": None},
            "",
            "nobody is told: set numbers or webhook_url in [alarms], then restart",
        ),
    ],
)
def test_a_test_tells_what_came_of_it(  # fixtures and cases
    answer: dict[str, object],
    stdout: str,
    fault: str,
    cli: Command,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sms_gateway.cli.alarms.running_service", RunningService)
    monkeypatch.setattr(RunningService, "ask", lambda *_args: answer)
    result = cli("alarms", "--test", data=data)
    assert result.stdout == stdout
    assert (result.exit_code, result.stderr) == (
        (1, f"sms-gateway: {fault}\n") if fault else (0, "")
    )
