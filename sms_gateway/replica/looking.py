"""How Litestream is: asked by its own local socket, which lies in the data folder."""

from collections.abc import Sequence
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import msgspec

from sms_gateway import local_socket
from sms_gateway.replica.litestream import SOCKET

_SECONDS = 2.0
_MAX_ANSWER = 64 * 1024


class _Database(msgspec.Struct, frozen=True):
    path: str
    last_sync_at: datetime | None = None


class _List(msgspec.Struct, frozen=True):
    databases: list[_Database]


def last_copied(folder: Path, databases: Sequence[Path]) -> datetime | None:
    """When the replica last was the same as each of these, by Litestream's word.

    It says so about each second, also where nothing changes, and stops saying it when the replica
    cannot be written.

    Args:
        folder: the data folder.
        databases: that must be copied.

    Returns:
        The earliest of the moments; None where Litestream does not answer or knows one of none.
    """
    try:
        found = {Path(one.path): one.last_sync_at for one in _asked(folder)}
    except (OSError, HTTPException, msgspec.MsgspecError):
        return None
    moments = [found.get(path.absolute()) for path in databases if path.exists()]
    known = [moment for moment in moments if moment is not None]
    return min(known) if known and len(known) == len(moments) else None


def runs(folder: Path) -> bool:
    """Whether Litestream listens in a data folder."""
    try:
        connected = local_socket.connect(folder, _SECONDS, SOCKET)
    except OSError:
        return True
    if connected is None:
        return False
    connected.close()
    return True


def _asked(folder: Path) -> Sequence[_Database]:
    connected = local_socket.connect(folder, _SECONDS, SOCKET)
    if connected is None:
        return []
    call = HTTPConnection("litestream", timeout=_SECONDS)
    call.sock = connected
    try:
        call.request("GET", "/list")
        return msgspec.json.decode(call.getresponse().read(_MAX_ANSWER), type=_List).databases
    finally:
        call.close()


def octets_of_log(database: Path) -> int:
    """Size of a database's -wal: it grows while nobody checkpoints."""
    try:
        return database.with_name(f"{database.name}-wal").stat().st_size
    except OSError:
        return 0
