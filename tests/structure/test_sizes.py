"""How large a function or module may be."""

import ast
from collections.abc import Iterator

import pytest

from tests.structure.tree import ROOT, python_files

MOST_LINES_OF_A_FUNCTION = 40
MOST_LINES_OF_A_MODULE = 300


def written_lines(lines: list[str]) -> int:
    return sum(1 for line in lines if line.strip())


def functions(text: str) -> Iterator[tuple[str, int]]:
    """Each function of a module, with its lines from `def` to its end, whatever they hold."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_function_is_longer_than_forty_lines() -> None:
    found = {
        f"{path.relative_to(ROOT)} {name}": length
        for path in python_files()
        for name, length in functions(path.read_text(encoding="utf-8"))
    }
    assert found
    assert not {name: n for name, n in found.items() if n > MOST_LINES_OF_A_FUNCTION}


def test_no_module_is_longer_than_it_may_be() -> None:
    lengths = {
        str(path.relative_to(ROOT)): written_lines(path.read_text(encoding="utf-8").splitlines())
        for path in python_files()
    }
    assert lengths
    assert not {name: n for name, n in lengths.items() if n > MOST_LINES_OF_A_MODULE}


@pytest.mark.parametrize("start", ["def", "async def"])
def test_a_function_is_as_long_as_all_that_stands_in_it(start: str) -> None:
    body = "\n\n".join(f"    x = {number}" for number in range(3))

    assert list(functions(f'{start} f():\n    """Says.\n\n    More.\n    """\n{body}\n')) == [
        ("f", 10)
    ]
