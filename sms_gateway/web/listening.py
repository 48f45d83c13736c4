"""Why the gateway cannot listen, as one line for people."""

import contextlib
import errno
import os
import socket
from collections.abc import Iterator

from sms_gateway.web.parts import Listener, Part


class ListenError(Exception):
    """The gateway cannot listen; the message says why, and what to do."""


@contextlib.contextmanager
def listening(listener: Listener) -> Iterator[tuple[str, int]]:
    """Begin to listen there, within this block, which is given host and port.

    Raises:
        ListenError: the block raised an OSError.
    """
    try:
        yield listener.host, listener.port
    except OSError as error:
        raise ListenError(_sentence(error, listener)) from error


def _sentence(error: OSError, listener: Listener) -> str:
    host, port = listener.host, listener.port
    at = f"port {port} of {host}"
    give, option = "give serve", "--"
    if listener.setting is not Part.TELCOS:
        give, option = "set", f"{listener.setting}."
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"this machine has no address {host}: {give} another {option}host"
    if error.errno == errno.EADDRINUSE:
        return f"{at} is taken: stop the program that uses it, or {give} another {option}port"
    if error.errno == errno.EACCES:
        return f"{at} is for root alone: {give} a {option}port above 1023"
    return f"{at} cannot be used: {os.strerror(error.errno or 0)}"
