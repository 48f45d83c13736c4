import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue

import pytest
from click.testing import Result

from sms_gateway.cli import door_test
from sms_gateway.cli.changing import Answer, RunningService
from sms_gateway.domain.acts import SendOrder
from sms_gateway.domain.ids import MessageId, ShortCode
from sms_gateway.domain.outcome import Delivery, MtState
from sms_gateway.folder import FolderError
from sms_gateway.smpp.status import Status
from tests.channels.smpp.telco import Telco, open_telco
from tests.cli.conftest import Command, one_line
from tests.cli.control_desk import ME, MESSAGE, opened
from tests.contracts.store_desk import AN, DOOR, VALID, Desk, maker_of, number
from tests.virtual_time import StandingClock

TELCO = """[doors.telco]
kind = "http"
outbound = {{url = "http://127.0.0.1:{port}/send?key=xylophone", body = '{{"to": "{{to}}"}}'}}
[doors.telco.inbound]
path = "/mo/telco"
[doors.telco.inbound.fields]
message_id = "json:id"
sender = "json:from"
short_code = "json:to"
text = "json:text"
[doors.telco.access.fields.word]
field = "json:word"
secrets = ["xylophone-0123456789"]
[doors.office]
kind = "smpp"
host = "127.0.0.1"
port = {port}
system_id = "office"
password = "secret"
[doors.asked]
kind = "http"
[doors.asked.inbound.fields]
sender = "query:from"
short_code = "query:to"
text = "query:text"
[doors.asked.access]
cidrs = ["127.0.0.0/8"]
"""


