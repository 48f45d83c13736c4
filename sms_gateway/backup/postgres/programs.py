"""pg_dump and pg_restore: where they are, of which version, and run with no password in sight."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

from sms_gateway.backup.manifest import BackupError
from sms_gateway.domain.secret import Secret

_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
_VERSION_S = 20.0
_URL = re.compile(
    r"(?P<scheme>postgres(?:ql)?://)(?:(?P<user>[^:@/?]*)(?::(?P<password>[^@/?]*))?@)?"
    r"(?P<place>[^?]*)(?:\?(?P<query>.*))?"
)
_SECRET = ("password=", "sslpassword=")
_COPY_FAILED = "COPY failed"
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Address:
    """A database as a program is told of it.

    Attributes:
        url: without a password: whoever lists processes sees it.
        environment: of the program, with the password.
    """

    url: str
    environment: Mapping[str, str]


def address_of(url: Secret) -> Address:
    """How a program is told of a database.

    Args:
        url: `postgresql://...`, as `store.url` has it.
    """
    match = _URL.fullmatch(url.value)
    assert match is not None  # noqa: S101  # the settings took it
    parts = match.groupdict("")
    pairs = [pair for pair in parts["query"].split("&") if pair]
    open_pairs = [pair for pair in pairs if not pair.startswith(_SECRET)]
    passwords = [pair.partition("=")[2] for pair in pairs if pair.startswith(_SECRET[0])]
    # What is said last holds, as for the driver.
    password = unquote([parts["password"], *passwords][-1])
    user = f"{parts['user']}@" if parts["user"] else ""
    query = f"?{'&'.join(open_pairs)}" if open_pairs else ""
    environment = {**os.environ, "LC_ALL": "C", "PGAPPNAME": "sms-gateway backup"}
    if password:
        environment["PGPASSWORD"] = password
    return Address(f"{parts['scheme']}{user}{parts['place']}{query}", environment)


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs of PostgreSQL.

    Attributes:
        folder: where they lie; None for wherever PATH says.
    """

    folder: Path | None

    def found(self, name: str) -> str:
        """The path of a program.

        Raises:
            BackupError: it is not there.
        """
        path = shutil.which(name, path=None if self.folder is None else str(self.folder))
        if path is None:
            where = "on PATH" if self.folder is None else f"in {self.folder}"
            message = (
                f"{name} is not {where}: install the client programs of PostgreSQL, or name their "
                "folder as backup.programs"
            )
            raise BackupError(message)
        return path

    def check(self, name: str, server: int) -> None:
        """See that a program is not older than the server.

        Args:
            name: of the program.
            server: its major version.

        Raises:
            BackupError: it is, or is not there.
        """
        line = [self.found(name), "--version"]
        said = subprocess.run(  # noqa: S603  # a program of PostgreSQL
            line, check=False, capture_output=True, text=True, timeout=_VERSION_S
        )
        match = _VERSION.search(said.stdout)
        if match is None:
            message = f"{line[0]} does not tell its version: name another backup.programs"
            raise BackupError(message)
        if (major := int(match[1])) < server:
            message = (
                f"{name} {major} is older than the server, {server}: install the client programs "
                f"of PostgreSQL {server}, or name their folder as backup.programs"
            )
            raise BackupError(message)

    def run(self, name: str, arguments: Sequence[str], at: Address) -> None:
        """Run a program on a database, however long it takes.

        Raises:
            BackupError: it is not there, or failed.
        """
        line = [self.found(name), "--no-password", f"--dbname={at.url}", *arguments]
        done = subprocess.run(  # noqa: S603  # the same
            line,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=at.environment,
        )
        if done.returncode:
            raise BackupError(_failed(name, done.stderr.decode("utf-8", "replace")))

    @contextmanager
    def printed(self, name: str, arguments: Sequence[str]) -> Iterator[BinaryIO]:
        """What a program prints, for the length of a block that reads all of it.

        Raises:
            BackupError: it is not there, or failed.
        """
        with subprocess.Popen(  # noqa: S603  # the same
            [self.found(name), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            assert process.stdout is not None  # noqa: S101  # as asked for above
            with process.stdout as printed:
                yield printed  # type: ignore[misc]  # of octets, as no encoding is named
        if process.returncode:
            message = f"{name} cannot read the copy, it is damaged: look at that disk"
            raise BackupError(message)


def _failed(name: str, said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.startswith(f"{name}: error:")]
    why = lines[0].removeprefix(f"{name}: error:").strip() if lines else "it does not say why"
    if why.startswith(_COPY_FAILED):
        # What follows quotes a row.
        why = why.partition(": ")[0]
    return f"{name} failed: {why[:_LONGEST]}"
