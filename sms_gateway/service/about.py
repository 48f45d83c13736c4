"""What a process says of itself."""

import socket
from importlib.metadata import version

from sms_gateway.settings import Settings

VERSION = version("sms-gateway")
"""Of the installed code; looked up once, because that reads files."""


def node_of(settings: Settings, worker: int) -> str:
    """The name of a process among all of an installation.

    Args:
        settings: see there.
        worker: its number among those that share a port, from 1; 0 for one that shares none.
    """
    node = settings.gateway.node or socket.gethostname()
    return f"{node}/{worker}" if worker else node
