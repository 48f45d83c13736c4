import socket
from pathlib import Path

import pytest

from sms_gateway.smsc.sources import LineError, read_file
from tests.cli.conftest import Command, one_line


@pytest.mark.parametrize(
    "options,why",
    [
        (("--throttle", "120%"), "120% is no share: write a number from 0 to 100"),
        (("--drop", "some"), "some is no share"),
        (("--listen", "telco:2775"), "telco:2775 is no address: write one such as 127.0.0.1:2775"),
        (("--listen", "127.0.0.1:99999"), "is no address"),
        (("--key", "key.pem"), "--key is for --cert"),
    ],
)
def test_options_that_cannot_be_are_told(cli: Command, options: tuple[str, ...], why: str) -> None:
    assert why in one_line(cli("smsc", *options), 2)


def test_a_port_that_is_taken_is_told(cli: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        at = f"127.0.0.1:{taken.getsockname()[1]}"
        line = one_line(cli("smsc", "--listen", at, "--count", "1"))
    assert line.endswith("is taken: stop the program that uses it, or give another --listen")


def test_a_file_with_a_line_that_is_none_is_told_before_anything_is_sent(
    cli: Command, tmp_path: Path
) -> None:
    path = tmp_path / "texts"
    path.write_text("84900000001 MCKH 1\nMCKH 2\n", encoding="utf-8")
    assert "line 2: write a number" in one_line(cli("smsc", "--file", str(path)))


def test_a_file_that_is_not_there_is_told(cli: Command) -> None:
    assert "missing" in one_line(cli("smsc", "--file", "missing"))


def test_a_certificate_that_is_none_is_told(cli: Command, tmp_path: Path) -> None:
    path = tmp_path / "cert.pem"
    path.write_text("no certificate", encoding="utf-8")
    assert "check both" in one_line(cli("smsc", "--cert", str(path), "--count", "1"))


def test_it_ends_with_status_1_where_nobody_binds(cli: Command) -> None:
    options = ("--count", "1", "--until-done", "--patience", "0.05", "--listen", "127.0.0.1:0")
    result = cli("smsc", *options)
    assert result.exit_code == 1
    assert result.stdout.startswith("ready: 127.0.0.1:")
    assert result.stderr.startswith("sms-gateway: no gateway bound within 0.05 s: start this first")
    assert result.stderr.count("\n") == 1


def test_a_file_that_is_too_large_is_told(tmp_path: Path) -> None:
    path = tmp_path / "texts"
    with path.open("wb") as file:
        file.truncate(256 * 1024 * 1024 + 1)
    with pytest.raises(LineError, match="larger than 256 MiB"):
        read_file(path)
