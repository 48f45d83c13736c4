"""Finds in log lines what must never stand there: numbers, texts, secrets.

It shares nothing with `sms_gateway.logs`: what that lets through by mistake is caught here.
"""

import functools
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator

from sms_gateway.domain.record import Record
from sms_gateway.domain.secret import Secret

# The name of a key is eight hex digits, all of them below ten once in forty times.
_KEY = re.compile(r"\bkey number-hash [0-9a-f]{8}\b")
# A telephone number has eight digits or more, with at most two separators between two of them.
_NUMBER = re.compile(r"\d(?:[\s().\-_]{0,2}\d){7}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_HASH = re.compile(r"[0-9a-f]{32,64}")
_ADDRESS = re.compile(r"\b(?:https?://)?\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?")
_FIGURE = re.compile(r"-?\d{1,7}(?:\.\d+)?")
_LARGEST = 10_000_000
_SHORTEST = 6
_MOST_WORDS = 4
_MESSAGES = ("MobileOriginated", "MobileTerminated")


class Private:
    """The words that no log line may hold: each secret and message text that a test makes."""

    def __init__(self) -> None:
        self.words: set[str] = set()

    def note(self, word: object) -> None:
        """Remember a text or a secret; shorter than six characters it would be found anywhere."""
        if isinstance(word, str) and len(word.strip()) >= _SHORTEST:
            self.words.add(word.strip())

    def watch(self) -> None:
        """From now on remember what every `Secret`, MO and MT holds that is made in here.

        Phone numbers need no remembering: they are found by their shape.
        """
        _after_init(Secret, lambda secret: self.note(getattr(secret, "value", None)))
        # A Struct looks for this method while its class is made, and never again.
        assert "sms_gateway.domain.message" not in sys.modules, "too late to watch messages"
        setattr(Record, "__post_init__", self._note_record)  # noqa: B010  # mypy forbids the plain form

    def _note_record(self, made: object) -> None:
        if type(made).__name__ in _MESSAGES:
            self.note(getattr(made, "text", None))


def _after_init(cls: type, told: Callable[[object], None]) -> None:
    before = vars(cls)["__init__"]

    @functools.wraps(before)
    def init(self: object, *args: object, **kwargs: object) -> None:
        before(self, *args, **kwargs)
        told(self)

    setattr(cls, "__init__", init)  # noqa: B010  # mypy rightly forbids the plain form


def leaks(output: str, private: Iterable[str] = ()) -> list[str]:
    """What is wrong with the lines of a log, one sentence each; empty if nothing is."""
    words = list(private)
    return [
        f"{what}: {line[:300]}"
        for line in output.splitlines()
        for what in _faults(line, words)
    ]  # fmt: skip


def _faults(line: str, words: Iterable[str]) -> Iterator[str]:
    if "Traceback (most recent call last)" in line:
        yield "a traceback, which quotes"
    yield from (f"a private word ({word[:3]}...)" for word in words if word in line)
    for name, value in _values(line):
        if name == "time":
            continue
        if isinstance(value, int | float):
            if abs(value) >= _LARGEST:
                yield f"a figure as long as a number, in {name}"
        elif value is not None:
            yield from _text_faults(name, str(value))


def _text_faults(name: str, text: str) -> Iterator[str]:
    bare = _ADDRESS.sub("", _KEY.sub("", _HASH.sub("", _UUID.sub("", text))))
    if not _FIGURE.fullmatch(bare) and _NUMBER.search(bare):
        yield f"a telephone number, in {name}"
    if name and len(text.split()) > _MOST_WORDS:
        yield f"a text, in {name}"
    if "mckh" in text.lower():
        yield f"what a citizen texted, in {name}"


def _values(line: str) -> Iterator[tuple[str, object]]:
    """The fields of a JSON line; any other line is one value without a name."""
    try:
        fields = json.loads(line) if line.startswith("{") else line
    except ValueError:
        fields = line
    if isinstance(fields, dict):
        for name, value in fields.items():
            yield str(name), value
            yield "", str(name)
    else:
        yield "", fields
