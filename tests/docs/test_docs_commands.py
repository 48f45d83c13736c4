"""Every command stands in the handbook as its own `--help` tells it."""

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from sms_gateway.cli import main
from tests.docs.pages import DOCS, PAGES, blocks, made, name_of, spans
from tests.real_process import Program
from tests.structure.tree import ROOT

PAGE = DOCS / "commands.md"
COLUMNS = 78
"""What click leaves of a terminal of 80."""

_SCRIPT = re.compile(r"(?<![\w./-])(?:scripts|\.ci)/[a-z]+(?![\w/.])")


def commands(
    group: click.Group = main, above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Each command that does something, with the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        words = (*above, name)
        if isinstance(command, click.Group):
            yield from commands(command, words)
        else:
            yield words, command


COMMANDS = dict(commands())


def help_of(words: tuple[str, ...], command: click.Command) -> str:
    """What `--help` prints in a terminal of 80 columns."""
    name = " ".join(("sms-gateway", *words))
    return command.get_help(click.Context(command, info_name=name, terminal_width=COLUMNS))


def test_each_command_is_shown_with_its_help() -> None:
    parts = [
        f"### sms-gateway {' '.join(words)}\n\n```text\n{help_of(words, command)}\n```"
        for words, command in COMMANDS.items()
    ]
    stands, wanted = made(PAGE, "commands", "\n\n".join(parts))
    assert stands.splitlines() == wanted.splitlines()


@pytest.mark.acceptance
def test_the_program_itself_prints_the_help_that_the_handbook_shows(program: Program) -> None:
    done = program.run("cases", "import", "--help", env={"COLUMNS": "80"})
    assert done.stdout.strip() == help_of(("cases", "import"), COMMANDS["cases", "import"]).strip()


def written() -> Iterator[tuple[str, list[str]]]:
    """Each call of a command in the handbook, in prose and in blocks, as words."""
    for page in PAGES:
        lines = spans(page)
        for block in blocks(page):
            lines += block.text.replace("\\\n", " ").splitlines()
        for line in lines:
            bare = line.removeprefix("$ ").strip()
            if bare.startswith("sms-gateway "):
                yield name_of(page), shlex.split(bare.partition(" | ")[0])[1:]


def fault(words: list[str]) -> str:
    """Why these words call no command; empty where they do."""
    place: click.Command = main
    context = click.Context(main)
    while words and isinstance(place, click.Group):
        if words[0].startswith("-"):
            break
        name, *words = words
        found = place.get_command(context, name)
        if found is None:
            return f"no command {name}"
        place = found
    known = {option for param in place.params for option in param.opts} | {"--help"}
    options = words[: words.index("--")] if "--" in words else words
    unknown = [w for w in options if w.startswith("--") and w.partition("=")[0] not in known]
    return f"unknown options {unknown}" if unknown else ""


def test_each_call_in_the_handbook_is_one_that_the_program_knows() -> None:
    calls = list(written())
    assert len(calls) > 20
    assert not [(page, words, why) for page, words in calls if (why := fault(list(words)))]


@pytest.mark.parametrize(
    "line, why",
    [
        ("sms-gateway cases import --replace x.csv", ""),
        ("sms-gateway ask --from 0900000001 -- --text", ""),
        ("sms-gateway casses import", "no command casses"),
        ("sms-gateway messages --number 1", "unknown options ['--number']"),
    ],
)
def test_a_call_that_does_not_exist_is_found(line: str, why: str) -> None:
    assert fault(shlex.split(line)[1:]) == why


def test_each_script_in_the_handbook_is_there() -> None:
    named = {
        script
        for page in PAGES
        for text in (*spans(page), *(block.text for block in blocks(page)))
        for script in _SCRIPT.findall(text)
    }
    assert {"scripts/run", "scripts/test"} <= named
    assert not [script for script in named if not (ROOT / script).is_file()]
