"""Logs: one line per fact, one dotted event name per kind of fact, fields from a list.

What is not on the list is dropped, what looks like a phone number or a text is withheld: a log may
be read by more people than the messages may (domain 5: personal data).
"""

import functools
import ipaddress
import json
import logging
import re
import sys
import time
import traceback
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, TextIO

import msgspec
import structlog

FIELDS = frozenset({
    # every line
    "time", "level", "event", "trace_id", "node",
    # which message, incident window or door
    "message_id", "mt_id", "window", "door", "bind", "command",
    # what became of it
    "outcome", "reason", "intent", "billing", "state", "attempt", "segments", "result",
    # figures
    "count", "rows", "unanswered", "uncertain", "duration_ms", "worker",
    "new", "changed", "unchanged", "overtaken", "refused",
    # calls and settings
    "method", "address", "setting",
    # the end of the audit's chain
    "seq", "hash",
    # faults
    "error", "where", "logger",
})  # fmt: skip
"""Every field that a log line may have."""

MAX_VALUE = 200
"""Longest text in a field, in characters."""

WITHHELD = "[withheld]"
"""What stands for a value that may not be shown."""

Level = Literal["debug", "info", "warning", "error"]
Format = Literal["json", "console"]

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}
_EVENT = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+")
_MAX_EVENT = 80
# Digits with the separators that people write between them.
_NUMBER = re.compile(r"\d(?:[\s().\-_]{0,2}\d){7}")
# Fields that hold digits of our own making, and the shape that proves it: an E.164 number has
# 15 digits at most, so that none passes for an id.
_FOUR = "[0-9a-f]{4}"
_ID = re.compile(f"[0-9a-f]{{8}}-{_FOUR}-{_FOUR}-{_FOUR}-[0-9a-f]{{12}}|[0-9a-f]{{16,64}}")
_OURS = frozenset({"trace_id", "message_id", "mt_id", "window", "hash"})
_ADDRESS = "address"
_LARGEST = 10_000_000
_encode = msgspec.json.Encoder().encode


class UnlistedFieldError(Exception):
    """A field that is not in `FIELDS`, or an event that is no name; raised only when `strict`."""


def configure(
    level: Level,
    format_: Format,
    stream: TextIO | None = None,
    *,
    node: str = "",
    strict: bool = False,
    for_good: bool = False,
) -> None:
    """Set up logging for the process, ours and the libraries'; may be called again.

    Args:
        level: least important level that is written.
        format_: `json`, one object per line, or `console`.
        stream: where to; standard output if None.
        node: name of this process among all of the installation; stands in each line.
        strict: raise UnlistedFieldError for a field that is not listed, instead of dropping it,
            and for an event that is no dotted name, instead of withholding it.
        for_good: no later call is heard by loggers that have spoken; each line costs a little less.
    """
    out = stream or sys.stdout
    structlog.reset_defaults()
    structlog.configure(
        processors=[*_chain(node, strict=strict), _renderer(format_)],
        wrapper_class=_logger_class(level),
        logger_factory=lambda *_: _Sink(out),
        cache_logger_on_first_use=for_good,
    )
    _route_libraries()


def failure(error: BaseException) -> Mapping[str, str]:
    """An exception as fields: its type and where it arose, never its message, which may quote.

    Returns:
        `error`, the type's name, and with a traceback `where`, `file.py:line function`.
    """
    fields = {"error": type(error).__name__}
    if where := _where(error.__traceback__):
        fields["where"] = where
    return fields


def _logger_class(level: Level) -> type[structlog.typing.FilteringBoundLogger]:
    """Loggers that are silent below a level and hand a line on as it is, without copies of it."""
    filtering = structlog.make_filtering_bound_logger(_LEVELS[level])
    return type("Logger", (filtering,), {"_proxy_to_logger": _say})


def _say(
    self: structlog.BoundLoggerBase, level: str, event: str | None = None, /, **fields: object
) -> None:
    line: Any = {**self._context, **fields, "event": event}
    for step in self._processors:
        line = step(self._logger, level, line)
    self._logger.msg(line)


def _chain(node: str, *, strict: bool) -> Sequence[structlog.typing.Processor]:
    def add_node(_logger: object, _method: str, line: Line) -> Line:
        line["node"] = node
        return line

    named = [add_node] if node else []
    return [_describe_exception, _gate(strict=strict), *named, _add_level_and_time]


def _renderer(format_: Format) -> structlog.typing.Processor:
    if format_ == "json":
        return _json
    return structlog.dev.ConsoleRenderer(colors=False, timestamp_key="time")


