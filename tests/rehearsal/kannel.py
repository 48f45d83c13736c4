"""A real Kannel between a telco and a real gateway: bearerbox, smsbox, and a telco played here.

Kannel's `fake` SMSC is a line of text each way: sender, receiver, `text`, the words.
"""

import contextlib
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.real_process import PATIENCE_S, Gateway, Program
from tests.rehearsal.proxies import until_open
from tests.structure.tree import ROOT

SECRET, PASSWORD = "path-secret-0123456789", "pass-of-sendsms-0123456789"

_DOOR = """
[doors.kannel]
kind = "kannel"
access.path_secrets = ["{secret}"]
answer.style = "{style}"
outbound.url = "http://127.0.0.1:{sendsms}/cgi-bin/sendsms"
outbound.secrets.username = "gateway"
outbound.secrets.password = "{password}"
outbound.secrets.dlr_url = "http://127.0.0.1:{web}/dlr/kannel/{secret}"
"""

_KANNEL = """
group = core
admin-port = {admin}
admin-password = nobody-needs-it
smsbox-port = {boxes}
box-allow-ip = "127.0.0.1"
dlr-storage = internal

group = smsc
smsc = fake
smsc-id = telco
port = {telco}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {boxes}
sendsms-port = {sendsms}

group = sendsms-user
username = gateway
password = {password}
concatenation = true
max-messages = 3

group = sms-service
keyword = default
get-url = "http://127.0.0.1:{web}/mo/kannel/{secret}?from=%p&to=%P&text=%a&id=%I&smsc=%i&time=%T"
accept-x-kannel-headers = true
omit-empty = true
concatenation = true
max-messages = 3
"""
_PORTS = ("admin", "boxes", "telco", "sendsms", "web")


@dataclass(frozen=True, slots=True)
class Kannel:
    """Kannel and the gateway behind it.

    Attributes:
        gateway: the process.
        telco: a connection to it as a telco has it.
    """

    gateway: Gateway
    telco: socket.socket

    def says(self, sender: str, text: str) -> None:
        """Somebody texts."""
        self.telco.sendall(f"{sender} 8083 text {text}\n".encode())

    def hears(self) -> str:
        """The next text that Kannel hands to the telco."""
        with self.telco.makefile("r", encoding="utf-8") as lines:
            return lines.readline().rstrip("\n")


@contextlib.contextmanager
def before(program: Program, folder: Path, style: str, password: str) -> Iterator[Kannel]:
    """A gateway behind Kannel, until the block ends.

    Args:
        program: starts the gateway.
        folder: for settings and logs.
        style: of the door's answer.
        password: that the gateway has for sendsms.
    """
    ports = _free()
    config = folder / "config"
    config.mkdir()
    (config / "agencies.toml").write_bytes((ROOT / "config" / "agencies.toml").read_bytes())
    door = _DOOR.format(style=style, secret=SECRET, password=password, **ports)
    (config / "gateway.toml").write_text(door, encoding="utf-8")
    settings = folder / "kannel.conf"
    settings.write_text(_KANNEL.format(secret=SECRET, password=PASSWORD, **ports), "utf-8")
    gateway = program("--port", str(ports["web"]), config=config)
    with (
        _box("bearerbox", settings, ports["boxes"]),
        _box("smsbox", settings, ports["sendsms"]),
        socket.create_connection(("127.0.0.1", ports["telco"]), PATIENCE_S) as telco,
    ):
        telco.settimeout(PATIENCE_S)
        yield Kannel(gateway, telco)


def _free() -> dict[str, int]:
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(socket.socket()) for _ in _PORTS]
        for one in held:
            one.bind(("127.0.0.1", 0))
        return {name: one.getsockname()[1] for name, one in zip(_PORTS, held, strict=True)}


@contextlib.contextmanager
def _box(name: str, settings: Path, port: int) -> Iterator[None]:
    with (settings.parent / f"{name}.log").open("w") as told:
        process = subprocess.Popen(  # noqa: S603  # Kannel's own programs
            [name, str(settings)], stdin=subprocess.DEVNULL, stdout=told, stderr=told
        )
        try:
            until_open(process, port)
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE_S)
