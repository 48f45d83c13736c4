"""Texts from a file, from what one types, or made up."""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

_LINE: Final = re.compile(r"\+?([0-9]{3,19})[ \t]+(\S.*)")
_LONGEST_LINE: Final = 4_000
_LARGEST_FILE: Final = 256 * 1024 * 1024
_FIRST_NUMBER: Final = 84_900_000_001


class LineError(Exception):
    """A line, or a file of them, that cannot be used; the message says why and what to do."""


def read_line(line: str) -> tuple[str, str]:
    """A number and its text: `84900000001 MCKH_170703-0001`.

    Raises:
        LineError: it is none.
    """
    found = _LINE.fullmatch(line.strip())
    if found is None or len(line) > _LONGEST_LINE:
        message = (
            "write a number, a blank and a text of at most 4,000 characters on one line, for"
            " example: 84900000001 MCKH_170703-0001"
        )
        raise LineError(message)
    return found[1], found[2]


def read_file(path: Path) -> Sequence[tuple[str, str]]:
    """The texts of a file in UTF-8, one on each line; empty lines are passed over.

    Raises:
        LineError: it is too large, no text, empty, or one of its lines is none.
        OSError: it cannot be read.
    """
    if path.stat().st_size > _LARGEST_FILE:
        message = f"{path} is larger than 256 MiB: cut it into several files"
        raise LineError(message)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        message = f"{path} is no text in UTF-8: save it as UTF-8"
        raise LineError(message) from None
    found = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                found.append(read_line(line))
            except LineError as error:
                message = f"{path}, line {number}: {error}"
                raise LineError(message) from None
    if not found:
        message = f"{path} holds no text: write one on each line, behind a number"
        raise LineError(message)
    return found


def repeated(texts: Sequence[tuple[str, str]], count: int | None) -> Iterator[tuple[str, str]]:
    """So many of them, from the beginning again where there are fewer; None for each once."""
    return iter(texts) if count is None else itertools.islice(itertools.cycle(texts), count)


def made_up(text: str, count: int) -> Iterator[tuple[str, str]]:
    """The same text from so many numbers that are made up."""
    return ((str(_FIRST_NUMBER + number), text) for number in range(count))


class Typed:
    """Cuts octets into lines, and takes each that is a text.

    Args:
        take: gets number and text.
        complain: gets what is wrong with a line.
    """

    def __init__(self, take: Callable[[str, str], None], complain: Callable[[str], None]) -> None:
        self._take = take
        self._complain = complain
        self._rest = b""

    def feed(self, octets: bytes) -> None:
        """What was typed; nothing is the end."""
        *lines, self._rest = (self._rest + octets).split(b"\n")
        if not octets or len(self._rest) > _LONGEST_LINE * 4:
            lines, self._rest = [*lines, self._rest], b""
        for line in lines:
            self._line(line.decode("utf-8", "replace"))

    def _line(self, line: str) -> None:
        if not line.strip():
            return
        try:
            number, text = read_line(line)
        except LineError as error:
            self._complain(str(error))
        else:
            self._take(number, text)
