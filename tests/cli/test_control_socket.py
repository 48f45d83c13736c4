import asyncio
import io
import json
import os
import pwd
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import msgspec
import pytest

from sms_gateway import local_socket
from sms_gateway.cli.changing import Answer, RunningService, running_service
from sms_gateway.commands import CommandError, Commands
from sms_gateway.domain.acts import (
    Handled,
    HandleOrder,
    HandleResult,
    NoSuchMessage,
    Settled,
    SettleOrder,
    SettleResult,
)
from sms_gateway.domain.ids import DoorName, MessageId
from sms_gateway.domain.outcome import MtState
from sms_gateway.ports import StoreDownError
from sms_gateway.web import control
from sms_gateway.web.control import Controls, build_control, open_control

NOW = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
ME = f"os:{pwd.getpwuid(os.getuid()).pw_name}"
MESSAGE = MessageId("019aa8c4-7c1e-7000-8000-000000000001")
LINES = [b'{"file": "ours.csv", "rows": 4, "replace": true}\n', b"[1, 2]\n", b"[3, 4]\n"]


class House:
    """What stands behind the socket: notes what it was told, and may be broken."""

    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []
        self.store_down = False
        self.import_fails = False
        self.cut_short = False
        self.staging = False
        self.go = asyncio.Event()
        self.loading = asyncio.Event()
        self.go.set()

    async def set_paused(self, door: DoorName, at: datetime, by: str, *, paused: bool) -> None:
        self._note("paused" if paused else "resumed", door, at, by)

    async def note_audit(self, at: datetime, by: str, act: str, subject: str, detail: str) -> None:
        self._note(act, at, by, subject, detail)

    async def settle_by_hand(self, order: SettleOrder) -> SettleResult:
        self._note("settle", order.id, order.settle_as, order.by)
        if order.id != MESSAGE:
            return NoSuchMessage()
        return Settled(MESSAGE, None, DoorName("phone"), MtState.FAILED, parked=True)

    async def handle(self, order: HandleOrder) -> HandleResult:
        self._note("handle", order.id, order.note, order.by)
        return Handled(MESSAGE) if order.id == MESSAGE else NoSuchMessage()

    def _note(self, *what: object) -> None:
        if self.store_down:
            message = "SQLITE_FULL"
            raise StoreDownError(message)
        self.told.append(what)

    async def status(self) -> Mapping[str, object]:
        if self.store_down:
            message = "SQLITE_FULL"
            raise StoreDownError(message)
        return {"version": "1"}

    def controls(self) -> Controls:
        commands = Commands(self, [DoorName("phone")], lambda: NOW, lambda _door: None)
        return Controls(commands, lambda: Upload(self), self.status)


class Upload:
    def __init__(self, house: House) -> None:
        self._house = house
        self.taken: list[int] = []

    def add(self, line: bytes) -> None:
        self.taken += msgspec.json.decode(line, type=list[int])

    def __len__(self) -> int:
        return len(self.taken)

    async def load(
        self, progress: Callable[[int, int], None], *, replace: bool
    ) -> Mapping[str, int]:
        self._house.loading.set()
        try:
            while self._house.staging:
                progress(1, 4)
                await asyncio.sleep(0)
            progress(1, 2)
            await self._house.go.wait()
        except asyncio.CancelledError:
            self._house.cut_short = True
            raise
        if self._house.import_fails:
            message = "cases.db: the disk is full: free some space"
            raise CommandError(message)
        progress(2, 2)
        self._house.told.append(("loaded", self.taken, replace))
        return {"new": len(self.taken)}


@asynccontextmanager
async def _open(folder: Path) -> AsyncIterator[tuple[House, RunningService]]:
    house = House()
    async with open_control(build_control(house.controls()), folder):
        service = await asyncio.to_thread(running_service, folder)
        assert service is not None
        yield house, service


async def _ask(
    service: RunningService, method: str, path: str, said: Mapping[str, str] | None = None
) -> Answer:
    return await asyncio.to_thread(service.ask, method, path, said)


async def _import(service: RunningService, lines: list[bytes] = LINES) -> list[Answer]:
    return await asyncio.to_thread(
        lambda: list(service.stream("POST", "/cases/import", iter(lines)))
    )


async def test_a_door_is_paused_in_the_name_of_who_called(tmp_path: Path) -> None:
    async with _open(tmp_path) as (house, service):
        assert await _ask(service, "POST", "/doors/phone/pause") == {
            "door": "phone",
            "paused": True,
        }
        await _ask(service, "POST", "/doors/phone/resume")
        assert house.told == [("paused", "phone", NOW, ME), ("resumed", "phone", NOW, ME)]


