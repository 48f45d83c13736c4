"""The wheel, installed outside this folder and started in an empty one, is the whole gateway."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.log_watch import leaks
from tests.real_process import PATIENCE_S, Gateway
from tests.structure.tree import PACKAGE, ROOT, files

pytestmark = pytest.mark.acceptance

PIP = (sys.executable, "-m", "pip", "--no-input", "--disable-pip-version-check", "--no-cache-dir")
TEXT = b'{"id":"1","from":"0900000001","to":"8083","text":"MCKH_170703-0001"}'


def done(*line: str | Path, cwd: Path, env: Mapping[str, str]) -> str:
    """The output of a program that must succeed."""
    ended = subprocess.run(  # noqa: S603  # pip and our own program
        line, cwd=cwd, env=env, capture_output=True, text=True, timeout=PATIENCE_S * 2, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, made by what the lock file holds, without any network."""
    folder = tmp_path_factory.mktemp("wheel")
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", folder)
    done(*PIP, "wheel", *options, ROOT, cwd=folder, env=os.environ)
    (made,) = folder.glob("*.whl")
    return made


class Installed:
    """The wheel in a folder of its own; what it depends on is that of the tests."""

    def __init__(self, wheel: Path, folder: Path) -> None:
        self.place = folder / "installed"
        options = ("--no-deps", "--no-index", "--target", self.place)
        done(*PIP, "install", *options, wheel, cwd=folder, env=os.environ)
        self.empty = folder / "empty"
        self.empty.mkdir()
        kept = {k: v for k, v in os.environ.items() if not k.startswith("SMS_GATEWAY_")}
        # No port is tried out by the doctor: another program may hold it.
        ours = {"PYTHONPATH": str(self.place), "SMS_GATEWAY_WEB__PORT": "0"}
        self.env = {**kept, **ours, "PYTHONWARNINGS": "error"}
        self.program = self.place / "bin" / "sms-gateway"

    def run(self, *args: str) -> str:
        """What a command prints, run in the empty folder."""
        return done(self.program, *args, cwd=self.empty, env=self.env)

    def serve(self) -> Gateway:
        """The gateway, when it takes calls."""
        process = subprocess.Popen(  # noqa: S603  # our own program
            [self.program, "serve"],
            cwd=self.empty,
            env={**self.env, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        gateway = Gateway(process, self.empty / "var")
        gateway.url = gateway.wait_for_line(r"http://127\.0\.0\.1:\d+")[0]
        return gateway


@pytest.fixture
def installed(wheel: Path, tmp_path: Path) -> Installed:
    return Installed(wheel, tmp_path)


def test_the_wheel_holds_every_file_of_the_program_and_its_settings(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        held = set(packed.namelist())
    config = ROOT / "config"
    wanted = {
        f"sms_gateway/_config/{path.relative_to(config).as_posix()}"
        if config in path.parents
        else path.relative_to(ROOT).as_posix()
        for path in files()
        if PACKAGE in path.parents or config in path.parents
    }
    assert len(wanted) > 100
    assert wanted <= held


def test_an_empty_folder_is_all_it_needs(installed: Installed) -> None:
    assert "33 new" in installed.run("init", "--samples")
    found, *_ = installed.run("doctor").splitlines()
    assert found == f"ok    settings    {installed.place / 'sms_gateway' / '_config'}"
    answer = installed.run("ask", "MCKH_170703-0001", "--from", "0900000001")
    assert answer.startswith("Ho so 170703-0001 da co ket qua ngay 11/07/2017.")
    gateway = installed.serve()
    try:
        for path in ("/phone", "/phone/phone.css", "/ready"):
            assert called(gateway, "GET", path)[0] == 200
        status, body = called(gateway, "POST", "/mo/local")
        assert status == 200
        assert b'"status":"answered"' in body
    finally:
        status = gateway.stop()
    assert status == 0
    assert not leaks(gateway.output)
    assert [path.name for path in installed.empty.iterdir()] == ["var"]


def called(gateway: Gateway, method: str, path: str) -> tuple[int, bytes]:
    """Status and body of a call."""
    connection = HTTPConnection(urlsplit(gateway.url).netloc, timeout=PATIENCE_S)
    try:
        connection.request(method, path, TEXT if method == "POST" else None)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
