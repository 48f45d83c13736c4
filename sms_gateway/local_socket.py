"""The local socket in the data folder, by which the command line speaks to the running service.

Only the user that the service runs as can open it: the file has mode 0600, and the kernel says who
is calling.
"""

import contextlib
import errno
import os
import pwd
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

NAME = "control.sock"
"""The socket's name in the data folder."""

_LONGEST = 100  # sun_path has 108 octets on Linux and 104 elsewhere (unix(7))
_BACKLOG = 16
_CREDENTIALS = struct.Struct("3i")  # pid, uid, gid: struct ucred (unix(7))
_CHECK_S = 2.0


class SocketTakenError(Exception):
    """Another process serves this data folder; the message says what to do."""


def listen(folder: Path) -> socket.socket:
    """Listen in a data folder; a socket that a dead process left is replaced.

    Raises:
        SocketTakenError: a living process listens there.
        OSError: it cannot be made.
    """
    path = folder / NAME
    if (living := connect(folder, _CHECK_S)) is not None:
        living.close()
        message = f"another process is serving the data folder {folder}: stop it first"
        raise SocketTakenError(message)
    path.unlink(missing_ok=True)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    # Set before the file exists, so that there is no moment at which others may open it.
    before = os.umask(0o177)
    try:
        with _short(path) as short:
            made.bind(short)
        made.listen(_BACKLOG)
        made.settimeout(0)
    except BaseException:
        made.close()
        raise
    finally:
        os.umask(before)
    return made


def connect(folder: Path, seconds: float, name: str = NAME) -> socket.socket | None:
    """A connection to the service of a data folder, None where none is running.

    Args:
        folder: the data folder.
        seconds: time limit of connecting and of each later step.
        name: of the socket: ours, or that of another program there.

    Raises:
        OSError: something is there that may not be opened or does not answer.
    """
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made.settimeout(seconds)
    try:
        with _short(folder / name) as short:
            made.connect(short)
    except OSError as error:
        made.close()
        if error.errno in (errno.ENOENT, errno.ECONNREFUSED, errno.ENOTDIR):
            return None
        error.filename = str(folder / name)  # the system does not say where
        raise
    return made


def remove(folder: Path) -> None:
    """Take the socket's file away; it need not be there."""
    with contextlib.suppress(OSError):
        (folder / NAME).unlink(missing_ok=True)


def peer_user(descriptor: int) -> str:
    """The name of the user at the other end, as the kernel knows it; empty where it does not say.

    Args:
        descriptor: of the connection; stays open.
    """
    option = getattr(socket, "SO_PEERCRED", None)
    if option is None:
        return ""
    with socket.socket(fileno=os.dup(descriptor)) as connection:
        told = connection.getsockopt(socket.SOL_SOCKET, option, _CREDENTIALS.size)
    _pid, uid, _gid = _CREDENTIALS.unpack(told)
    return user_name(uid)


def user_name(uid: int) -> str:
    """The name of a user, or the number where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid{uid}"


@contextlib.contextmanager
def _short(path: Path) -> Iterator[str]:
    """A spelling of the path that fits into an address.

    A long one is reached by way of its folder's descriptor, which Linux shows as a folder.
    """
    if len(os.fsencode(path)) <= _LONGEST:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
