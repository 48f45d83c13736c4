"""What a running service is told through its control socket, but for imports."""

import asyncio
import io
import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from sms_gateway import local_socket
from sms_gateway.cli.changing import Answer, RunningService
from sms_gateway.commands import CommandError
from tests.cli.control_desk import ME, MESSAGE, NOW, opened


async def _ask(
    service: RunningService, method: str, path: str, said: Mapping[str, str] | None = None
) -> Answer:
    return await asyncio.to_thread(service.ask, method, path, said)


async def test_a_door_is_paused_in_the_name_of_who_called(tmp_path: Path) -> None:
    async with opened(tmp_path) as (house, service):
        assert await _ask(service, "POST", "/doors/phone/pause") == {
            "door": "phone",
            "paused": True,
        }
        await _ask(service, "POST", "/doors/phone/resume")
        assert house.told == [("paused", "phone", NOW, ME), ("resumed", "phone", NOW, ME)]


async def test_an_unknown_door_is_refused_with_a_sentence(tmp_path: Path) -> None:
    async with opened(tmp_path) as (house, service):
        with pytest.raises(CommandError, match="did you mean phone"):
            await _ask(service, "POST", "/doors/phon/pause")
        assert not house.told


async def test_a_reply_is_settled_in_the_name_of_who_called(tmp_path: Path) -> None:
    async with opened(tmp_path) as (house, service):
        answer = await _ask(service, "POST", f"/messages/{MESSAGE}/settle", {"as": "failed"})
        assert answer == {
            "reply": MESSAGE, "message": None, "door": "phone", "state": "failed", "parked": True,
        }  # fmt: skip
        assert house.told == [("settle", MESSAGE, "failed", ME)]


async def test_a_text_is_handled_in_the_name_of_who_called(tmp_path: Path) -> None:
    async with opened(tmp_path) as (house, service):
        said = {"note": "đã gọi lại"}
        answer = await _ask(service, "POST", f"/messages/{MESSAGE}/handled", said)
        assert answer == {"message": MESSAGE}
        assert house.told == [("handle", MESSAGE, "đã gọi lại", ME)]


async def test_what_a_restore_held_is_let_go_in_the_name_of_who_called(tmp_path: Path) -> None:
    async with opened(tmp_path) as (house, service):
        answer = await _ask(service, "POST", "/restore/release")
        assert answer == {"queued": 3, "expired": 2, "uncertain": 1, "doors": ["phone"]}
        assert house.told == [("release", NOW, ME)]
        house.holds = False
        with pytest.raises(CommandError, match="no restore holds anything back"):
            await _ask(service, "POST", "/restore/release")


async def test_what_people_end_by_hand_stands_in_the_log_without_their_words(
    tmp_path: Path, captured_logs: io.StringIO
) -> None:
    async with opened(tmp_path) as (_house, service):
        await _ask(service, "POST", f"/messages/{MESSAGE}/settle", {"as": "failed"})
        await _ask(service, "POST", f"/messages/{MESSAGE}/handled", {"note": "xylophone"})
    said = [json.loads(line) for line in captured_logs.getvalue().splitlines()]
    assert [(line["event"], line.get("state")) for line in said] == [
        ("mt.settled_by_hand", "failed"),
        ("mo.handled", None),
    ]
    assert "xylophone" not in captured_logs.getvalue()


@pytest.mark.parametrize("act, said", [("settle", {"as": "failed"}), ("handled", {"note": ""})])
async def test_an_unknown_message_is_refused_with_a_sentence(
    act: str, said: dict[str, str], tmp_path: Path
) -> None:
    async with opened(tmp_path) as (_house, service):
        for name in (MESSAGE.replace("1", "2"), "x", "%2e%2e"):
            with pytest.raises(CommandError, match="no message has that id"):
                await _ask(service, "POST", f"/messages/{name}/{act}", said)


@pytest.mark.parametrize(
    "act, said",
    [
        ("settle", {"as": "lost"}),
        ("settle", {}),
        ("settle", {"as": "failed", "more": "x"}),
        ("settle", None),
        ("handled", {"text": "x"}),
    ],
)
async def test_what_another_version_says_is_refused(
    act: str, said: dict[str, str] | None, tmp_path: Path
) -> None:
    async with opened(tmp_path) as (house, service):
        with pytest.raises(CommandError, match="restart it"):
            await _ask(service, "POST", f"/messages/{MESSAGE}/{act}", said)
        assert not house.told


async def test_a_service_that_does_not_know_a_command_says_restart(tmp_path: Path) -> None:
    async with opened(tmp_path) as (_house, service):
        for method, path in (("POST", "/doors/phone/melt"), ("GET", "/doors/phone/pause")):
            with pytest.raises(CommandError, match="restart it"):
                await _ask(service, method, path)


async def test_a_store_that_is_down_is_told(tmp_path: Path) -> None:
    async with opened(tmp_path) as (house, service):
        house.store_down = True
        for method, path, said in (
            ("POST", "/doors/phone/pause", None),
            ("GET", "/status", None),
            ("POST", f"/messages/{MESSAGE}/settle", {"as": "again"}),
            ("POST", f"/messages/{MESSAGE}/handled", {"note": ""}),
        ):
            with pytest.raises(CommandError, match=r"SQLITE_FULL.*look at its disk"):
                await _ask(service, method, path, said)


async def test_the_socket_is_gone_when_the_service_has_ended(tmp_path: Path) -> None:
    async with opened(tmp_path) as (_house, service):
        pass
    assert os.listdir(tmp_path) == []  # noqa: PTH208  # pathlib's own is refused in a coroutine
    with pytest.raises(CommandError, match="the service ended"):
        await _ask(service, "GET", "/status")


async def test_the_answer_of_something_else_is_no_bug(tmp_path: Path) -> None:
    async def chatter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"220 mail ready\r\n")
        writer.close()

    server = await asyncio.start_unix_server(chatter, tmp_path / local_socket.NAME)
    async with server:
        with pytest.raises(CommandError, match="the service ended"):
            await _ask(RunningService(tmp_path), "GET", "/status")
