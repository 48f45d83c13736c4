import os
import pwd
import socket
import stat
import sys
from pathlib import Path

import pytest

from sms_gateway import local_socket
from sms_gateway.local_socket import NAME, SocketTakenError, connect, listen


def _deep(tmp_path: Path) -> Path:
    folder = tmp_path / ("d" * 80) / ("e" * 80)
    folder.mkdir(parents=True)
    return folder


def test_only_the_user_it_runs_as_may_open_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with listen(tmp_path):
            mode = (tmp_path / NAME).stat().st_mode
        assert os.umask(0) == 0
    finally:
        os.umask(before)
    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o600


def test_nobody_listens_where_nothing_is(tmp_path: Path) -> None:
    assert connect(tmp_path, 1) is None
    assert connect(tmp_path / "none", 1) is None
    (tmp_path / "file").touch()
    assert connect(tmp_path / "file", 1) is None


def test_a_socket_that_may_not_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / NAME).symlink_to(NAME)
    with pytest.raises(OSError, match="symbolic links") as caught:
        connect(tmp_path, 1)
    assert caught.value.filename == str(tmp_path / NAME)


def test_what_a_dead_process_left_is_nobody_and_is_replaced(tmp_path: Path) -> None:
    listen(tmp_path).close()
    assert (tmp_path / NAME).exists()
    assert connect(tmp_path, 1) is None
    with listen(tmp_path):
        living = connect(tmp_path, 1)
    assert living is not None
    living.close()


def test_a_living_process_keeps_its_socket(tmp_path: Path) -> None:
    with listen(tmp_path), pytest.raises(SocketTakenError, match="stop it first"):
        listen(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="long paths need /proc")
def test_a_folder_of_any_depth_will_do(tmp_path: Path) -> None:
    folder = _deep(tmp_path)
    with listen(folder):
        living = connect(folder, 1)
        assert living is not None
        living.close()
    local_socket.remove(folder)
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="SO_PEERCRED is of Linux")
def test_the_kernel_says_who_calls() -> None:
    here, there = socket.socketpair(socket.AF_UNIX)
    with here, there:
        assert local_socket.peer_user(here.fileno()) == pwd.getpwuid(os.getuid()).pw_name
        there.sendall(b"still open")
        assert here.recv(10) == b"still open"


def test_a_user_without_a_name_has_a_number() -> None:
    nobody = max(entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid < 1 << 31) + 1
    assert local_socket.user_name(nobody) == f"uid{nobody}"


def test_removing_what_is_not_there_is_no_fault(tmp_path: Path) -> None:
    local_socket.remove(tmp_path / "none")
