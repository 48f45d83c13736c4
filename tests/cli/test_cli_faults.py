import dataclasses
import errno
import socket
import sqlite3
import ssl
from pathlib import Path

import asyncpg
import pytest
from click.testing import CliRunner

from sms_gateway.cli import main
from sms_gateway.cli.faults import sentence_of
from sms_gateway.cli.output import dump, safe, table
from sms_gateway.ports import StoreDownError
from sms_gateway.store.sqlite.lock import data_lock
from sms_gateway.web.listening import ListenError, listening
from sms_gateway.web.parts import Listener, Part
from tests.cli.conftest import Command, one_line

AT = Listener(Part.TELCOS, "::1", 80, frozenset(Part))


@pytest.mark.parametrize(
    "error, said",
    [
        (OSError(errno.ENOSPC, "full", "/var/x"), "/var/x: No space left on device: free some"),
        (OSError(errno.EROFS, "ro", b"/var/x"), "/var/x: Read-only file system: it can only be"),
        (OSError(errno.EXDEV, "odd", "/var/x"), "/var/x: Invalid cross-device link"),
        (OSError("AF_UNIX path too long"), "AF_UNIX path too long"),
        (BlockingIOError(errno.EAGAIN, "no process"), "raise the limit of processes and threads"),
        (RuntimeError("can't start new thread"), "raise the limit of processes and threads"),
        (TimeoutError(), "it took too long"),
        (StoreDownError("SQLITE_FULL"), "the message store cannot be used: the disk is full"),
        (StoreDownError("SQLITE_READONLY_DIRECTORY"), "it may not be written"),
        (StoreDownError("WriterLostError"), "the process that writes it ended: start the gateway"),
        (sqlite3.OperationalError("odd"), "run sms-gateway doctor"),
        (ssl.SSLCertVerificationError(1, "self-signed"), "check sslmode and sslrootcert"),
        (StoreDownError("SSLCertVerificationError"), "check sslmode and sslrootcert"),
        (asyncpg.InvalidAuthorizationSpecificationError("no entry"), "sslmode=require where it"),
        (asyncpg.InvalidPasswordError("wrong"), "check user and password in store.url"),
    ],
    ids=str,
)
def test_what_a_person_may_cause_is_one_line_that_says_what_to_do(
    error: Exception, said: str
) -> None:
    sentence = sentence_of(error)
    assert sentence is not None
    assert said in sentence
    assert "\n" not in sentence


def test_of_several_faults_at_once_the_first_is_told_and_a_bug_among_them_is_none_of_a_person() -> (
    None
):
    full, late = StoreDownError("SQLITE_FULL"), TimeoutError()
    assert sentence_of(ExceptionGroup("loops", [full, late])) == sentence_of(full)
    assert sentence_of(ExceptionGroup("loops", [full, KeyError("x")])) is None
    assert sentence_of(ExceptionGroup("loops", [KeyError("x"), full])) is None


@pytest.mark.parametrize(
    "error, said",
    [
        (
            OSError(errno.EADDRINUSE, "in use"),
            "port 80 of ::1 is taken: stop the program that uses it, or give serve another --port",
        ),
        (
            OSError(errno.EADDRNOTAVAIL, "no"),
            "this machine has no address ::1: give serve another --host",
        ),
        (
            socket.gaierror(socket.EAI_NONAME, "unknown"),
            "this machine has no address ::1: give serve another --host",
        ),
        (
            PermissionError(errno.EACCES, "no"),
            "port 80 of ::1 is for root alone: give serve a --port above 1023",
        ),
        (OSError(errno.ENOBUFS, "no"), "port 80 of ::1 cannot be used: No buffer space available"),
    ],
    ids=str,
)
def test_a_port_that_cannot_be_used_is_named_with_what_to_do(error: OSError, said: str) -> None:
    with pytest.raises(ListenError) as raised, listening(AT):
        raise error
    assert sentence_of(raised.value) == said


@pytest.mark.parametrize(
    "number, said",
    [
        (
            errno.EADDRINUSE,
            "port 80 of ::1 is taken: stop the program that uses it, or set another",
        ),
        (errno.EADDRNOTAVAIL, "this machine has no address ::1: set another staff.host"),
        (errno.EACCES, "port 80 of ::1 is for root alone: set a staff.port above 1023"),
    ],
)
def test_a_port_that_only_the_settings_name_is_told_by_its_setting(number: int, said: str) -> None:
    at = dataclasses.replace(AT, setting=Part.STAFF)
    with pytest.raises(ListenError) as raised, listening(at):
        raise OSError(number, "no")
    told = sentence_of(raised.value)
    assert told is not None
    assert told.startswith(said)
    assert "staff." in told


@pytest.mark.parametrize("error", [ValueError("x"), AssertionError(), KeyError("x")], ids=repr)
def test_a_bug_is_not_dressed_up_as_a_persons_fault(error: Exception) -> None:
    assert sentence_of(error) is None


def test_a_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object) -> None:
        message = "a bug"
        raise ValueError(message)

    monkeypatch.setattr("sms_gateway.cli.parse.load_settings", broken)
    with pytest.raises(ValueError, match="a bug"):
        CliRunner().invoke(main, ["parse", "x"], catch_exceptions=False)


@pytest.mark.parametrize("args", [["init"], ["pause", "phone"]], ids=" ".join)
def test_a_folder_that_another_process_owns_is_told_in_one_line(
    args: list[str], cli: Command, data: Path
) -> None:
    with data_lock(data / "gateway.db"):
        assert "another process" in one_line(cli(*args, data=data))


def test_what_a_terminal_would_obey_is_escaped() -> None:
    assert safe("a\x1b[2J\x9b\u202eb\ud800") == "a\\u001b[2J\\u009b\\u202eb\\ud800"
    assert dump({"a": "\x1b\x9bé\ud800"}) == '{"a": "\\u001b\\u009bé\\ud800"}'


def test_columns_are_as_wide_as_they_need_to_be() -> None:
    assert table([("a", "bb", "c"), ("aaa", "b", "")]) == "a    bb  c\naaa  b"
    assert table([]) == ""
