"""Telcos, staff and operations at addresses of their own; and a supervisor that hears of it."""

import socket
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.real_process import PATIENCE_S, Program

pytestmark = pytest.mark.acceptance

APART = {
    f"SMS_GATEWAY_{section}__{key}": value
    for section in ("STAFF", "OPS")
    for key, value in (("HOST", "127.0.0.1"), ("PORT", "0"))
}
TEXT = b'{"id":"1","from":"0900000001","to":"8083","text":"MCKH_170703-0001"}'


def status(address: str, path: str, body: bytes | None = None) -> int:
    """The status of one call."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=PATIENCE_S)
    try:
        connection.request("POST" if body else "GET", path, body)
        return connection.getresponse().status
    finally:
        connection.close()


def test_each_part_is_heard_at_its_own_address_and_nowhere_else(program: Program) -> None:
    gateway = program(env=APART)
    at = {
        part: gateway.wait_for_line(rf"^{part}: (http://\S+)$")[1]
        for part in ("web", "staff", "ops")
    }
    assert gateway.out[0] == f"ready: {at['staff']}/phone"
    heard = {
        part: [
            status(address, "/mo/local", TEXT),
            status(address, "/phone"),
            *(status(address, path) for path in ("/live", "/ready", "/metrics")),
        ]
        for part, address in at.items()
    }
    assert heard == {
        "web": [200, 404, 404, 404, 404],
        "staff": [404, 200, 404, 404, 404],
        "ops": [404, 404, 200, 200, 200],
    }


def test_without_settings_there_is_one_address_for_all(program: Program) -> None:
    gateway = program()
    assert status(gateway.url, "/metrics") == status(gateway.url, "/phone") == 200
    gateway.stop()
    assert gateway.out[:2] == [f"ready: {gateway.url}/phone", f"console: {gateway.url}/console/"]


def test_an_address_that_is_taken_is_named_by_its_setting(program: Program) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        env = {**APART, "SMS_GATEWAY_OPS__PORT": port}
        done = program.run("serve", "--port", "0", data=program.new_data(), env=env)
    assert done.returncode == 1
    told = f"port {port} of 127.0.0.1 is taken: stop the program that uses it, or set another"
    assert f"{told} ops.port" in done.stderr


def test_a_supervisor_hears_when_calls_are_taken_that_the_store_works_and_of_the_end(
    program: Program, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(PATIENCE_S)
        env = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "30000"}
        gateway = program(env=env)
        assert {systemd.recv(100) for _ in range(9)} == {b"READY=1", b"WATCHDOG=1"}
        gateway.stop()
        while (last := systemd.recv(100)) == b"WATCHDOG=1":
            pass
        assert last == b"STOPPING=1"
