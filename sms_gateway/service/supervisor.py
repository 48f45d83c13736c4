"""What whoever started us hears: calls are taken, the store works, the end has begun."""

import contextlib
import os
import socket
from collections.abc import Callable, Mapping

from sms_gateway.ports import Clock

_PINGS = 3
"""In the time after which systemd would restart us; one or two may be late."""

RECENT_S = 10.0
"""A store that worked within a look's interval and so many seconds works now."""


PING = "WATCHDOG=1"
"""What is said again and again."""

LIVES = "LIVES"
"""What is said instead where the store does not work; a team alone hears it."""

STOPPING = "STOPPING=1"
"""What is said where the end has begun."""

TEAM_S = 2.0
"""Seconds between two words to a team at most, for it ends whom it does not hear."""


class Supervisor:
    """Who started this process and wants to hear of it, as sd_notify(3) says.

    Args:
        tell: takes one word about us.
        seconds: between two pings; 0 for none.
    """

    def __init__(self, tell: Callable[[str], None], seconds: float) -> None:
        self._tell = tell
        self.seconds = seconds

    def ready(self) -> None:
        """Calls are taken."""
        self._tell("READY=1")

    def stopping(self) -> None:
        """The end has begun."""
        self._tell(STOPPING)

    async def ping(self, worked_at: Callable[[], float], every: float, clock: Clock) -> None:
        """Say again and again that all is well, while the store works.

        A process that lives and can write nothing down is of no use: systemd hears nothing then,
        and starts it anew.

        Args:
            worked_at: when the store last did all that was asked of it, by the monotonic clock.
            every: seconds between two looks at it.
            clock: time.
        """
        while self.seconds:
            works = clock.monotonic() - worked_at() <= every + RECENT_S
            self._tell(PING if works else LIVES)
            await clock.sleep(self.seconds)


def systemd(environ: Mapping[str, str], process: int) -> Supervisor:
    """The one that the environment names; nobody where it names none.

    Args:
        environ: says by which socket, and how often it wants to hear of us.
        process: our own number; a ping that is wanted of another process is not sent.
    """
    address = environ.get("NOTIFY_SOCKET", "")
    # A first @ stands for the null octet of an address that is no file (unix(7)).
    address = "\0" + address[1:] if address.startswith("@") else address

    def tell(state: str) -> None:
        if not address or state == LIVES:
            return
        # Nobody waits for a supervisor that does not listen.
        with contextlib.suppress(OSError), _datagrams() as speaking:
            speaking.sendto(state.encode("ascii"), address)

    ours = environ.get("WATCHDOG_PID", "") in ("", str(process))
    return Supervisor(tell, _between_pings(environ) if ours else 0.0)


def team(environ: Mapping[str, str], say: Callable[[str], None]) -> Supervisor:
    """The process that started several of us; it speaks to systemd for all.

    Args:
        environ: says how often systemd wants to hear of them.
        say: writes a line that it reads.
    """

    def tell(state: str) -> None:
        if state in (PING, LIVES, STOPPING):
            say(state)

    return Supervisor(tell, min(_between_pings(environ) or TEAM_S, TEAM_S))


def of_this_process(say: Callable[[str], None] | None = None) -> Supervisor:
    """Whoever started this process: a team that reads what we say, or else systemd."""
    return systemd(os.environ, os.getpid()) if say is None else team(os.environ, say)


def _between_pings(environ: Mapping[str, str]) -> float:
    limit = environ.get("WATCHDOG_USEC", "")
    return int(limit) / 1e6 / _PINGS if limit.isdecimal() else 0.0


def _datagrams() -> socket.socket:
    made = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
    made.settimeout(0)
    return made