Line = MutableMapping[str, object]
Step = Callable[[object, str, Line], Line]


def _add_level_and_time(_logger: object, method: str, line: Line) -> Line:
    line["level"] = method
    # The one place in the house that asks for the time by itself: a log line is about now.
    line["time"] = _written(time.time_ns() // 1_000_000)
    return line


@functools.lru_cache(maxsize=2)  # a batch of answers is told within one or two
def _written(milliseconds_since_1970: int) -> str:
    second, thousandths = divmod(milliseconds_since_1970, 1_000)
    return f"{_second(second)}.{thousandths:03}+00:00"


@functools.lru_cache(maxsize=2)  # a busy gateway writes hundreds of lines in one
def _second(since_1970: int) -> str:
    return datetime.fromtimestamp(since_1970, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _json(_logger: object, _method: str, line: Line) -> str:
    text = _encode(line).decode()
    # A stream that only takes ASCII must not lose the line.
    return text if text.isascii() else json.dumps(line)


def _describe_exception(_logger: object, _method: str, line: Line) -> Line:
    if "exc_info" not in line:
        return line
    told = line.pop("exc_info")
    if told is True:
        told = sys.exc_info()
    if isinstance(told, tuple):
        told = told[1]
    if isinstance(told, BaseException):
        line.update(failure(told))
    return line


def _gate(*, strict: bool) -> Step:
    """Lets listed fields pass, with values that may be shown."""

    def gate(_logger: object, _method: str, line: Line) -> Line:
        for name in _hidden(line):
            if name in FIELDS and not (strict and name == "event"):
                line[name] = WITHHELD
            elif not strict:
                del line[name]
            else:
                raise UnlistedFieldError(_what_to_do(line))
        return line

    return gate


def _what_to_do(line: Line) -> str:
    if "event" in _hidden(line):
        return "the first argument of a log call is a dotted event name, such as mo.stored"
    return f"log fields that are not in logs.FIELDS: {', '.join(sorted(set(line) - FIELDS))}"


def _hidden(line: Line) -> Sequence[str]:
    """The fields that may not be shown as they are.

    Nothing may but plain text and figures: a list or an object would carry anything with it.
    """
    hidden = []
    for name, value in line.items():
        if name not in FIELDS:
            shown = False
        elif isinstance(value, str):
            ours = name in _OURS and _ID.fullmatch(value) is not None
            shown = ours or (len(value) <= MAX_VALUE and _may_show_text(name, value))
        elif isinstance(value, (int, float)):
            shown = -_LARGEST < value < _LARGEST and name != "event"
        else:
            shown = value is None and name != "event"
        if not shown:
            hidden.append(name)
    return hidden


@functools.lru_cache(maxsize=1024)  # events, doors and reasons come again and again
def _may_show_text(name: str, value: str) -> bool:
    if name == "event":
        return len(value) <= _MAX_EVENT and bool(_EVENT.fullmatch(value))
    return not _NUMBER.search(value) or (name == _ADDRESS and _is_ip(value))


def _is_ip(value: str) -> bool:
    try:
        # Not of plain digits: those would be read as the number of an address.
        return "." in value and bool(ipaddress.ip_address(value))
    except ValueError:
        return False


def _where(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)
    if not frames:
        return ""
    # The innermost frame of ours says more than one deep inside a library.
    ours = [frame for frame in frames if "sms_gateway" in Path(frame.filename).parts]
    frame = (ours or list(frames))[-1]
    return f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"


class _Sink:
    """Writes lines; a closed pipe or a full disk costs lines, never a message."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def msg(self, line: str) -> None:
        try:
            self._stream.write(line + "\n")
            self._stream.flush()
        except (OSError, ValueError):
            return


class _Forward(logging.Handler):
    """Hands a library's record to the same chain: who spoke and where, never what it said."""

    def emit(self, record: logging.LogRecord) -> None:
        fields = {"logger": record.name, "where": f"{Path(record.pathname).name}:{record.lineno}"}
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            fields.update(failure(error))
        method = "error" if record.levelno >= logging.ERROR else "warning"
        getattr(structlog.get_logger(), method)("library.spoke", **fields)


def _route_libraries() -> None:
    root = logging.getLogger()
    for handler in list(root.handlers):
        if isinstance(handler, _Forward):
            root.removeHandler(handler)
    root.addHandler(_Forward(logging.WARNING))
    root.setLevel(logging.WARNING)
    # It would write query strings, and those hold texts and passwords.
    access = logging.getLogger("aiohttp.access")
    access.disabled = True
    access.propagate = False
