"""How large a function or module may be."""

import ast
from collections.abc import Iterator

import pytest

from tests.structure.tree import ROOT, TESTS, python_files

MOST_LINES_OF_A_FUNCTION = 40
MOST_LINES_OF_A_MODULE = 300
MOST_LINES_OF_A_TEST_MODULE = 400


def written_lines(lines: list[str]) -> int:
    return sum(1 for line in lines if line.strip())


def functions(text: str) -> Iterator[tuple[str, int]]:
    """Each function of a module, with its length without blank lines and docstring."""
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = written_lines(lines[node.lineno - 1 : node.end_lineno])
            if ast.get_docstring(node, clean=False) is not None:
                said = node.body[0]
                length -= written_lines(lines[said.lineno - 1 : said.end_lineno])
            yield node.name, length


def test_no_function_is_longer_than_forty_lines() -> None:
    found = {
        f"{path.relative_to(ROOT)} {name}": length
        for path in python_files()
        for name, length in functions(path.read_text(encoding="utf-8"))
    }
    assert found
    assert not {name: n for name, n in found.items() if n > MOST_LINES_OF_A_FUNCTION}


def test_no_module_is_longer_than_it_may_be() -> None:
    too_long = {}
    for path in python_files():
        most = MOST_LINES_OF_A_TEST_MODULE if TESTS in path.parents else MOST_LINES_OF_A_MODULE
        length = written_lines(path.read_text(encoding="utf-8").splitlines())
        if length > most:
            too_long[str(path.relative_to(ROOT))] = length
    assert not too_long


@pytest.mark.parametrize("start", ["def", "async def"])
def test_a_function_is_as_long_as_what_is_written_in_it(start: str) -> None:
    body = "\n\n".join(f"    x = {number}" for number in range(40))

    assert list(functions(f'{start} f():\n    """Says.\n\n    More.\n    """\n{body}\n')) == [
        ("f", 41)
    ]
