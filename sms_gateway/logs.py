"""Logs: one line per fact, one dotted event name per kind of fact, fields from a list.

What is not on the list is dropped, what looks like a phone number or a text is withheld: a log may
be read by more people than the messages may (domain 5: personal data).
"""

import logging
import re
import sys
import traceback
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, TextIO

import structlog

from sms_gateway.domain.ids import TraceId

FIELDS = frozenset({
    # every line
    "time", "level", "event", "trace_id",
    # which message, door, case or run
    "message_id", "mt_id", "door", "kind", "node", "run", "agency", "short_code", "phone_tail",
    # what became of it
    "outcome", "reason", "intent", "template", "language", "billing", "state", "attempt",
    "failures", "segments", "alphabet", "result",
    # figures
    "count", "rows", "queued", "unanswered", "uncertain", "held", "parked", "slots",
    "duration_ms", "seconds", "octets", "key_count",
    # calls
    "method", "path", "status", "purpose", "host", "port", "address",
    # the process
    "version", "signal", "schema", "folder", "setting", "source", "component", "loop",
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
_NUMBER = re.compile(r"(?<![0-9A-Za-z])\+?[0-9](?:[\s().\-_]{0,2}[0-9]){7,}")
_LONG_DIGITS = re.compile(r"[0-9]{8,}")
# Made by us, and free to hold digits in any order: ids, times, positions in the code.
_OURS = frozenset({"time", "level", "event", "trace_id", "message_id", "mt_id", "run"})
_ID = re.compile(r"[0-9a-fA-F\-]{1,64}|[0-9T:.+\-Z]{1,40}|[a-z._]{1,80}")
_TAIL = 3


class UnlistedFieldError(Exception):
    """A log line has a field that is not in `FIELDS`; raised only where `strict` is set."""


def configure(
    level: Level, format_: Format, stream: TextIO | None = None, *, strict: bool = False
) -> None:
    """Set up logging for the process, ours and the libraries'; may be called again.

    Args:
        level: least important level that is written.
        format_: `json`, one object per line, or `console`.
        stream: where to; standard output if None.
        strict: raise UnlistedFieldError for a field that is not listed, instead of dropping it.
    """
    out = stream or sys.stdout
    structlog.reset_defaults()
    structlog.configure(
        processors=[*_chain(strict=strict), _renderer(format_)],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    _route_libraries()


def logger() -> structlog.typing.FilteringBoundLogger:
    """A logger; the first argument of its methods is the event: `mo.stored`."""
    found: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return found


def bind_trace(trace_id: TraceId) -> AbstractContextManager[None]:
    """Put this trace id on every line that is written inside the `with`, in tasks begun there too."""
    return structlog.contextvars.bound_contextvars(trace_id=trace_id)


def phone_tail(number: str) -> str:
    """What a log may show of a phone number: its last three digits."""
    return number[-_TAIL:]


def failure(error: BaseException) -> Mapping[str, str]:
    """An exception as fields: its type and where it arose, never its message, which may quote.

    Returns:
        `error`, the type's name, and with a traceback `where`, `file.py:line function`.
    """
    fields = {"error": type(error).__name__}
    if where := _where(error.__traceback__):
        fields["where"] = where
    return fields


def _chain(*, strict: bool) -> Sequence[structlog.typing.Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        _add_time,
        _describe_exception,
        _only_listed(strict=strict),
        _withhold,
    ]


def _renderer(format_: Format) -> structlog.typing.Processor:
    if format_ == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=False, timestamp_key="time")


Line = MutableMapping[str, object]
Step = Callable[[object, str, Line], Line]


def _add_time(_logger: object, _method: str, line: Line) -> Line:
    # The one place in the house that asks for the time by itself: a log line is about now.
    line["time"] = datetime.now(UTC).isoformat(timespec="milliseconds")
    return line


def _describe_exception(_logger: object, _method: str, line: Line) -> Line:
    told = line.pop("exc_info", None)
    if told is True:
        told = sys.exc_info()
    if isinstance(told, tuple):
        told = told[1]
    if isinstance(told, BaseException):
        line.update(failure(told))
    return line


def _only_listed(*, strict: bool) -> Step:
    def only_listed(_logger: object, _method: str, line: Line) -> Line:
        unlisted = sorted(set(line) - FIELDS)
        if unlisted and strict:
            message = f"log fields that are not in logs.FIELDS: {', '.join(unlisted)}"
            raise UnlistedFieldError(message)
        for name in unlisted:
            del line[name]
        return line

    return only_listed


def _withhold(_logger: object, _method: str, line: Line) -> Line:
    for name, value in line.items():
        if not _may_show(name, value):
            line[name] = WITHHELD
    return line


def _may_show(name: str, value: object) -> bool:
    if name == "event":
        return isinstance(value, str) and len(value) <= _MAX_EVENT and bool(_EVENT.fullmatch(value))
    if isinstance(value, bool | None | float):
        return True
    if isinstance(value, int):
        return not _LONG_DIGITS.search(str(value))
    # Nothing but plain text and figures: a list or an object would carry anything with it.
    if not isinstance(value, str) or len(value) > MAX_VALUE:
        return False
    if name in _OURS and _ID.fullmatch(value):
        return True
    return not (_NUMBER.search(value) or _LONG_DIGITS.search(value))


def _where(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)
    if not frames:
        return ""
    # The innermost frame of ours says more than one deep inside a library.
    ours = [frame for frame in frames if "sms_gateway" in Path(frame.filename).parts]
    frame = (ours or list(frames))[-1]
    return f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"


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