async def test_an_unknown_door_is_refused_with_a_sentence(tmp_path: Path) -> None:
    async with _open(tmp_path) as (house, service):
        with pytest.raises(CommandError, match="did you mean phone"):
            await _ask(service, "POST", "/doors/phon/pause")
        assert not house.told


async def test_a_reply_is_settled_in_the_name_of_who_called(tmp_path: Path) -> None:
    async with _open(tmp_path) as (house, service):
        answer = await _ask(service, "POST", f"/messages/{MESSAGE}/settle", {"as": "failed"})
        assert answer == {
            "reply": MESSAGE, "message": None, "door": "phone", "state": "failed", "parked": True,
        }  # fmt: skip
        assert house.told == [("settle", MESSAGE, "failed", ME)]


async def test_a_text_is_handled_in_the_name_of_who_called(tmp_path: Path) -> None:
    async with _open(tmp_path) as (house, service):
        said = {"note": "đã gọi lại"}
        answer = await _ask(service, "POST", f"/messages/{MESSAGE}/handled", said)
        assert answer == {"message": MESSAGE}
        assert house.told == [("handle", MESSAGE, "đã gọi lại", ME)]


async def test_what_people_end_by_hand_stands_in_the_log_without_their_words(
    tmp_path: Path, captured_logs: io.StringIO
) -> None:
    async with _open(tmp_path) as (_house, service):
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
    async with _open(tmp_path) as (_house, service):
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
    async with _open(tmp_path) as (house, service):
        with pytest.raises(CommandError, match="restart it"):
            await _ask(service, "POST", f"/messages/{MESSAGE}/{act}", said)
        assert not house.told


async def test_a_service_that_does_not_know_a_command_says_restart(tmp_path: Path) -> None:
    async with _open(tmp_path) as (_house, service):
        for method, path in (("POST", "/doors/phone/melt"), ("GET", "/doors/phone/pause")):
            with pytest.raises(CommandError, match="restart it"):
                await _ask(service, method, path)


async def test_a_store_that_is_down_is_told(tmp_path: Path) -> None:
    async with _open(tmp_path) as (house, service):
        house.store_down = True
        for method, path, said in (
            ("POST", "/doors/phone/pause", None),
            ("GET", "/status", None),
            ("POST", f"/messages/{MESSAGE}/settle", {"as": "again"}),
            ("POST", f"/messages/{MESSAGE}/handled", {"note": ""}),
        ):
            with pytest.raises(CommandError, match=r"SQLITE_FULL.*look at its disk"):
                await _ask(service, method, path, said)


async def test_an_import_tells_its_progress_and_ends_with_its_report(tmp_path: Path) -> None:
    async with _open(tmp_path) as (house, service):
        assert await _import(service) == [
            {"done": 1, "of": 2},
            {"done": 2, "of": 2},
            {"report": {"new": 4}},
        ]
        audit, loaded = house.told
        assert audit == ("cases.import", NOW, ME, "ours.csv", "rows=4 replace=yes")
        assert loaded == ("loaded", [1, 2, 3, 4], True)


async def test_an_import_that_fails_says_why(tmp_path: Path) -> None:
    async with _open(tmp_path) as (house, service):
        house.import_fails = True
        with pytest.raises(CommandError, match="disk is full"):
            await _import(service)
        house.import_fails = False
        assert (await _import(service))[-1] == {"report": {"new": 4}}


async def test_an_import_that_cannot_be_audited_is_not_done(tmp_path: Path) -> None:
    async with _open(tmp_path) as (house, service):
        house.store_down = True
        with pytest.raises(CommandError, match="look at its disk"):
            await _import(service)
        assert not house.told


@pytest.mark.parametrize(
    "lines",
    [LINES[:1], LINES[:2], [*LINES, LINES[2]]],
    ids=["nothing", "half", "more"],
)
async def test_an_import_that_is_not_as_long_as_it_said_changes_nothing(
    lines: list[bytes], tmp_path: Path
) -> None:
    async with _open(tmp_path) as (house, service):
        with pytest.raises(CommandError, match="nothing was imported"):
            await _import(service, lines)
        assert not house.told


@pytest.mark.parametrize(
    "lines",
    [[], [b"nonsense\n"], [b'{"file": "x"}\n'], [LINES[0], b'["one"]\n']],
    ids=["empty", "no-json", "no-head", "no-rows"],
)
async def test_an_import_of_another_version_is_refused(lines: list[bytes], tmp_path: Path) -> None:
    async with _open(tmp_path) as (house, service):
        with pytest.raises(CommandError, match="restart it"):
            await _import(service, lines)
        assert not house.told


async def test_a_line_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "MAX_LINE", 1000)
    async with _open(tmp_path) as (house, service):
        with pytest.raises(CommandError, match="longer than"):
            await _import(service, [LINES[0], b"[" + b"1," * 100_000])
        assert not house.told


