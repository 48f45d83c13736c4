"""Why the gateway cannot listen, as one line for people."""

import contextlib
import errno
import os
import socket
from collections.abc import Iterator


class ListenError(Exception):
    """The gateway cannot listen; the message says why, and what to do."""


@contextlib.contextmanager
def listening(host: str, port: int) -> Iterator[tuple[str, int]]:
    """Begin to listen there, within this block.

    Raises:
        ListenError: the block raised an OSError.
    """
    try:
        yield host, port
    except OSError as error:
        raise ListenError(_sentence(error, host, port)) from error


def _sentence(error: OSError, host: str, port: int) -> str:
    at = f"port {port} of {host}"
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"this machine has no address {host}: give serve another --host"
    if error.errno == errno.EADDRINUSE:
        return f"{at} is taken: stop the program that uses it, or give serve another --port"
    if error.errno == errno.EACCES:
        return f"{at} is for root alone: give serve a --port above 1023"
    return f"{at} cannot be used: {os.strerror(error.errno or 0)}"
