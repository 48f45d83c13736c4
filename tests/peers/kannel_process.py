"""What Kannel and its telcos say, line by line: programs that others wrote, and sockets."""

import re
import socket
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Self

from tests.real_process import PATIENCE_S


class Lines:
    """Lines that come from somebody, read as they come.

    Attributes:
        lines: all so far.
    """

    def __init__(self, stream: IO[str]) -> None:
        self.lines: list[str] = []
        self._changed = threading.Condition()
        self._open = True
        self._reader = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._reader.start()

    def _read(self, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                with self._changed:
                    self.lines.append(line.rstrip("\n"))
                    self._changed.notify_all()
        with self._changed:
            self._open = False
            self._changed.notify_all()

    def heard(self, pattern: str, times: int = 1) -> "list[re.Match[str]]":
        """Wait until so many of its lines hold the pattern, then and now; all that do."""
        found: list[re.Match[str]] = []

        def enough() -> bool:
            found[:] = [match for line in self.lines if (match := re.search(pattern, line))]
            return len(found) >= times or not self._open

        with self._changed:
            self._changed.wait_for(enough, PATIENCE_S)
        said = "\n".join(self.lines[-20:])
        assert len(found) >= times, f"{len(found)} of {times} lines like {pattern}:\n{said}"
        return found

    def ended(self) -> None:
        """Wait until all is read of what has ended."""
        self._reader.join(PATIENCE_S)


class Peer(Lines):
    """One running program of others; use it as a block, which kills it at its end."""

    def __init__(self, line: Sequence[str], folder: Path, env: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # the program that the test is about
            line,
            cwd=folder,
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        assert self._process.stdout is not None
        super().__init__(self._process.stdout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # At once: bearerbox asked kindly may take ten seconds.
        self._process.kill()
        self._process.wait(PATIENCE_S)
        self.ended()
        if self._process.stdin is not None:
            self._process.stdin.close()

    def type(self, line: str) -> None:
        """Give it one line."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()


class Telco(Lines):
    """A telco at Kannel's `fake` SMSC: SENDER RECEIVER `text` WORDS, one line for each SMS."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        self._socket.settimeout(None)
        super().__init__(self._socket.makefile("r", encoding="utf-8"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self.ended()
        self._socket.close()

    def says(self, sender: str, text: str) -> None:
        """Somebody texts 8083."""
        self._socket.sendall(f"{sender} 8083 text {text}\n".encode())
