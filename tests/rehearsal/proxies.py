"""A real proxy with the example's own settings, between a telco and a real gateway."""

import contextlib
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPSConnection
from pathlib import Path

from tests.real_process import PATIENCE_S, Gateway, Program
from tests.structure.tree import ROOT

EXAMPLES = ROOT / "config" / "examples" / "production"
CERTIFICATE = ROOT / "tests" / "web" / "certificates" / "proxy.pem"
NAME = "sms.example.vn"

TELCO, STRANGER = "127.0.0.2", "127.0.0.3"
NUMBER, TEXT, PASSWORD = "0900000001", "MCKH_170703-0001", "in-the-query-0123456789"
QUERY = f"/mo/telco?from={NUMBER}&to=8083&text={TEXT}&password={PASSWORD}"

_DOOR = """
[web]
trusted_proxies = ["127.0.0.1/32"]

[doors.phone]
kind = "simulator"

[doors.telco]
kind = "http"
inbound.methods = ["GET", "POST"]
inbound.fields = { sender = "query:from", short_code = "query:to", text = "query:text" }
access.cidrs = ["127.0.0.2/32"]
access.fields.all = { field = "query:password", secrets = ["in-the-query-0123456789"] }
answer.format = "text"
"""


@dataclass(frozen=True, slots=True)
class Behind:
    """A gateway behind its proxy.

    Attributes:
        gateway: the process.
        port: where the proxy speaks TLS.
        logs: the folder of all that the proxy writes.
    """

    gateway: Gateway
    port: int
    logs: Path

    def call(
        self,
        path: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        source: str = TELCO,
    ) -> tuple[int, str]:
        """Status and body that whoever calls from this address hears."""
        connection = HTTPSConnection(NAME, self.port, timeout=PATIENCE_S)
        # As if the resolver knew the name.
        there = ("127.0.0.1", self.port)
        opened = socket.create_connection(there, PATIENCE_S, source_address=(source, 0))
        connection.sock = trusting().wrap_socket(opened, server_hostname=NAME)
        try:
            connection.request(method, path, body, {"Host": NAME, **(headers or {})})
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def written(self) -> str:
        """All that the proxy has logged."""
        files = [path for path in self.logs.rglob("*") if path.is_file()]
        return "\n".join(path.read_text("utf-8", "replace") for path in files)


def trusting() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def changed(text: str, *pairs: tuple[str, str]) -> str:
    """The example with what is of this machine put in; each must stand there."""
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


def _nginx(folder: Path, port: int, upstream: str) -> list[str]:
    example = (EXAMPLES / "nginx" / "sms-gateway.conf").read_text(encoding="utf-8")
    site = changed(
        example,
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("/etc/ssl/sms.example.vn/fullchain.pem", str(CERTIFICATE)),
        ("/etc/ssl/sms.example.vn/privkey.pem", str(CERTIFICATE)),
        ("/var/log/nginx", str(folder / "logs")),
        ("http://127.0.0.1:8080", upstream),
    )
    (folder / "site.conf").write_text(site, encoding="utf-8")
    temporary = "".join(
        f"{kind}_temp_path {folder / kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = (
        f"daemon off; pid {folder / 'pid'}; error_log {folder / 'logs' / 'main.log'} info;\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{temporary}include {folder / 'site.conf'};\n}}\n"
    )
    (folder / "nginx.conf").write_text(main, encoding="utf-8")
    return ["nginx", "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf")]


def _caddy(folder: Path, port: int, upstream: str) -> list[str]:
    example = (EXAMPLES / "caddy" / "Caddyfile").read_text(encoding="utf-8")
    site = changed(
        example,
        (
            "\nsms.example.vn {\n",
            f"\nhttps://{NAME}:{port} {{\n\ttls {CERTIFICATE} {CERTIFICATE}\n",
        ),
        ("\n{\n\tlog {\n", "\n{\n\tadmin off\n\tauto_https off\n\tlog {\n"),
        ("/var/log/caddy", str(folder / "logs")),
        ("127.0.0.1:8080", upstream.removeprefix("http://")),
    )
    (folder / "Caddyfile").write_text(site, encoding="utf-8")
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def _haproxy(folder: Path, port: int, upstream: str) -> list[str]:
    address = upstream.removeprefix("http://")
    bind = f"bind 127.0.0.1:{port} ssl crt {CERTIFICATE}"
    # Both nodes are the same one here.
    return haproxy(folder, bind, [address, address])


def haproxy(folder: Path, bind: str, addresses: Sequence[str]) -> list[str]:
    """Its example before two nodes that listen for everybody in one place; the command line."""
    example = (EXAMPLES / "haproxy" / "haproxy.cfg").read_text(encoding="utf-8")
    settings = changed(
        example,
        ("log /dev/log local0", "log stdout format raw local0"),
        ("bind :443 ssl crt /etc/ssl/sms.example.vn/both.pem", bind),
        ("check port 8082", "check"),
        ("10.0.0.11:8080", addresses[0]),
        ("10.0.0.12:8080", addresses[1]),
    )
    path = folder / "haproxy.cfg"
    path.write_text(settings, encoding="utf-8")
    return ["haproxy", "-db", "-f", str(path)]


PROXIES: Mapping[str, Callable[[Path, int, str], list[str]]] = {
    "nginx": _nginx, "caddy": _caddy, "haproxy": _haproxy,
}  # fmt: skip
"""Name of the program to what makes its settings and gives its command line."""


@contextlib.contextmanager
def behind(name: str, program: Program, folder: Path) -> Iterator[Behind]:
    """A gateway behind this proxy, until the block ends."""
    gateway = program(config=_settings(folder))
    upstream = re.sub("/phone$", "", gateway.url)
    (folder / "logs").mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line = PROXIES[name](folder, port, upstream)
    with (folder / "logs" / "stderr").open("w") as told:
        process = subprocess.Popen(  # noqa: S603  # the proxy under test
            line, stdin=subprocess.DEVNULL, stdout=told, stderr=told, env={"HOME": str(folder)}
            | {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bin"},
        )  # fmt: skip
        try:
            until_open(process, port)
            yield Behind(gateway, port, folder / "logs")
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


def _settings(folder: Path) -> Path:
    config = folder / "config"
    config.mkdir()
    (config / "gateway.toml").write_text(_DOOR, encoding="utf-8")
    shipped = ROOT / "config" / "agencies.toml"
    (config / "agencies.toml").write_bytes(shipped.read_bytes())
    return config


def until_open(process: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)  # a strange program that gives no signal when it listens
    message = f"the proxy does not listen (exit status {process.poll()})"
    raise AssertionError(message)
