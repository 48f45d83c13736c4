"""Groups of commands that are imported only when they are called, and how errors are told."""

import contextlib
import errno
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import IO, Any

import click


@dataclass(frozen=True, slots=True)
class Entry:
    """A command of a group.

    Attributes:
        path: `module:name`.
        summary: what it does, in one line.
    """

    path: str
    summary: str

    def load(self) -> click.Command:
        """Import it."""
        module, _, name = self.path.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


class Fault(click.ClickException):
    """What a person can put right, as one line: what is wrong and what to do."""

    exit_code = 1

    def __init__(self, sentence: str) -> None:
        super().__init__(" ".join(sentence.split()))

    def show(self, file: IO[Any] | None = None) -> None:
        """Print it."""
        click.echo(f"sms-gateway: {self.message}", file=file, err=file is None)


class Misunderstood(Fault):
    """A command line that cannot be understood."""

    exit_code = 2


class LazyGroup(click.Group):
    """Imports a command only when it is called: `parse` needs no web server.

    Args:
        name: of the group.
        entries: its commands by name.
        about: what its `--help` says.
    """

    def __init__(self, name: str, entries: Mapping[str, Entry], about: str) -> None:
        super().__init__(name, help=about)
        self.entries = entries

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """The names, in the order they are written in."""
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's signature
        """The command of that name, imported now; None where there is none."""
        entry = self.entries.get(cmd_name)
        return entry.load() if entry else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # click's signature
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in self.entries.items()])


class Root(LazyGroup):
    """The outermost group: whatever a person may cause ends in one line and a status."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: object,
    ) -> click.Context:
        """As click does; a line that cannot be understood is told in one line."""
        os.umask(0o077)  # whatever is made holds numbers and texts
        _take_standard_numbers()
        with _told():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> object:
        """As click does; what a person may cause is told in one line."""
        with _told():
            return super().invoke(ctx)


def _take_standard_numbers() -> None:
    """Let no file or socket be opened under a number that stands for input, output or errors.

    Where one is closed at the start, the next that is opened gets its number: uvloop aborts at the
    end of such a process, and what a program started by us writes would go there.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # The lowest number that is free, thus this one.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # noqa: FBT003  # its only form


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        raise Misunderstood(_usage(error)) from error
    except (click.ClickException, click.Abort, click.exceptions.Exit):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.EPIPE:
            raise  # nobody reads any more: click ends quietly
        # Imported only now: it knows every room's faults, and with them every room.
        sentence = import_module("sms_gateway.cli.faults").sentence_of(error)
        if sentence is None:
            raise
        raise Fault(sentence) from error


def _usage(error: click.UsageError) -> str:
    path = error.ctx.command_path if error.ctx else "sms-gateway"
    words = path.split(" ")[1:]
    prefix = f"{' '.join(words)}: " if words else ""
    message = error.format_message().strip().rstrip(".")
    return f"{prefix}{message[:1].lower()}{message[1:]}; see {path} --help"
