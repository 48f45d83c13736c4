"""Machines of their own on one machine: network namespaces, joined by two networks.

As in an office: one network leads to the telco, another one to the database. Both hang on bridges
of this machine, which has the first address of each. Needs root, `ip`, and a kernel that allows it.
"""

import contextlib
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.real_process import Program

KINDS = ("telco", "data")
_PREFIX = "198.18"
"""For trying networks out (RFC 2544 appendix C.2.2): nobody has such an address."""


class NotAllowedError(Exception):
    """This machine makes no networks; the message says why."""


@dataclass(frozen=True, slots=True)
class Networks:
    """Both of them.

    Attributes:
        tag: begins the names of all that is made here.
        numbers: the third octet of each one's addresses, by kind.
        machines: names; each one's last octet is 2 and up.
    """

    tag: str
    numbers: dict[str, int]
    machines: Sequence[str]

    def host(self, kind: str) -> str:
        """Address of what all machines share: the database, or the telco."""
        return f"{_PREFIX}.{self.numbers[kind]}.1"

    def address(self, machine: str, kind: str) -> str:
        """Address of a machine."""
        return f"{_PREFIX}.{self.numbers[kind]}.{2 + self.machines.index(machine)}"

    def callers(self, kind: str) -> str:
        """All addresses of a network."""
        return f"{_PREFIX}.{self.numbers[kind]}.0/24"

    def namespace(self, machine: str) -> str:
        """What the kernel calls a machine."""
        return f"sms-{self.tag}-{machine}"

    def bridge(self, kind: str) -> str:
        """What a network hangs on."""
        return f"sms{self.tag}{kind[0]}"

    def plug(self, machine: str, kind: str) -> str:
        """The far end of a machine's cable."""
        return f"{self.bridge(kind)}{self.machines.index(machine)}"

    def cut(self, machine: str, kinds: Sequence[str] = KINDS) -> None:
        """Take it off these networks: what it says and what is said to it is gone, unanswered.

        The cable stays in, as where a switch dies: nobody is told.
        """
        for kind in kinds:
            _ip("link", "set", self.plug(machine, kind), "nomaster")

    def pull(self, machine: str, kinds: Sequence[str] = KINDS) -> None:
        """Pull its cables: it sees that, and nobody else does."""
        for kind in kinds:
            _ip("link", "set", self.plug(machine, kind), "down")

    def mend(self, machine: str) -> None:
        """It is on both networks again."""
        for kind in KINDS:
            _ip("link", "set", self.plug(machine, kind), "up", "master", self.bridge(kind))


class Machine(Program):
    """Starts the program on one of the machines."""

    def __init__(self, folder: Path, samples: Path, networks: Networks, name: str) -> None:
        super().__init__(folder, samples)
        self.name = name
        self._inside = ["ip", "netns", "exec", networks.namespace(name)]

    def line(self, *args: str, data: Path | None, config: Path) -> list[str]:
        """The command line, inside."""
        return [*self._inside, *super().line(*args, data=data, config=config)]


@contextmanager
def networks(*machines: str) -> Iterator[Networks]:
    """Machines on both networks, until the block ends.

    Raises:
        NotAllowedError: this machine does not let us.
    """
    if shutil.which("ip") is None:
        message = "ip is missing; on Debian: apt-get install iproute2"
        raise NotAllowedError(message)
    numbers = secrets.SystemRandom().sample(range(1, 255), len(KINDS))
    made = Networks(secrets.token_hex(2), dict(zip(KINDS, numbers, strict=True)), machines)
    with ExitStack() as stack:
        for kind in KINDS:
            bridge = made.bridge(kind)
            _ip("link", "add", "name", bridge, "type", "bridge")
            stack.callback(_gone, "link", "delete", bridge)
            _ip("address", "add", f"{made.host(kind)}/24", "dev", bridge)
            _ip("link", "set", bridge, "up")
        for machine in machines:
            _ip("netns", "add", made.namespace(machine))
            stack.callback(_gone, "netns", "delete", made.namespace(machine))
            _ip("-n", made.namespace(machine), "link", "set", "lo", "up")
            for kind in KINDS:
                _join(made, machine, kind, stack)
        yield made


@contextmanager
def alone() -> Iterator[list[str]]:
    """A machine that nothing leads to; what begins its command lines, until the block ends.

    Raises:
        NotAllowedError: this machine does not let us.
    """
    name = f"sms-{secrets.token_hex(2)}-alone"
    _ip("netns", "add", name)
    try:
        _ip("-n", name, "link", "set", "lo", "up")
        yield ["ip", "netns", "exec", name]
    finally:
        _gone("netns", "delete", name)


def _join(made: Networks, machine: str, kind: str, stack: ExitStack) -> None:
    inside = made.namespace(machine)
    plug = made.plug(machine, kind)
    _ip("link", "add", plug, "type", "veth", "peer", "name", kind, "netns", inside)
    stack.callback(_gone, "link", "delete", plug)
    _ip("link", "set", plug, "up", "master", made.bridge(kind))
    _ip("-n", inside, "address", "add", f"{made.address(machine, kind)}/24", "dev", kind)
    _ip("-n", inside, "link", "set", kind, "up")


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)  # noqa: S603, S607  # words written here
    if done.returncode:
        message = f"ip {' '.join(words[:2])}: {done.stderr.strip()}"
        raise NotAllowedError(message)


def _gone(*words: str) -> None:
    """Remove it, whether it is still there or not: a cable goes with either end."""
    with contextlib.suppress(NotAllowedError):
        _ip(*words)
