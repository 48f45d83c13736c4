"""Records of a JSON file: an array, an object with `data`, or one object per line."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import TextIO

from sms_gateway.cases.embedded.fields import (
    AUTHORISED,
    REQUIRED,
    Field,
    field_named,
    unknown_notes,
)
from sms_gateway.cases.embedded.opening import whole_file
from sms_gateway.cases.embedded.rows import Place, Problem, Record
from sms_gateway.cases.embedded.values import MAX_FIELD
from sms_gateway.domain.dossier import canonical_key

MAX_LINE = 1024 * 1024
"""Longest line of JSON lines, in characters."""

# After so many different names the file is of another kind, and no hints help.
_MAX_NAMES = 200

_BLANK = re.compile(r"\s*")
_DATA = re.compile(r'"data"\s*:\s*\[')
_NO_OBJECT = "is not an object: each dossier is an object of named fields"
_NOT_JSON = "is not JSON from here on: export the file again"

DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
"""Numbers stay as written: a code must not lose its zeros on a way through a float."""


def json_records(stream: TextIO, notes: list[str]) -> Iterator[Record | Problem]:
    """Yield the records of a JSON file; a `Problem` among them ends the reading.

    Args:
        stream: text, at its beginning.
        notes: gets a sentence per unknown name.
    """
    named: set[str] = set()
    for place, item in _items(stream):
        if isinstance(item, Problem):
            yield item
            return
        if not isinstance(item, dict):
            yield Problem(place, "", _NO_OBJECT)
            return
        fresh = [name for name in item if name not in named]
        if fresh and len(named) < _MAX_NAMES:
            named.update(fresh)
            # Names are shown only of what is a dossier; others may hold anything.
            if all(any(field_named(n) is f for n in item) for f in REQUIRED):
                notes.extend(unknown_notes(fresh))
        yield record_of(place, item)


def record_of_octets(place: Place, octets: bytes, also: Mapping[str, Field]) -> Record | Problem:
    """The record of one dossier that came by itself.

    Args:
        place: what its problems name.
        octets: an object of JSON, UTF-8.
        also: further names of fields.
    """
    try:
        item = DECODER.decode(octets.decode())
    except (ValueError, RecursionError):
        return Problem(place, "", "is not JSON: write it as UTF-8")
    if not isinstance(item, dict):
        return Problem(place, "", _NO_OBJECT)
    by_key = {canonical_key(name): field.value for name, field in also.items()}
    names: dict[str, str] = {name: by_key.get(canonical_key(name), name) for name in map(str, item)}
    return record_of(place, {names[name]: value for name, value in item.items()})


def _items(stream: TextIO) -> Iterator[tuple[Place, object]]:
    first = stream.readline(MAX_LINE)
    lead = 0
    while first and not first.strip("\ufeff \t\r\n"):
        first, lead = stream.readline(MAX_LINE), lead + 1
    stream.seek(0)
    if _is_line(first):
        yield from _lines(stream)
        return
    text = stream.read().removeprefix("\ufeff")
    if text.lstrip().startswith("["):
        start, tail = text.index("[") + 1, ""
    elif match := _DATA.search(text):
        start, tail = match.end(), text[: match.end()]
    else:
        place = Place(lead + 1)
        yield place, Problem(place, "", 'holds no list of dossiers: name it "data"')
        return
    yield from _elements(text, start, tail)


def _is_line(first: str) -> bool:
    """Whether a line is a dossier by itself: then the file is JSON lines."""
    try:
        item = DECODER.decode(first.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return False
    return isinstance(item, dict) and "data" not in item


def _lines(stream: TextIO) -> Iterator[tuple[Place, object]]:
    number = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        place = Place(number)
        if len(line) > MAX_LINE:
            yield place, Problem(place, "", f"is longer than {MAX_LINE} characters")
            return
        if not line.strip():
            continue
        try:
            yield place, DECODER.decode(line.lstrip("\ufeff"))
        except (ValueError, RecursionError):
            yield place, Problem(place, "", _NOT_JSON)
            return


def _elements(text: str, start: int, wrapper: str) -> Iterator[tuple[Place, object]]:
    """The elements of an array that begins before `start`.

    Args:
        text: the whole file.
        start: just after the opening bracket.
        wrapper: what stands before, bracket included, where the array is inside an object.
    """
    position, counted, line, item = _skip(text, start), 0, 1, 0
    more = text[position : position + 1] != "]"
    while more:
        item += 1
        line, counted = line + text.count("\n", counted, position), position
        place = Place(line, item)
        try:
            element, position = DECODER.raw_decode(text, position)
        except (ValueError, RecursionError):
            yield place, Problem(place, "", _NOT_JSON)
            return
        yield place, element
        position = _skip(text, position)
        more = text[position : position + 1] == ","
        position = _skip(text, position + 1) if more else position
    if not _ends_well(wrapper, text[position:]):
        yield Place(0), whole_file("is cut off or damaged at its end: export it again")


def _skip(text: str, position: int) -> int:
    match = _BLANK.match(text, position)
    return match.end() if match else position


def _ends_well(wrapper: str, rest: str) -> bool:
    """Whether the file is whole JSON once its elements are taken out."""
    try:
        outside = DECODER.decode((wrapper or "[") + rest)
    except (ValueError, RecursionError):
        return False
    return outside == [] or (isinstance(outside, dict) and outside.get("data") == [])


def record_of(place: Place, item: Mapping[str, object]) -> Record:
    """The record of an object with national names; its numbers must have been kept as texts."""
    texts: dict[Field, str] = {}
    problems: list[Problem] = []
    for name, value in item.items():
        field = field_named(name)
        if field is Field.SUPPLEMENTS:
            _take(place, Field.NEW_DUE, _last_appointment(value), texts, problems)
        elif canonical_key(name) == canonical_key(AUTHORISED) and isinstance(value, dict):
            phone = value.get(Field.PHONES.value)
            _take(place, Field.AUTHORISED_PHONES, phone, texts, problems)
        elif field is not None:
            _take(place, field, value, texts, problems)
    return Record(place, texts, tuple(problems))


def _take(
    place: Place,
    field: Field,
    value: object,
    texts: dict[Field, str],
    problems: list[Problem],
) -> None:
    if value is None or value in ("", "NULL"):
        return
    if isinstance(value, bool):
        value = str(int(value))
    if not isinstance(value, str):
        problems.append(Problem(place, field.value, "must be a text or a number"))
    elif len(value) > MAX_FIELD:
        problems.append(Problem(place, field.value, f"is longer than {MAX_FIELD} characters"))
    else:
        texts[field] = value


def _last_appointment(value: object) -> object:
    """NgayHenTraMoi of the last supplement that has one; a supplement list may be empty."""
    supplements = value if isinstance(value, list) else [value]
    dates = [s.get(Field.NEW_DUE.value) for s in supplements if isinstance(s, dict)]
    return next((date for date in reversed(dates) if date), None)
