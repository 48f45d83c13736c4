"""One `serve` per database; the kernel frees the lock of a process that dies."""

import subprocess
import sys
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
