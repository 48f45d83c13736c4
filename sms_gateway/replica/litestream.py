"""Litestream (litestream.io) as this house runs it: found, told what to do, and asked for a copy.

It checkpoints the databases itself, and writes to two tables of its own in them. So it is the one
checkpointer: our writers leave that to it, see `sqlite.connecting`. SQLite before 3.51.3 corrupts a
database where one connection checkpoints while another one commits
(sqlite.org/wal.html#the_wal_reset_bug). The fault is the checkpointer's, and Litestream brings its
own SQLite: 3.53.0 since 0.5.17 (its issue 1432).
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from sms_gateway.sqlite.connecting import litestream_folder

CONFIG = "litestream.yml"
SOCKET = "litestream.sock"
"""Names in the data folder: what Litestream is told, and where it can be asked."""

OLDEST = (0, 5, 17)
"""The oldest Litestream that may run beside a gateway."""

MESSAGES = "gateway.db"
"""The name of the messages' copy below the URL of the replica."""

_VERSION = re.compile(r"v?(\d+)\.(\d+)\.(\d+)")
_SECONDS = 20.0
_LONGEST_S = 24 * 3600.0


class ReplicaError(Exception):
    """The replica cannot be kept or used; the message is one line: what is wrong, what to do."""


def program() -> Path:
    """Litestream, from beside our own Python or from the PATH, of a version that may run here.

    Raises:
        ReplicaError: there is none, or it is too old.
    """
    beside = Path(sys.executable).parent / "litestream"
    found = str(beside) if beside.is_file() else shutil.which("litestream")
    if found is None:
        message = "Litestream is not there: install a bundle, or requirements/bundle.lock"
        raise ReplicaError(message)
    said = _run([found, "version"], _SECONDS).stdout
    match = _VERSION.search(said)
    if match is None or tuple(map(int, match.groups())) < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        message = f"{found} is older than {wanted} and may damage databases: install a newer one"
        raise ReplicaError(message)
    return Path(found)


def config_of(url: str, keep_hours: int, databases: Mapping[str, Path]) -> str:
    """What Litestream is told, as YAML; each value is JSON, which is YAML as well.

    Args:
        url: of the replica.
        keep_hours: how far it can be taken back.
        databases: by the names of their copies.
    """
    copies = [
        {
            "path": str(path.absolute()),
            "replica": {"url": place_of(url, name), "sync-interval": "1s"},
        }
        for name, path in databases.items()
    ]
    told: Mapping[str, object] = {
        "logging": {"level": "info", "type": "json", "stderr": True},
        "socket": {"enabled": True, "path": SOCKET, "permissions": 0o600},
        "snapshot": {"interval": "24h", "retention": f"{keep_hours}h"},
        "dbs": copies,
    }
    return "".join(f"{key}: {json.dumps(value)}\n" for key, value in told.items())


def place_of(url: str, name: str) -> str:
    """Where the copy of one database lies."""
    return f"{url.rstrip('/')}/{name}"


def mark(databases: Iterable[Path]) -> None:
    """From the next start on, our writers leave checkpoints of these to Litestream.

    Raises:
        OSError: its folders cannot be made.
    """
    for path in databases:
        litestream_folder(path).mkdir(mode=0o700, exist_ok=True)


def marked(databases: Iterable[Path]) -> bool:
    """Whether checkpoints of one of these are left to Litestream."""
    return any(litestream_folder(path).exists() for path in databases)


def unmark(databases: Iterable[Path]) -> None:
    """From the next start on, our writers checkpoint these; Litestream forgets where it was.

    Raises:
        OSError: its folders cannot be removed.
    """
    for path in databases:
        folder = litestream_folder(path)
        if folder.exists():
            shutil.rmtree(folder)


def restore_copies(url: str, places: Mapping[str, Path]) -> None:
    """Fetch the newest copies; dossiers only where there are any.

    Args:
        url: of the replica.
        places: where the databases are to lie, by the names of their copies; nothing is there.

    Raises:
        ReplicaError: it cannot be reached, or holds no messages.
    """
    litestream = str(program())
    for name, path in places.items():
        optional = [] if name == MESSAGES else ["-if-replica-exists"]
        line = [litestream, "restore", *optional, "-o", str(path), place_of(url, name)]
        done = _run(line, _LONGEST_S)
        if done.returncode or (name == MESSAGES and not path.exists()):
            # Its own words may hold the address with a password; the operator finds them by hand.
            message = f"the replica's {name} cannot be restored: try {_by_hand(name)}"
            raise ReplicaError(message)


def _by_hand(name: str) -> str:
    return f"litestream restore -o /tmp/{name} URL/{name}, which says why"


def _run(line: Sequence[str], seconds: float) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(  # noqa: S603  # a program that we found ourselves
            line,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except OSError as error:
        message = f"{line[0]} cannot be started: {error.strerror}"
        raise ReplicaError(message) from error
    except subprocess.TimeoutExpired as error:
        message = f"{line[0]} {line[1]} took longer than {seconds:.0f} s: look at disk and network"
        raise ReplicaError(message) from error
