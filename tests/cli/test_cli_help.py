import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from sms_gateway.cli import main
from sms_gateway.cli.group import LazyGroup
from tests.cli.conftest import Command, one_line

ROOT = Path(__file__).parent.parent.parent


def _walk(group: LazyGroup, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, entry in group.entries.items():
        yield (*path, name), entry.summary
        command = entry.load()
        if isinstance(command, LazyGroup):
            yield from _walk(command, (*path, name))


ALL = dict(_walk(main))


def _command(path: tuple[str, ...]) -> click.Command:
    found: click.Command = main
    for name in path:
        assert isinstance(found, LazyGroup)
        found = found.entries[name].load()
    return found


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_and_each_of_its_options_has_a_help_text(path: tuple[str, ...]) -> None:
    command = _command(path)
    assert command.help
    options = [param for param in command.params if isinstance(param, click.Option)]
    assert all(option.help for option in options)
    assert {"data", "config"} <= {option.name for option in options}


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_the_list_of_commands_says_the_same_as_the_command_itself(path: tuple[str, ...]) -> None:
    command = _command(path)
    assert command.name == path[-1]
    assert ALL[path] == (command.short_help or command.help)


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_help_is_printed_and_the_status_is_0(path: tuple[str, ...], cli: Command) -> None:
    result = cli(*path, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: sms-gateway {' '.join(path)} ")


def test_all_commands_are_listed(cli: Command) -> None:
    listed = cli("--help").stdout
    assert all(name in listed for name in main.entries)


@pytest.mark.parametrize(
    "args", [["--help"], ["parse", "MCKH 170703-0001", "--json"]], ids=["help", "parse"]
)
def test_what_is_called_often_loads_neither_web_server_nor_database(args: list[str]) -> None:
    program = (
        "import sys\nfrom sms_gateway.cli import main\n"
        f"main({args!r}, standalone_mode=False)\n"
        "print(sorted({'aiohttp', 'asyncio', 'aiosqlite', 'structlog'} & set(sys.modules)))"
    )
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "args, said",
    [
        (["pars"], "No such command 'pars'"),
        (["parse", "--jsn", "x"], "No such option '--jsn'"),
        (["ask", "MCKH 1"], "missing option '--from'"),
        (["serve", "--port", "http"], "'http' is not a valid integer"),
        (["serve", "--port", "70000"], "70000 is not in the range"),
        (["ask", "MCKH 1", "--from", ""], "no phone number"),
    ],
)
def test_a_line_that_cannot_be_understood_is_told_in_one_line_with_status_2(
    args: list[str], said: str, cli: Command
) -> None:
    line = one_line(cli(*args), status=2)
    assert said.lower() in line.lower()
    assert line.endswith("--help")


def test_settings_that_cannot_be_used_are_told_in_one_line(cli: Command, tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    bad.mkdir()
    (bad / "gateway.toml").write_text("[web]\nprot = 1\n")
    line = one_line(cli("parse", "MCKH 1", "--config", str(bad)))
    assert "web.prot" in line
    assert "port" in line


def test_what_stands_behind_the_commands_name_counts_before_what_stands_in_front(
    cli: Command, tmp_path: Path
) -> None:
    result = cli("show-config", "--data", str(tmp_path / "behind"), data=tmp_path / "front")
    line = next(x for x in result.stdout.splitlines() if x.startswith("gateway.data"))
    assert "behind" in line
    assert line.endswith("--data")
