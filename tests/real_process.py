"""The real program for tests: `python -m sms_gateway ...` as an operator would start it."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parent.parent
PATIENCE_S = 30.0
"""How long anything may take before a test gives up on it, in seconds."""

_ADDRESS = re.compile(r"http://(?:[\d.]+|localhost|\[::1\]):\d+")


class StartError(Exception):
    """The gateway did not start; the message holds what it said."""


class Gateway:
    """One running `serve`.

    Attributes:
        process: the process.
        data: its data folder.
        url: its base address, `http://HOST:PORT`, without a slash at the end.
        out: lines of its standard output so far.
        err: lines of its standard error so far.
    """

    def __init__(self, process: "subprocess.Popen[str]", data: Path) -> None:
        self.process = process
        self.data = data
        self.url = ""
        self.out: list[str] = []
        self.err: list[str] = []
        self._changed = threading.Condition()
        self._open = 2
        self._readers = [
            threading.Thread(target=self._read, args=(stream, lines), daemon=True)
            for stream, lines in ((process.stdout, self.out), (process.stderr, self.err))
        ]
        for reader in self._readers:
            reader.start()

    def _read(self, stream: IO[str], lines: list[str]) -> None:
        with stream:
            for line in stream:
                with self._changed:
                    lines.append(line.rstrip("\n"))
                    self._changed.notify_all()
        with self._changed:
            self._open -= 1
            self._changed.notify_all()

    @property
    def writer(self) -> int | None:
        """Number of the process that writes its database, None where there is none."""
        return next(iter(self.children), None)

    @property
    def children(self) -> list[int]:
        """Numbers of the processes that it started (proc(5))."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                words = (folder / "stat").read_text("ascii", "replace").rpartition(")")[2].split()
                if int(words[1]) == self.process.pid and words[0] != "Z":
                    found.append(int(folder.name))
        return sorted(found)

    def kill_child(self, number: int) -> None:
        """End one of them as a power cut would."""
        assert number in self.children
        os.kill(number, signal.SIGKILL)

    def stand_still(self) -> None:
        """From now on it lives and does nothing more (SIGSTOP), until it is to `go_on`."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """It was held up and goes on (SIGCONT)."""
        self.process.send_signal(signal.SIGCONT)

    def stop_child(self, number: int) -> None:
        """Let one of them stand still: it lives and does nothing more (SIGSTOP)."""
        assert number in self.children
        os.kill(number, signal.SIGSTOP)

    def wait_for_line(self, pattern: str, seconds: float = PATIENCE_S) -> "re.Match[str]":
        """Wait until a line of its output matches, then and now.

        Raises:
            StartError: it ended without such a line, or the time ran out.
        """
        found: list[re.Match[str]] = []

        def there() -> bool:
            found[:] = [m for line in (*self.out, *self.err) if (m := re.search(pattern, line))]
            return bool(found) or not self._open

        with self._changed:
            self._changed.wait_for(there, seconds)
        if not found:
            said = "\n".join((*self.out, *self.err)[-20:])
            message = f"no line like {pattern} (exit status {self.process.poll()}):\n{said}"
            raise StartError(message)
        return found[0]

    def stop(self) -> int:
        """Ask it to end (SIGTERM), wait, and return its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self._end()

    def kill(self) -> None:
        """End it as a power cut would (SIGKILL), and wait."""
        self.process.kill()
        self._end()

    def wait(self) -> int:
        """Wait until it has ended by itself; the exit status."""
        return self._end()

    def _end(self) -> int:
        try:
            status = self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            for reader in self._readers:
                reader.join(PATIENCE_S)
        return status

    @property
    def output(self) -> str:
        """Everything it has written so far."""
        return "\n".join((*self.out, *self.err))


class Program:
    """Starts the program in folders of its own; each call may name others.

    Attributes:
        started: every gateway that was started, ended or not.
        told: what the other commands wrote to standard error.
    """

    def __init__(self, folder: Path, samples: Path | None = None) -> None:
        self.folder = folder
        self.started: list[Gateway] = []
        self.told: list[str] = []
        self._samples = samples

    def __call__(
        self,
        *args: str,
        data: Path | None = None,
        config: Path = ROOT / "config",
        env: Mapping[str, str] | None = None,
    ) -> Gateway:
        """Start `serve` on a free port of the loopback, and return when it takes calls.

        Args:
            args: further arguments of `serve`.
            data: its data folder; None makes a new one that holds the sample dossiers.
            config: its settings folder; None is the one in this repository.
            env: further environment; nothing that begins with SMS_GATEWAY_ is inherited.

        Raises:
            StartError: it ended before it took calls, or took too long.
        """
        folder = data or self.new_data()
        process = subprocess.Popen(  # noqa: S603  # our own program
            self.line("serve", "--port", "0", *args, data=folder, config=config),
            cwd=self.folder,
            env=_environment(self.folder, env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        gateway = Gateway(process, folder)
        self.started.append(gateway)
        gateway.url = gateway.wait_for_line(_ADDRESS.pattern)[0]
        return gateway

    def run(
        self,
        *args: str,
        data: Path | None = None,
        config: Path = ROOT / "config",
        env: Mapping[str, str] | None = None,
        stdin: str = "",
    ) -> "subprocess.CompletedProcess[str]":
        """Run one command to its end; `check` its status yourself."""
        done = subprocess.run(  # noqa: S603  # our own program
            self.line(*args, data=data, config=config),
            cwd=self.folder,
            env=_environment(self.folder, env),
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE_S,
            check=False,
        )
        self.told.append(done.stderr)
        return done

    def new_data(self) -> Path:
        """A new data folder, with the sample dossiers where they were prepared."""
        data = self.folder / f"var-{len(list(self.folder.glob('var-*')))}"
        if self._samples:
            shutil.copytree(self._samples, data)
        return data

    def end(self) -> list[int]:
        """Stop what still runs, and return the exit statuses of those that had to be stopped."""
        running = [one for one in self.started if one.process.poll() is None]
        statuses = []
        for gateway in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                statuses.append(gateway.stop())
        return statuses + [-signal.SIGKILL] * (len(running) - len(statuses))

    @property
    def output(self) -> str:
        """What all of them have written, as far as it may be a log."""
        return "\n".join([*(one.output for one in self.started), *self.told])

    def environment(self, more: Mapping[str, str] | None = None) -> Mapping[str, str]:
        """What its processes get, for a test that starts one itself."""
        return _environment(self.folder, more)

    def line(self, *args: str, data: Path | None, config: Path) -> list[str]:
        """The command line of the program with these arguments and folders."""
        line = [sys.executable, "-m", "sms_gateway", *args, "--config", str(config)]
        return [*line, "--data", str(data)] if data else line


def _environment(home: Path, more: Mapping[str, str] | None) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SMS_GATEWAY_")}
    coverage = {"PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "error", "HOME": str(home)}
    return {**kept, **coverage, **(more or {})}
