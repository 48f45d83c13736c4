"""What every file of the house keeps to, where the linters do not look."""

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.structure.tree import PACKAGE, ROOT, TESTS, files, python_files

NAMES_THAT_SAY_NOTHING = frozenset({
    "common", "helper", "helpers", "lib", "manager", "managers", "misc", "shared", "util", "utils",
})  # fmt: skip

SILENCED = re.compile(
    r"# (?:noqa(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?|type: ignore(?:\[[\w,-]+\])?|ruff: noqa.*)"
)
REASON = re.compile(r"\s+(?:#|-)\s+\w.*\w")
PROMISES = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
"""Put together here, or this file would find itself."""
MACHINE = re.compile(r"(?<![\w.:/-])/(?:root|work|home)/\w|/Users/\w|\b[A-Z]:\\Users\\")
STATEMENT_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
SENTENCE = re.compile(r"-- [A-Z].*")


def text_of(path: Path) -> str:
    """The file as text; pictures and the like are none."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def lines_that(pattern: re.Pattern[str], paths: Sequence[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_module_has_a_name_that_says_nothing() -> None:
    named = [path for path in python_files() if path.stem in NAMES_THAT_SAY_NOTHING]
    named += [path for path in python_files() if path.parent.name in NAMES_THAT_SAY_NOTHING]
    assert not named


def test_each_room_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in PACKAGE.rglob("__init__.py")
        if not ast.get_docstring(ast.parse(text_of(path)))
    ]
    assert not silent


def test_each_folder_of_code_is_a_package() -> None:
    folders = {path.parent for path in python_files() if PACKAGE in path.parents}
    assert not [folder for folder in folders if not (folder / "__init__.py").is_file()]


def nameless_or_silent(text: str) -> Iterator[str]:
    """The names of statements under which no sentence stands."""
    pieces = STATEMENT_NAME.split(text)
    for name, body in zip(pieces[1::2], pieces[2::2], strict=True):
        if not SENTENCE.match(body.strip()):
            yield name


def test_each_statement_has_a_sentence_under_its_name() -> None:
    silent = [
        f"{path.relative_to(ROOT)} {name}"
        for path in PACKAGE.rglob("*.sql")
        for name in nameless_or_silent(text_of(path))
    ]
    assert not silent


def test_a_statement_without_a_sentence_is_found() -> None:
    text = "-- name: one\n-- Takes it.\nSELECT 1;\n\n-- name: two\nSELECT 2;\n"
    assert list(nameless_or_silent(text)) == ["two"]


def without_reason(line: str) -> bool:
    """Whether a linter or the type checker is silenced here and nobody says why."""
    found = list(SILENCED.finditer(line))
    return bool(found) and not REASON.match(line[found[-1].end() :])


@pytest.mark.parametrize(
    "line",
    [
        "x = 1  # " + "noqa: S105",
        "x = 1  # " + "noqa: S105,S106  ",
        "x = 1  # " + "noqa",
        "x = 1  # " + "type: ignore[misc]",
        "x = 1  # " + "type: ignore[misc]  # " + "noqa: E501",
    ],
)
def test_a_silenced_check_without_a_reason_is_found(line: str) -> None:
    assert without_reason(line)


@pytest.mark.parametrize(
    "line",
    [
        "x = 1  # " + "noqa: S105 - the name of a column",
        "x = 1  # " + "noqa: S105  # the name of a column",
        "x = 1  # " + "type: ignore[misc]  # untyped library",
        "x = 1  # nothing is silenced",
    ],
)
def test_a_silenced_check_with_a_reason_is_passed(line: str) -> None:
    assert not without_reason(line)


def test_each_silenced_check_says_why() -> None:
    here = Path(__file__)
    silent = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in python_files()
        if path != here
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if without_reason(line)
    ]
    assert not silent


def test_nothing_is_put_off() -> None:
    assert not lines_that(PROMISES, files())


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    assert not lines_that(MACHINE, files())


def pauses(text: str) -> Iterator[int]:
    """Lines that wait for time to pass; `asyncio.sleep(0)` only lets others run."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr != "sleep" or not isinstance(node.func.value, ast.Name):
            continue
        if node.func.value.id == "time":
            yield node.lineno
        if node.func.value.id == "asyncio":
            if isinstance(node.args[0], ast.Constant) and node.args[0].value == 0:
                continue
            yield node.lineno


def test_a_pause_is_found() -> None:
    text = "asyncio.sleep(0)\nasyncio.sleep(0.1)\ntime.sleep(n)\nclock.sleep(3)\n"
    assert list(pauses(text)) == [2, 3]


def test_no_test_waits_for_time_to_pass() -> None:
    """Only what stands in for the world around may, with the reason in the same line."""
    waiting = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in python_files()
        if TESTS in path.parents
        for line in pauses(text_of(path))
        if path.name.startswith("test_") or not has_reason(path, line)
    ]
    assert not waiting


def has_reason(path: Path, line: int) -> bool:
    return bool(re.search(r"\)  # \w.*\w", text_of(path).splitlines()[line - 1]))
