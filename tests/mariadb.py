"""A MariaDB server of the tests' own, where the machine has one: Debian's mariadb-server-core."""

import contextlib
import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_PATIENCE_S = 60.0
_LOOK_S = 0.05
_ROOT = 0
_PORTS = range(21_306, 31_306)  # below those that the system gives to whoever connects
_USER = "CREATE USER gateway@'%' IDENTIFIED BY 'made-up';\nGRANT ALL ON *.* TO gateway@'%';\n"


def program() -> str | None:
    """Path of the server, or None where it is not installed with what makes its first tables.

    The last of them is in mariadb-client-core.
    """
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    needed = ("mariadbd", "mariadb-install-db", "my_print_defaults")
    server, *_ = found = [shutil.which(name, path=path) for name in needed]
    return server if all(found) else None


class MariaDb:
    """One server.

    Args:
        folder: where it may keep everything; others may pass through.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self._databases = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "first.sql").write_text(_USER)
        if os.geteuid() == _ROOT:
            shutil.chown(folder, "nobody")
        self._run(
            "mariadb-install-db", "--skip-test-db", "--auth-root-authentication-method=normal"
        )

    def url(self, database: str) -> str:
        """Address of a database."""
        return f"mariadb://gateway:made-up@127.0.0.1:{self.port}/{database}"

    def name(self) -> str:
        """Name for a new database."""
        return f"made_{next(self._databases)}"

    def start(self) -> None:
        """Start it, and wait until it listens; whoever connects then waits until it is ready."""
        server = program()
        assert server is not None
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603  # the server that is installed
                [
                    *(server, "--no-defaults", f"--datadir={self.folder / 'data'}"),
                    *("--bind-address=127.0.0.1", f"--port={self.port}", "--skip-name-resolve"),
                    *(f"--socket={self.folder / 's'}", f"--init-file={self.folder / 'first.sql'}"),
                    *("--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M"),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                **_as_nobody(self.folder),
            )
        self._process = process
        ends = time.monotonic() + _PATIENCE_S
        while not self._listens():
            ended = time.monotonic() > ends
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK_S)
                ended = True
            if ended:
                self.kill()
                raise AssertionError((self.folder / "log").read_text()[-2000:])

    def _listens(self) -> bool:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port)).close()
            return True
        return False

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(_PATIENCE_S)
            self._process = None

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(_PATIENCE_S)
        self._process = None

    def _run(self, name: str, *args: str) -> None:
        done = subprocess.run(  # noqa: S603  # Debian's program
            [name, "--no-defaults", f"--datadir={self.folder / 'data'}", *args],
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE_S,
            **_as_nobody(self.folder),
        )
        assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]


@contextmanager
def mariadb() -> Iterator[MariaDb]:
    """A running server."""
    folder = Path(tempfile.mkdtemp(prefix="sms-gateway-maria-"))
    try:
        folder.chmod(0o755)
        server = MariaDb(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_nobody(folder: Path) -> dict[str, Any]:
    # MariaDB refuses to run as root.
    own: dict[str, Any] = {"cwd": folder, "start_new_session": True}
    return own | ({"user": "nobody", "group": "nogroup"} if os.geteuid() == _ROOT else own)


def _free_port() -> int:
    # Each process begins elsewhere: it takes seconds until the port that it found is taken.
    begin = os.getpid() * 97 % len(_PORTS)
    for port in itertools.chain(_PORTS[begin:], _PORTS[:begin]):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    message = "no port is free for MariaDB"
    raise AssertionError(message)