async def test_a_second_import_is_refused_while_one_is_under_way(tmp_path: Path) -> None:
    async with _open(tmp_path) as (house, service):
        house.go.clear()
        first = asyncio.create_task(_import(service))
        await house.loading.wait()
        with pytest.raises(CommandError, match="under way"):
            await _import(service)
        house.go.set()
        assert (await first)[-1] == {"report": {"new": 4}}
        assert (await _import(service))[-1] == {"report": {"new": 4}}


async def test_a_caller_who_hangs_up_in_the_middle_of_sending_changes_nothing(
    tmp_path: Path,
) -> None:
    async with _open(tmp_path) as (house, service):
        connected = await asyncio.to_thread(local_socket.connect, tmp_path, 5)
        assert connected is not None
        _reader, writer = await asyncio.open_unix_connection(sock=connected)
        head = LINES[0]
        writer.write(
            b"POST /cases/import HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            + f"{len(head):x}\r\n".encode() + head + b"\r\n"
        )  # fmt: skip
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        assert (await _import_when_free(service))[-1] == {"report": {"new": 4}}
        assert [what[0] for what in house.told] == ["cases.import", "loaded"]


async def _import_when_free(service: RunningService) -> list[Answer]:
    """Import as soon as the one before has been given up."""
    async with asyncio.timeout(10):
        while True:
            try:
                return await _import(service)
            except CommandError as error:
                if "under way" not in str(error):
                    raise


async def _hang_up_while_loading(house: House, folder: Path) -> None:
    connector = aiohttp.UnixConnector(str(folder / local_socket.NAME))
    async with aiohttp.ClientSession(connector=connector) as session:
        response = await session.post("http://x/cases/import", data=b"".join(LINES))
        await house.loading.wait()
        response.close()


async def test_a_caller_who_hangs_up_once_all_is_staged_does_not_stop_the_import(
    tmp_path: Path,
) -> None:
    async with _open(tmp_path) as (house, service):
        house.go.clear()
        await _hang_up_while_loading(house, tmp_path)
        house.go.set()
        assert (await _import_when_free(service))[-1] == {"report": {"new": 4}}
        assert [what[0] for what in house.told] == ["cases.import", "loaded"] * 2


async def test_an_import_is_dropped_whose_caller_hangs_up_while_it_is_staging(
    tmp_path: Path, captured_logs: io.StringIO
) -> None:
    async with _open(tmp_path) as (house, service):
        house.staging = True
        await _hang_up_while_loading(house, tmp_path)
        async with asyncio.timeout(10):
            while "under way" in await _refusal_of_another(service):
                pass
        assert [what[0] for what in house.told] == ["cases.import"]
        house.staging = False
        assert (await _import(service))[-1] == {"report": {"new": 4}}
    assert captured_logs.getvalue().count("cases.imported") == 1


async def _refusal_of_another(service: RunningService) -> str:
    """Why an import of nothing is refused."""
    with pytest.raises(CommandError) as refused:
        await _import(service, [])
    return str(refused.value)


async def test_a_service_that_ends_in_the_middle_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "_CLOSING_SECONDS", 0.05)
    async with _open(tmp_path) as (house, service):
        house.go.clear()
        asking = asyncio.create_task(_import(service))
        await house.loading.wait()
    try:
        answers = await asking
    except CommandError as error:
        assert "the service ended" in str(error)  # noqa: PT017  # both ends of the race are right
    else:
        assert all("report" not in answer for answer in answers)
    assert house.told[1:] == []


async def test_an_import_is_cut_short_when_the_service_ends_also_one_whose_caller_has_gone(
    tmp_path: Path,
) -> None:
    house = House()
    house.go.clear()
    app = build_control(house.controls())
    async with open_control(app, tmp_path):
        connector = aiohttp.UnixConnector(str(tmp_path / local_socket.NAME))
        async with aiohttp.ClientSession(connector=connector) as session:
            response = await session.post("http://x/cases/import", data=b"".join(LINES))
            await house.loading.wait()
            response.close()
    assert house.cut_short
    assert [what[0] for what in house.told] == ["cases.import"]


async def test_the_socket_is_gone_when_the_service_has_ended(tmp_path: Path) -> None:
    async with _open(tmp_path) as (_house, service):
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


async def test_each_line_of_the_answer_is_json(tmp_path: Path) -> None:
    async with _open(tmp_path):
        connector = aiohttp.UnixConnector(str(tmp_path / local_socket.NAME))
        async with aiohttp.ClientSession(connector=connector) as session:
            response = await session.post("http://x/cases/import", data=b"".join(LINES))
            assert response.content_type == "application/x-ndjson"
            lines = (await response.text()).splitlines()
    assert [sorted(json.loads(line)) for line in lines] == [["done", "of"]] * 2 + [["report"]]