@pytest.fixture
def listening() -> Iterator[int]:
    """The port of a telco that takes connections."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def config(tmp_path: Path) -> Callable[[int], str]:
    def made(port: int) -> str:
        folder = tmp_path / "config"
        folder.mkdir()
        (folder / "gateway.toml").write_text("[web]\nport = 8080\n" + TELCO.format(port=port))
        return str(folder)

    return made


class Service:
    """Stands for the running gateway: acts on the store as it would."""

    def __init__(self, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.data = data
        self.maker = maker_of("sqlite")
        data.mkdir()
        (data / "keys").mkdir()
        asyncio.run(self._open())
        monkeypatch.setattr(door_test, "running_service", RunningService)
        monkeypatch.setattr(door_test, "SystemClock", StandingClock)
        monkeypatch.setattr(RunningService, "ask", self.ask)
        monkeypatch.setattr(door_test, "LOOK_S", 0.0)
        self.result = MtState.ACCEPTED

    async def _open(self) -> None:
        async with Desk(self.maker, self.data):
            pass

    def ask(self, method: str, path: str, said: dict[str, str]) -> Answer:
        assert (method, path, said["to"]) == ("POST", "/doors/telco/send", "0900000001")
        return {"message": asyncio.run(self._sent(said["text"]))}

    async def _sent(self, text: str) -> MessageId:
        async with Desk(self.maker, self.data, 1) as desk:
            at = desk.clock.at
            order = SendOrder(
                desk.new_id(), DOOR, ShortCode("8083"), AN, number(AN), text, "gsm7", 1, at,
                at + VALID, ME,
            )  # fmt: skip
            await desk.store.send_by_hand(order)
            await desk.store.lease(DOOR, at, 1)
            if self.result is MtState.ACCEPTED:
                await desk.store.settle([desk.accepted(order.id, 1, "T1")])
                await desk.reported("T1", Delivery.DELIVERED)
            else:
                await desk.store.settle([desk.settlement(order.id, 1, self.result)])
            return order.id

    def comes(self) -> None:
        asyncio.run(self._came())

    async def _came(self) -> None:
        async with Desk(self.maker, self.data, 1) as desk:
            await desk.receive("MCKH_170703-0001")


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Service:
    return Service(tmp_path / "kept", monkeypatch)


def test_what_can_be_tried_without_a_text_is_tried(
    cli: Command, tmp_path: Path, config: Callable[[int], str], listening: int
) -> None:
    result = cli("door", "test", "telco", "--config", config(listening), data=tmp_path / "none")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert [line[:17].split() for line in lines] == [
        ["ok", "settings"], ["ok", "way", "in"], ["ok", "try"], ["ok", "way", "out"],
        ["ok", "name"], ["ok", "connection"],
    ]  # fmt: skip
    assert lines[1].endswith("POST http://127.0.0.1:8080/mo/telco")
    assert "curl -X POST" in lines[2]
    assert '"word": "SECRET"' in lines[2]
    assert f"127.0.0.1:{listening}" in lines[5]
    assert "xylophone" not in result.stdout


@pytest.mark.parametrize("elsewhere", [True, False])
def test_where_a_token_comes_from_is_tried_too_where_that_is_another_address(
    cli: Command, tmp_path: Path, config: Callable[[int], str], listening: int, *, elsewhere: bool
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1] if elsewhere else listening
    file = Path(config(listening), "gateway.toml")
    token = f"token = {{url = 'http://127.0.0.1:{port}/token', form = {{key = 'xylophone'}}}}, url"
    file.write_text(file.read_text().replace("url", token, 1))
    result = cli("door", "test", "telco", "--config", str(file.parent), data=tmp_path / "none")
    assert result.exit_code == (1 if elsewhere else 0)
    lines = [line[:22].split() for line in result.stdout.splitlines()[4:]]
    apart = [["ok", "token", "name"], ["FAIL", "token", "connection"]] if elsewhere else []
    assert [line[: len(words)] for line, words in zip(lines[2:], apart, strict=True)] == apart
    assert [line[:2] for line in lines[:2]] == [["ok", "name"], ["ok", "connection"]]
    assert (f"127.0.0.1:{port} cannot be reached" in result.stdout) is elsewhere
    assert "xylophone" not in result.stdout


def test_a_telco_that_cannot_be_reached_fails(
    cli: Command, tmp_path: Path, config: Callable[[int], str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    result = cli("door", "test", "telco", "--config", config(port), data=tmp_path / "none")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1].startswith("FAIL  connection")


def test_a_door_without_a_way_out_says_so(
    cli: Command, tmp_path: Path, config: Callable[[int], str]
) -> None:
    result = cli("door", "test", "asked", "--config", config(9), data=tmp_path / "none")
    assert result.exit_code == 0
    assert "warn  way out" in result.stdout


def test_an_unknown_door_is_refused_with_the_nearest_one(cli: Command, data: Path) -> None:
    assert "did you mean" in one_line(cli("door", "test", "phon", data=data))


@pytest.fixture
def tried(
    cli: Command, tmp_path: Path, config: Callable[[int], str], listening: int
) -> Callable[[], Result]:
    """Tries the door that keeps a connection."""
    folder = config(listening)
    return lambda: cli("door", "test", "office", "--config", folder, data=tmp_path / "none")


@pytest.fixture
def smsc() -> Iterator[Telco]:
    """A telco that takes binds, in a loop of its own beside that of the command."""
    ready: Queue[tuple[asyncio.AbstractEventLoop, asyncio.Event, Telco]] = Queue()

    async def serve() -> None:
        over = asyncio.Event()
        async with open_telco() as telco:
            ready.put((asyncio.get_running_loop(), over, telco))
            await over.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    loop, over, telco = ready.get()
    yield telco
    loop.call_soon_threadsafe(over.set)
    thread.join()


@pytest.mark.parametrize(
    "status,level,exit_code", [(Status.ROK, "ok", 0), (Status.RINVPASWD, "FAIL", 1)]
)
def test_without_a_running_gateway_the_bind_is_tried(  # noqa: PLR0913, PLR0917  # the whole way
    status: int,
    level: str,
    exit_code: int,
    cli: Command,
    tmp_path: Path,
    config: Callable[[int], str],
    smsc: Telco,
) -> None:
    smsc.bind_status = status
    result = cli("door", "test", "office", "--config", config(smsc.port), data=tmp_path / "none")
    assert result.exit_code == exit_code, result.output
    last = " ".join(result.stdout.splitlines()[-1].split())
    assert last.startswith(f"{level} bind transceiver at 127.0.0.1:{smsc.port}: ")
    assert f"ESME_{Status(status).name}" in last


@pytest.mark.parametrize(
    "fault,told",
    [
        (None, "not tried: a gateway on another machine may have it; ask there, or stop it"),
        (
            FolderError("gone"),
            "not tried: the database does not say if a gateway has it; see sms-gateway doctor",
        ),
    ],
)
def test_no_bind_is_tried_that_another_machine_may_have(
    fault: Exception | None,
    told: str,
    tried: Callable[[], Result],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def connected(_at: object) -> bool:
        if fault is not None:
            raise fault
        return True

    monkeypatch.setattr(door_test, "connected", connected)
    result = tried()
    assert result.exit_code == 0, result.output
    assert " ".join(result.stdout.splitlines()[-1].split()) == f"warn bind {told}"


@pytest.mark.parametrize(
    "line,told,status",
    [
        ({"kept": "all", "session": "2 of 2 bound"}, "ok bind 2 of 2 bound", 0),
        ({"kept": "some", "session": "1 of 2 bound: x"}, "warn bind 1 of 2 bound: x", 0),
        ({"kept": "none", "session": "0 of 1 bound: x"}, "FAIL bind 0 of 1 bound: x", 1),
        ({}, "warn bind not known: the gateway that runs has not these settings; restart it", 0),
    ],
)
def test_the_running_gateway_tells_how_the_bind_of_a_door_stands(
    line: dict[str, str],
    told: str,
    status: int,
    tried: Callable[[], Result],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer = {"doors": [{"name": "telco", "kept": None}, {"name": "office", **line}]}
    monkeypatch.setattr(door_test, "running_service", RunningService)
    monkeypatch.setattr(RunningService, "ask", lambda *_args: answer)
    result = tried()
    assert " ".join(result.stdout.splitlines()[-1].split()).startswith(told)
    assert result.exit_code == status


@pytest.mark.parametrize("option", [("--send", "0900000001"), ("--receive",)])
def test_a_text_wants_a_running_gateway(option: tuple[str, ...], cli: Command, data: Path) -> None:
    line = one_line(cli("door", "test", "phone", *option, data=data))
    assert line == "the gateway is not running, so nothing comes or goes: start it, then try again"


def test_a_text_is_sent_and_what_became_of_it_is_told(
    cli: Command, service: Service, config: Callable[[int], str], listening: int
) -> None:
    words = ("--send", "0900000001", "--wait", "5", "--config", config(listening))
    result = cli("door", "test", "telco", *words, data=service.data)
    assert result.exit_code == 0, result.output
    told = result.stdout.splitlines()[6:]
    assert told[0].startswith("queued ")
    assert told[1].endswith("attempt 1 through telco: accepted (why), telco's id T1")
    assert told[2].endswith("report: delivered")
    assert told[3].startswith("it stands as accepted")


@pytest.mark.parametrize("state", [MtState.FAILED, MtState.UNCERTAIN])
def test_a_text_that_the_telco_did_not_take_fails(
    state: MtState, cli: Command, service: Service, config: Callable[[int], str], listening: int
) -> None:
    service.result = state
    words = ("--send", "0900000001", "--wait", "5", "--config", config(listening))
    result = cli("door", "test", "telco", *words, data=service.data)
    assert result.exit_code == 1
    assert f"it stands as {state}" in result.stdout


def test_how_the_next_text_was_read_is_told_with_the_number_masked(
    cli: Command, service: Service, config: Callable[[int], str], listening: int
) -> None:
    service.comes()
    words = ("--receive", "--wait", "0", "--config", config(listening))
    result = cli("door", "test", "telco", *words, data=service.data)
    assert result.exit_code == 0, result.output
    told = result.stdout.splitlines()[6:]
    assert told[1].startswith("2026-11-23 10:15:00  from 09xx xxx 001 to 8083, telco's id ")
    assert told[2] == "text: MCKH_170703-0001"
    assert told[3].startswith("not answered yet; sms-gateway message ")


def test_that_no_text_came_is_told(
    cli: Command, service: Service, config: Callable[[int], str], listening: int
) -> None:
    words = ("--receive", "--wait", "0", "--config", config(listening))
    result = cli("door", "test", "telco", *words, data=service.data)
    assert result.exit_code == 1
    assert "none came" in result.stderr


async def test_a_text_goes_through_the_service_in_the_name_of_who_called(tmp_path: Path) -> None:
    async with opened(tmp_path) as (house, service):
        said = {"to": "0900000001", "text": "Thu"}
        answer = await asyncio.to_thread(service.ask, "POST", "/doors/phone/send", said)
        assert answer == {"message": MESSAGE}
        assert house.told == [("send", "phone", "0900000001", "Thu", ME)]
