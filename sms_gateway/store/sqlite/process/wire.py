"""What goes between the gateway and its writer: one frame asks for a commit, one answers it.

A frame is its length, 4 octets, least first, and that many octets of MessagePack. Both ends are
the same code of the same start, so nothing here has versions.
"""

import signal
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from sms_gateway.domain.ids import RunId
from sms_gateway.ports import StoreDownError
from sms_gateway.store.committing import BadRow, Call, Operation, Outcome
from sms_gateway.store.sqlite.process.kinds import Kind, kinds, name_of

LENGTH_OCTETS = 4

NOT_FOR_THE_WRITER = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that reach every process of a terminal or service; the gateway has texts to write yet."""

UNFIT = (TypeError, ValueError, OverflowError)
"""What handing over a row raises that no database takes: half a character, an endless number."""

_encoder = msgspec.msgpack.Encoder(enc_hook=dict)  # of a mapping that is no dict


class Batch(msgspec.Struct, frozen=True, array_like=True):
    """Calls of one kind.

    Attributes:
        kind: its name.
        each: the rows stand alone.
        sizes: how many rows each call has.
        rows: of all calls, one behind the other.
    """

    kind: str
    each: bool
    sizes: list[int]
    rows: msgspec.Raw


class Results(msgspec.Struct, frozen=True, array_like=True):
    """What became of a batch.

    Attributes:
        rows: a result for each row; None where there is none.
        bad_rows: by position, what was wrong with a row that stood alone.
        down: by position, why a call was not written.
    """

    rows: msgspec.Raw
    bad_rows: dict[int, str]
    down: dict[int, str]


UNREADABLE = _encoder.encode(None)
"""The answer to a frame that could not be read; nothing was written."""

_batches = msgspec.msgpack.Decoder(list[Batch])
_results = msgspec.msgpack.Decoder(list[Results])


class Wire:
    """Turns calls and outcomes into frames and back.

    Args:
        run: who makes the changes.
    """

    def __init__(self, run: RunId) -> None:
        self._kinds: Mapping[str, Kind] = {name_of(k.operation): k for k in kinds(run)}

    def ask(self, group: Sequence[Call]) -> tuple[bytes, Sequence[Sequence[Call]]]:
        """A frame that asks for one commit, and the calls in the order of its answer.

        Raises:
            UNFIT: a row holds what no database takes.
        """
        by_kind: dict[tuple[Operation[Any, Any], bool], list[Call]] = {}
        for call in group:
            by_kind.setdefault((call.operation, call.each), []).append(call)
        batches = list(by_kind.values())
        asked = [
            Batch(
                name_of(calls[0].operation),
                calls[0].each,
                [len(call.rows) for call in calls],
                msgspec.Raw(_encoder.encode([row for call in calls for row in call.rows])),
            )
            for calls in batches
        ]
        return framed(asked), batches

    def unfit(self, call: Call) -> Sequence[str]:
        """For each row of a call what keeps it from being handed over; empty where nothing does."""
        rows = self._kinds[name_of(call.operation)].rows
        faults = []
        for row in call.rows:
            try:
                rows.decode(_encoder.encode([row]))
            except (*UNFIT, msgspec.DecodeError) as error:
                faults.append(type(error).__name__)
            else:
                faults.append("")
        return faults

    def asked(self, frame: bytes) -> Sequence[Sequence[Call]]:
        """What a frame asks for: calls, by batches.

        Raises:
            msgspec.DecodeError: a row is not of its type.
        """
        return [list(self._calls(batch)) for batch in _batches.decode(frame)]

    def _calls(self, batch: Batch) -> Iterator[Call]:
        kind, start = self._kinds[batch.kind], 0
        rows = kind.rows.decode(batch.rows)
        for size in batch.sizes:
            yield Call(kind.operation, rows[start : start + size], batch.each)
            start += size

    def answer(self, outcomes: Sequence[tuple[Sequence[Call], Sequence[Outcome]]]) -> bytes:
        """A frame that tells what became of batches."""
        return framed([_told(calls, results) for calls, results in outcomes])

    def answered(self, frame: bytes, batches: Sequence[Sequence[Call]]) -> Mapping[int, Outcome]:
        """The outcomes in a frame, by the id() of their calls."""
        outcomes: dict[int, Outcome] = {}
        for calls, results in zip(batches, _results.decode(frame), strict=True):
            rows = self._kinds[name_of(calls[0].operation)].results.decode(results.rows)
            for position, error in results.bad_rows.items():
                rows[position] = BadRow(error)
            start = 0
            for call in calls:
                outcomes[id(call)] = rows[start : start + len(call.rows)]
                start += len(call.rows)
            for position, why in results.down.items():
                outcomes[id(calls[position])] = StoreDownError(why)
        return outcomes


def framed(value: object) -> bytes:
    """A value as a frame."""
    body = _encoder.encode(value)
    return len(body).to_bytes(LENGTH_OCTETS, "little") + body


def _told(calls: Sequence[Call], outcomes: Sequence[Outcome]) -> Results:
    rows: list[Any] = []
    bad: dict[int, str] = {}
    down: dict[int, str] = {}
    for position, (call, outcome) in enumerate(zip(calls, outcomes, strict=True)):
        if isinstance(outcome, StoreDownError):
            down[position] = str(outcome)
            rows.extend([None] * len(call.rows))
            continue
        for result in outcome:
            if isinstance(result, BadRow):
                bad[len(rows)] = result.error
            rows.append(None if isinstance(result, BadRow) else result)
    return Results(msgspec.Raw(_encoder.encode(rows)), bad, down)
