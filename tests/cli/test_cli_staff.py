"""What staff end by hand, where no gateway runs: `settle` and `handled`, and what shows of it."""

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
from sms_gateway.domain.outcome import MtState
from tests.cli.conftest import Command, one_line
from tests.contracts.store_desk import DOOR, Desk, maker_of

ME = f"os:{pwd.getpwuid(os.getuid()).pw_name}"
FOR_EVER, LONG_AGO = datetime(2999, 1, 1, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC)
SENDS = f'[doors.{DOOR}]\nkind = "simulator"\n'

Staff = Callable[..., Result]


@dataclass(frozen=True)
class Waiting:
    """Texts by what they wait for, and their replies."""

    data: Path
    texts: dict[str, MessageId]
    replies: dict[str, MessageId]


@pytest.fixture
def waiting(tmp_path: Path) -> Waiting:
    """A text that failed, a reply that is held, and two that are uncertain, one of them too old."""
    return asyncio.run(_fill(tmp_path / "waiting"))


async def _fill(data: Path) -> Waiting:
    await asyncio.to_thread(data.mkdir)
    found = Waiting(data, {}, {})
    async with Desk(maker_of("sqlite"), data) as desk:
        failed = await desk.receive()
        await desk.store.fail([failed], desk.clock.at, 1)
        found.texts["failed"] = failed.id
        for name, state, until in (
            ("held", MtState.HELD, FOR_EVER),
            ("uncertain", MtState.SENDING, FOR_EVER),
            ("old", MtState.SENDING, LONG_AGO),
        ):
            desk.clock.step(60)
            mo = await desk.receive()
            mt = await desk.reply(state, mo, valid_until=until)
            if state is MtState.SENDING:
                await desk.store.settle([desk.settlement(mt.id, 1, MtState.UNCERTAIN)])
            found.texts[name], found.replies[name] = mo.id, mt.id
    return found


@pytest.fixture
def staff(cli: Command, waiting: Waiting, tmp_path: Path) -> Staff:
    """Run a command on these messages, with settings in which their door can send."""
    config = tmp_path / "settings"
    config.mkdir()

    def run(*args: str, doors: str = SENDS) -> Result:
        (config / "gateway.toml").write_text(doors)
        return cli(*args, "--config", str(config), data=waiting.data)

    return run


def listed(staff: Staff, *args: str) -> list[str]:
    result = staff("messages", "--json", *args)
    assert result.exit_code == 0, result.output
    return [json.loads(line)["id"] for line in result.stdout.splitlines()]


