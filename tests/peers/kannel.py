"""A real Kannel before a real gateway, and beside it: bearerbox, smsbox, fakesmsc.

Kannel's connections: `fake` and `crowd`, whose texts are answered in the response; `slow` and
`centre`, whose texts are answered by sendsms; `stranger`, for which smsbox knows a wrong path;
`mistaken`, for which the gateway knows a wrong password; `neighbour`, whose texts are Kannel's own.
`centre` and `neighbour` are accounts at one SMSC, where the gateway has a third one.
"""

import contextlib
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance import smsc as simulator
from tests.peers.kannel_process import Peer, Telco
from tests.peers.kannel_smsc import NODE_MODULES, Smsc
from tests.real_process import PATIENCE_S, ROOT, Gateway, Program

SECRET, PASSWORD = "path-secret-0123456789", "pass-of-sendsms-0123456789"
GATEWAY, CENTRE, NEIGHBOUR, SIMULATOR = "gateway", "centre", "neighbour", "simulator"
"""Accounts at the SMSC: the gateway's own, and two of Kannel."""

_FAKESMSC = "/usr/lib/kannel/test/fakesmsc"
_FAKES = ("fake", "crowd", "slow", "stranger", "mistaken")
_PORTS = ("admin", "boxes", *_FAKES, "sendsms", "web", "smsc", "simulator")
_DOORS = """
[doors.own]
kind = "smpp"
host = "127.0.0.1"
port = {smsc}
system_id = "gateway"
password = "secret08"
"""
_DOOR = """
[doors.{name}]
kind = "kannel"
access.path_secrets = ["{secret}"]
answer.style = "{style}"
outbound.url = "http://127.0.0.1:{sendsms}/cgi-bin/sendsms"
outbound.secrets.username = "gateway"
outbound.secrets.password = "{password}"
outbound.secrets.dlr_url = "http://127.0.0.1:{web}/dlr/{name}/{secret}"
"""

_CORE = """
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = nobody-needs-it
smsbox-port = {boxes}
smsbox-interface = 127.0.0.1
box-allow-ip = "127.0.0.1"
dlr-storage = internal

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {boxes}
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1
http-request-retry = 60
http-queue-delay = 1
http-timeout = 1

group = sendsms-user
username = gateway
password = {password}
black-list-regex = "^84999"
concatenation = true
max-messages = 3

group = sms-service
keyword = default
accepted-smsc = neighbour
text = "Kannel answers this one."
"""
_SMPP = """
group = smsc
smsc = smpp
smsc-id = {name}
allowed-smsc-id = {name}
host = 127.0.0.1
port = {port}
transceiver-mode = true
smsc-username = {name}
smsc-password = secret08
system-type = ""
enquire-link-interval = 1
reconnect-delay = 1
"""
_FAKE = """
group = smsc
smsc = fake
smsc-id = {name}
allowed-smsc-id = {name}
port = {port}
connect-allow-ip = 127.0.0.1
"""
_SERVICE = """
group = sms-service
keyword = default
accepted-smsc = {smsc}
get-url = "http://127.0.0.1:{web}/mo/{door}/{secret}?from=%p&to=%P&text=%b&charset=%C&id=%I&smsc=%i&time=%T"
accept-x-kannel-headers = true
omit-empty = true
concatenation = true
max-messages = 3
"""


def missing() -> str:
    """What this machine lacks for these tests; empty if nothing."""
    programs = ("bearerbox", "smsbox", _FAKESMSC, "node")
    lacks = [name for name in programs if shutil.which(name) is None]
    return " ".join([*lacks, *([] if (NODE_MODULES / "smpp").is_dir() else ["smpp of npm"])])


_LACKING = missing()
NEEDS = pytest.mark.skipif(
    bool(_LACKING) and not os.environ.get("PEERS"),
    reason=f"not run: {_LACKING} missing; the head of scripts/peers says how to get it",
)
"""Mark of the tests with Kannel; `scripts/peers` skips none."""


