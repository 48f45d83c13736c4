"""One `serve` per database; the kernel frees the lock of a process that dies."""

import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sms_gateway.store.sqlite.lock import LockHeldError, data_lock

HOLD = """
import sys
from pathlib import Path
from sms_gateway.store.sqlite.lock import data_lock
with data_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_open_is_refused_with_one_line_that_says_what_to_do(tmp_path: Path) -> None:
    database = tmp_path / "gateway.db"
    with data_lock(database), pytest.raises(LockHeldError) as caught, data_lock(database):
        pass
    assert str(caught.value) == (
        f"another process is serving {database}; stop it, or give this one its own --data"
    )


def test_the_lock_is_free_again_after_its_holder_leaves(tmp_path: Path) -> None:
    for _ in range(2):
        with data_lock(tmp_path / "gateway.db"):
            pass


def test_the_lock_file_holds_the_number_of_its_holder_and_nothing_of_the_one_before(
    tmp_path: Path,
) -> None:
    lock = tmp_path / "gateway.db.lock"
    lock.write_text("9" * 20)
    with data_lock(tmp_path / "gateway.db"):
        assert lock.read_text() == str(os.getpid())


@pytest.mark.parametrize("number", ["", "no number"])
def test_a_holder_of_whom_nothing_is_known_is_taken_for_alive_and_not_waited_for(
    tmp_path: Path, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", pytest.fail)
    lock = tmp_path / "gateway.db.lock"
    lock.write_text(number)
    with lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(LockHeldError), data_lock(tmp_path / "gateway.db"):
            pass


def test_two_databases_of_one_folder_are_locked_apart(tmp_path: Path) -> None:
    with data_lock(tmp_path / "a.db"), data_lock(tmp_path / "b.db"):
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a.db.lock", "b.db.lock"]


def test_the_lock_holds_against_another_process_and_is_free_once_that_is_killed(
    tmp_path: Path,
) -> None:
    database = tmp_path / "gateway.db"
    command = [sys.executable, "-c", HOLD, str(database)]
    with subprocess.Popen(  # noqa: S603  # this interpreter, running the lines above
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(LockHeldError), data_lock(database):
            pass
        holder.kill()
        holder.wait()
    with data_lock(database):
        pass


@pytest.mark.parametrize("number", [b"", b"0", b"no number", b"9" * 30])
def test_a_lock_file_that_holds_no_number_of_a_process_is_a_lock_that_is_held(
    tmp_path: Path, number: bytes
) -> None:
    """A process that the lock was handed to holds it, whatever became of the file."""
    database = tmp_path / "gateway.db"
    with data_lock(database) as lock:
        os.truncate(lock, 0)
        os.pwrite(lock, number, 0)
        with pytest.raises(LockHeldError), data_lock(database):
            pass