def said(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


def test_what_waits_for_a_person_is_listed(staff: Staff, waiting: Waiting) -> None:
    texts = waiting.texts
    assert listed(staff, "--reply", "uncertain") == [texts["old"], texts["uncertain"]]
    assert listed(staff, "--reply", "held") == [texts["held"]]
    assert listed(staff, "--outcome", "unhandled") == [texts["held"], texts["failed"]]


def test_a_reply_that_came_is_settled(staff: Staff, waiting: Waiting) -> None:
    reply = waiting.replies["old"]
    assert said(staff("settle", reply, "--as", "accepted")) == f"settled {reply} as accepted\n"
    assert listed(staff, "--reply", "uncertain") == [waiting.texts["uncertain"]]


def test_a_reply_that_never_came_asks_for_a_call_to_the_citizen(
    staff: Staff, waiting: Waiting
) -> None:
    text, reply = waiting.texts["uncertain"], waiting.replies["uncertain"]
    result = staff("settle", text.upper(), "--as", "failed")
    assert said(result) == f"settled {reply} as failed\n"
    assert result.stderr.splitlines() == [
        f"its text is parked: call the citizen, then sms-gateway handled {text}"
    ]
    assert text in listed(staff, "--outcome", "unhandled")
    assert said(staff("handled", text)) == f"handled {text}\n"
    assert text not in listed(staff, "--outcome", "unhandled")
    assert text in listed(staff, "--outcome", "parked")


def test_a_reply_is_sent_again_where_its_door_can(staff: Staff, waiting: Waiting) -> None:
    reply = waiting.replies["uncertain"]
    assert said(staff("settle", reply, "--as", "again")) == f"queued {reply} again, door {DOOR}\n"
    told = json.loads(said(staff("message", reply, "--json")))
    assert told["sent"][0]["state"] == "queued"


@pytest.mark.parametrize(
    "which, doors, why",
    [
        ("old", SENDS, "is no longer valid"),
        ("uncertain", "", "door telco is not configured any more"),
        ("uncertain", SENDS.replace(DOOR, "other"), "door telco is not configured any more"),
    ],
)
def test_why_a_reply_cannot_be_sent_again_is_told(
    which: str, doors: str, why: str, staff: Staff, waiting: Waiting
) -> None:
    line = one_line(staff("settle", waiting.replies[which], "--as", "again", doors=doors))
    assert why in line
    assert "settle" in line
    assert waiting.texts[which] in listed(staff, "--reply", "uncertain")


def test_a_door_that_only_answers_in_the_call_cannot_send_again(
    staff: Staff, waiting: Waiting
) -> None:
    only_answers = f"""
[doors.{DOOR}]
kind = "http"
[doors.{DOOR}.inbound]
path = "/mo/telco"
fields = {{ sender = "json:from", short_code = "json:to", text = "json:text" }}
[doors.{DOOR}.access]
cidrs = ["127.0.0.1/32"]
[doors.{DOOR}.answer]
style = "inline"
"""
    result = staff("settle", waiting.replies["uncertain"], "--as", "again", doors=only_answers)
    assert "door telco cannot send" in one_line(result)


@pytest.mark.parametrize("way", ["accepted", "failed", "again"])
def test_what_was_settled_is_told_where_it_stands(way: str, staff: Staff, waiting: Waiting) -> None:
    reply = waiting.replies["held"]
    assert staff("settle", reply, "--as", way).exit_code == 0
    state = "queued" if way == "again" else way
    assert f"{reply} is {state}" in one_line(staff("settle", reply, "--as", "failed"))


def test_what_cannot_be_handled_is_told(staff: Staff, waiting: Waiting) -> None:
    assert "is answered: only parked" in one_line(staff("handled", waiting.texts["uncertain"]))
    assert "no message has that id" in one_line(staff("handled", "nothing"))
    assert "no message has that id" in one_line(staff("settle", "nothing", "--as", "failed"))
    assert "no reply" in one_line(staff("settle", waiting.texts["failed"], "--as", "failed"))
    assert "200 are the most" in one_line(
        staff("handled", waiting.texts["failed"], "--note", "x" * 201)
    )
    assert staff("handled", waiting.texts["failed"]).exit_code == 0
    assert "was handled before" in one_line(staff("handled", waiting.texts["failed"]))


def test_a_way_that_does_not_exist_is_not_understood(staff: Staff, waiting: Waiting) -> None:
    for args in ((), ("--as", "lost")):
        assert "--as" in one_line(staff("settle", waiting.replies["held"], *args), status=2)


def test_who_did_what_stands_in_the_timeline(staff: Staff, waiting: Waiting) -> None:
    text, reply = waiting.texts["held"], waiting.replies["held"]
    staff("settle", reply, "--as", "failed")
    staff("handled", text, "--note", "đã gọi lại\x1b[2J")
    shown = said(staff("message", text))
    assert f"{ME} settled reply {reply}: as=failed was=held:no_way_back" in shown
    assert f"{ME} handled it: đã gọi lại[2J" in shown
    told = json.loads(said(staff("message", reply, "--json")))
    assert [(act["by"], act["act"], act["message_id"]) for act in told["acts"]] == [
        (ME, "reply.settle", reply),
        (ME, "message.handle", text),
    ]
    assert told["message"]["handled_at"] is not None


def test_a_handled_text_is_marked_in_the_list(staff: Staff, waiting: Waiting) -> None:
    staff("handled", waiting.texts["failed"])
    (line,) = said(staff("messages", "--outcome", "parked:failed")).splitlines()
    assert "parked:failed, handled" in line


def test_the_doctor_says_what_waits_and_which_command_ends_it(
    staff: Staff, waiting: Waiting
) -> None:
    shown = staff("doctor").stdout
    for told in (
        "2 texts wait for a person: sms-gateway messages --outcome unhandled lists them, handled",
        "1 replies are held: sms-gateway messages --reply held lists them, settle ends one",
        "2 replies may or may not have come: sms-gateway messages --reply uncertain lists them",
    ):
        assert told in shown
    staff("handled", waiting.texts["failed"])
    assert "1 texts wait for a person" in staff("doctor").stdout


@pytest.mark.parametrize(
    "args", [["settle", "x", "--as", "failed"], ["handled", "x"]], ids=" ".join
)
def test_a_store_that_is_not_there_is_told_in_one_line(
    args: list[str], cli: Command, tmp_path: Path
) -> None:
    assert "sms-gateway init" in one_line(cli(*args, data=tmp_path / "none"))