@dataclass(slots=True)
class Kannel:
    """Kannel, the gateway behind it, and an SMSC that both are bound to.

    Attributes:
        gateway: the process that runs now.
        smsc: the SMSC.
        smsbox: the process of Kannel that calls the gateway.
        telcos: a telco at each fake connection, by its name.
    """

    gateway: Gateway
    smsc: Smsc
    smsbox: Peer
    telcos: dict[str, Telco]
    _program: Program
    _folder: Path
    _ports: dict[str, int]

    def says(self, sender: str, text: str, telco: str = "fake") -> None:
        """Somebody texts 8083."""
        self.telcos[telco].says(sender, text)

    def hears(self, receiver: str, times: int = 1, telco: str = "fake") -> list[str]:
        """What the telco has got for a phone, once it is so many SMS: `text WORDS` and the like."""
        found = self.telcos[telco].heard(f"^8083 {receiver} (.*)", times)
        return [one[1] for one in found]

    @contextlib.contextmanager
    def crowd(self, texts: int, text: str) -> Iterator[Peer]:
        """Kannel's own fakesmsc sends so many texts at once, until the block ends.

        Each is of a phone that it chooses, few of one.
        """
        given = ["-H", "127.0.0.1", "-r", str(self._ports["crowd"]), "-i", "0", "-m", str(texts)]
        phones = [f"0903000{number:03} 8083 text {text}" for number in range(texts * 5)]
        line = [_FAKESMSC, *given, *phones]
        with Peer(line, self._folder, _home(self._folder)) as fakesmsc:
            yield fakesmsc

    @contextlib.contextmanager
    def simulated(self, *args: str) -> Iterator[simulator.Smsc]:
        """`sms-gateway smsc` with these arguments, bound by Kannel, until the block ends."""
        account = ("--system-id", SIMULATOR, "--password", "secret08")
        with simulator.smsc(self._ports[SIMULATOR], *account, *args) as smsc:
            smsc.wait_for_line("bind as transceiver by simulator")
            yield smsc

    def down(self) -> None:
        """The gateway is stopped."""
        assert self.gateway.stop() == 0

    def up(self) -> None:
        """The gateway is started again, on the same data and port."""
        data, port, config = self.gateway.data, str(self._ports["web"]), self._folder / "config"
        self.gateway = self._program("--port", port, data=data, config=config)

    def rows(self, sql: str, *values: object) -> list[tuple[str | None, ...]]:
        """What the gateway's store holds."""
        uri = f"{(self.gateway.data / 'gateway.db').as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as db:
            return db.execute(sql, values).fetchall()

    def until(self, wanted: list[tuple[str | None, ...]], sql: str, *values: object) -> None:
        """Wait until the store holds this."""
        until = time.monotonic() + PATIENCE_S
        while (found := self.rows(sql, *values)) != wanted and time.monotonic() < until:
            time.sleep(0.02)  # between two looks at another process, whose commits give no signal
        assert found == wanted


@contextlib.contextmanager
def kannel(program: Program, folder: Path) -> Iterator[Kannel]:
    """All of it, until the block ends.

    Args:
        program: starts the gateway.
        folder: for settings.
    """
    ports = {name: simulator.free_port() for name in _PORTS}
    config = _write_gateway(folder / "config", ports)
    settings = _write_kannel(folder / "kannel.conf", ports)
    with contextlib.ExitStack() as stack:
        smsc = stack.enter_context(Smsc(folder, ports["smsc"]))
        gateway = program("--port", str(ports["web"]), config=config)
        bearerbox = stack.enter_context(Peer(["bearerbox", str(settings)], folder, _home(folder)))
        bearerbox.heard("Start-up done")
        smsbox = stack.enter_context(Peer(["smsbox", str(settings)], folder, _home(folder)))
        smsbox.heard("Connected to bearerbox")
        telcos = {
            name: stack.enter_context(Telco(ports[name])) for name in _FAKES if name != "crowd"
        }
        for account in (GATEWAY, CENTRE, NEIGHBOUR):
            smsc.bound(account)
        yield Kannel(gateway, smsc, smsbox, telcos, program, folder, ports)


def _home(folder: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(folder)}


def _write_gateway(folder: Path, ports: dict[str, int]) -> Path:
    folder.mkdir()
    shutil.copy(ROOT / "config" / "agencies.toml", folder)
    known = {"secret": SECRET, **ports}
    doors = [_DOORS.format(**known)]
    for name in ("fake", "slow", CENTRE, SIMULATOR, "mistaken"):
        style = "inline" if name == "fake" else "acknowledge"
        password = "wrong-password-0123456789" if name == "mistaken" else PASSWORD
        doors.append(_DOOR.format(name=name, style=style, password=password, **known))
    (folder / "gateway.toml").write_text("".join(doors), encoding="utf-8")
    return folder


def _write_kannel(path: Path, ports: dict[str, int]) -> Path:
    groups = [_CORE.format(password=PASSWORD, **ports)]
    groups += [_FAKE.format(name=name, port=ports[name]) for name in _FAKES]
    groups += [_SMPP.format(name=name, port=ports["smsc"]) for name in (CENTRE, NEIGHBOUR)]
    groups.append(_SMPP.format(name=SIMULATOR, port=ports[SIMULATOR]))
    for name in (*_FAKES, CENTRE, SIMULATOR):
        secret = "path-secret-of-nobody" if name == "stranger" else SECRET
        door = "fake" if name in {"stranger", "crowd"} else name
        groups.append(_SERVICE.format(smsc=name, door=door, secret=secret, web=ports["web"]))
    path.write_text("".join(groups), encoding="utf-8")
    return path
