"""A finished log: each text with its answer, the reply's way to the citizen, and what proves it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any, NamedTuple

from sms_gateway.domain.dossier import State, canonical_key
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.numbers import Hasher, content_hash
from sms_gateway.domain.outcome import Delivery, MtState
from sms_gateway.domain.uuid7 import Uuid7
from sms_gateway.intake.verdicts import snapshot
from sms_gateway.made_up.dossiers import MADE_UP, code_of, dossiers_of, phone, receipt
from sms_gateway.made_up.kinds import MIX, About, Kind, reply_of
from sms_gateway.made_up.rows import (
    AttemptRow,
    InboxRow,
    KeyRow,
    LogRows,
    OptOutRow,
    OutboxRow,
    RawRow,
    ReceiptRow,
    SnapshotRow,
)
from sms_gateway.made_up.spread import Span, moments

PIECE = 1_000
"""Texts that are made together."""

_SHORT_CODE = "8083"
_RECEIPT = b"{receipt}"
_ANSWER_MS = 2_000
_ANSWERED_MS = 4
_WRITTEN_MS = 7
_SENT_MS = 60
_AGAIN_MS = 30_000
_VALID_MS = timedelta(hours=6) // timedelta(milliseconds=1)
_KEY_HOLDS_MS = timedelta(days=7) // timedelta(milliseconds=1)
_HANDLED_AFTER_MS = timedelta(hours=20) // timedelta(milliseconds=1)
_MOST_FAILURES = 6
_PUSHED = 0.4  # how many replies go by a request of ours, the others in the telco's response
_REPORTED = 0.9
_DELIVERED = 0.95
_TRIED_TWICE = 0.02
_STRAY = 0.001


@dataclass(frozen=True, slots=True)
class Plan:
    """What log is made.

    Attributes:
        messages: how many MOs.
        seed: the same seed makes the same rows.
        span: the days they come in.
        known: how many dossiers there are to ask for, at least two.
        doors: names of the doors they come in by, at least one.
        run: who the log says wrote it.
        hasher: of the numbers.
        agency: of the dossiers, or empty.
    """

    messages: int
    seed: int
    span: Span
    known: int
    doors: Sequence[str]
    run: str
    hasher: Hasher
    agency: str


def log_rows(plan: Plan, piece: int = PIECE) -> Iterator[LogRows]:
    """The log in pieces, oldest first; within a table the ids grow.

    Args:
        plan: what is made.
        piece: MOs in one piece.
    """
    maker = _Maker(plan)
    waiting = 0
    for at in moments(plan.span, plan.messages, maker.chance):
        maker.message(at)
        waiting += 1
        if waiting == piece:
            yield maker.taken()
            waiting = 0
    maker.choose()
    yield maker.taken()


class _Text(NamedTuple):
    """One text, while its rows are made; fields as in the rows."""

    id: MessageId
    at: int
    door: str
    inline: bool
    telco_id: str
    number: int
    receipt: str
    sender: str
    sender_hash: str
    key: str
    dossier_id: str | None
    agency: str
    kind: Kind


class _Way(NamedTuple):
    """How a reply went: when it was settled, after how many attempts, and what its report says."""

    settled_at: int
    attempt: int
    delivery: str | None = None
    delivery_at: int | None = None


class _Maker:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.chance = Random(plan.seed)  # noqa: S311  # made up, and the same each time
        self._rows = LogRows()
        self._at = 0
        self._made = 0
        self._end = round(plan.span.until.timestamp() * 1000)
        self._mo_id, self._mt_id, self._receipt_id = (self._ids() for _ in range(3))
        self._choices: dict[str, OptOutRow] = {}
        self._snapshots = _snapshots(plan.agency)

    def taken(self) -> LogRows:
        """What was made since the last time."""
        rows, self._rows = self._rows, LogRows()
        return rows

    def choose(self) -> None:
        """Add the choices that hold at the end."""
        self._rows.opt_out.extend(self._choices.values())

    def message(self, at: int) -> None:
        """Make all rows of one text.

        Args:
            at: when it comes in, milliseconds since 1970.
        """
        self._made += 1
        self._at = at
        text = self._text(at)
        reply = reply_of(text.kind, text.number) if text.kind.reply else ""
        self._inbox(text, reply)
        if reply:
            self._reply(text, reply)
        if text.kind.intent in ("opt_out", "opt_in"):
            opted_out = int(text.kind.intent == "opt_out")
            choice = OptOutRow(text.sender_hash, "", opted_out, text.id, at)
            self._choices[text.sender_hash] = choice
        if self.chance.random() < _STRAY:
            self._report(text, None, at, f"stray-{text.telco_id}")

    def _text(self, at: int) -> _Text:
        plan, draw = self._plan, self.chance.random
        kind = MIX[int(draw() * len(MIX))]
        # A few dossiers are asked for often, most of them seldom.
        number = int(plan.known * draw() ** 2)
        sender = phone(number if kind.about is not About.STRANGERS else (number + 1) % plan.known)
        asked = receipt(number if kind.about is not About.UNKNOWN else number + plan.known)
        found = kind.about is About.OWN or kind.about is About.STRANGERS
        return _Text(
            id=self._mo_id(),
            at=at,
            door=plan.doors[int(draw() * len(plan.doors))],
            inline=draw() >= _PUSHED and kind.reaches,
            telco_id=f"{plan.seed}-{self._made:09d}",
            number=number,
            receipt=asked,
            sender=sender.value,
            sender_hash=plan.hasher.number(sender),
            key=canonical_key(asked) if kind.about is not About.NONE else "",
            dossier_id=code_of(asked) if found else None,
            agency=plan.agency if found else "",
            kind=kind,
        )

    def _inbox(self, text: _Text, reply: str) -> None:
        rows, at = self._rows, text.at
        words = text.kind.text.format(text.receipt)
        rows.inbox.append(self._mo(text, reply, words))
        if text.dossier_id:
            body = self._snapshots[text.number % len(self._snapshots)]
            body = body.replace(_RECEIPT, text.receipt.encode())
            rows.case_snapshot.append(SnapshotRow(text.id, body))
        request = (
            f"POST /mo/{text.door}\ncontent-type: application/json\n\n"
            f'{{"id":"{text.telco_id}","from":"{text.sender}","to":"8083","text":"{words}"}}'
        )
        rows.raw_exchange.append(RawRow(text.id, at, request.encode()))
        if at + _KEY_HOLDS_MS > self._end:
            parts = ("id", text.door, text.telco_id, text.sender, _SHORT_CODE, "")
            key = f"{text.telco_id}:{content_hash(*parts)}"
            rows.mo_key.append(KeyRow(key, text.id, at + _KEY_HOLDS_MS, at))

    def _mo(self, text: _Text, reply: str, words: str) -> InboxRow:
        kind, at = text.kind, text.at
        handled = at + _HANDLED_AFTER_MS
        return InboxRow(
            id=text.id,
            door=text.door,
            telco_id=text.telco_id,
            sender=text.sender,
            sender_hash=text.sender_hash,
            short_code=_SHORT_CODE,
            operator=MADE_UP,
            door_data="{}",
            telco_time=None,
            received_at=at,
            answer_by=at + _ANSWER_MS,
            trace_id=text.id,
            run=self._plan.run,
            inline=int(text.inline),
            text=words,
            outcome=kind.outcome,
            reason=kind.reason or reply,
            intent=kind.intent,
            code_key=text.key,
            dossier_id=text.dossier_id,
            agency=text.agency,
            snapshot_id=text.id if text.dossier_id else None,
            rules_hash=MADE_UP,
            answered_at=at + _ANSWERED_MS,
            handled_at=handled if not kind.reaches and handled < self._end else None,
        )

    def _reply(self, text: _Text, template: str) -> None:
        mt_id = self._mt_id()
        way = self._sent(text, mt_id)
        self._rows.outbox.append(OutboxRow(*_content(text, mt_id, template), *_fate(text, way)))

    def _sent(self, text: _Text, mt_id: str) -> _Way:
        """How the reply went, with its attempts and its report."""
        if text.inline:
            at = text.at + _WRITTEN_MS
            self._attempt(text, mt_id, 1, at, ("accepted", "in_response", ""))
            return _Way(at, 1)
        failed = _MOST_FAILURES
        if text.kind.reaches:
            failed = int(self.chance.random() < _TRIED_TWICE)
        for attempt in range(1, failed + 1):
            at = text.at + _SENT_MS + (attempt - 1) * _AGAIN_MS
            self._attempt(text, mt_id, attempt, at, ("rejected", "503", ""))
        at = text.at + _SENT_MS + failed * _AGAIN_MS
        if not text.kind.reaches:
            return _Way(at - _AGAIN_MS, failed)
        telco_id = f"t{text.telco_id}"
        self._attempt(text, mt_id, failed + 1, at, ("accepted", "", telco_id))
        if self.chance.random() >= _REPORTED:
            return _Way(at, failed + 1)
        return _Way(at, failed + 1, *self._report(text, mt_id, at, telco_id))

    def _attempt(
        self, text: _Text, mt_id: str, attempt: int, at: int, said: tuple[str, str, str]
    ) -> None:
        result, reason, telco_id = said
        ours = (mt_id, attempt, 1, at, text.door, self._plan.run)
        self._rows.attempt.append(AttemptRow(*ours, result, reason, telco_id, telco_id))

    def _report(self, text: _Text, mt_id: str | None, at: int, telco_id: str) -> tuple[str, int]:
        """A delivery report some seconds later; what it says, and when it came."""
        good = self.chance.random() < _DELIVERED
        word = Delivery.DELIVERED if good else Delivery.UNDELIVERABLE
        came = at + 1_000 + int(self.chance.random() * 9_000)
        own = self._receipt_id()
        error = "" if good else "27"
        telcos = (own, text.door, telco_id, telco_id, word, error, None, came, mt_id)
        self._rows.receipt.append(ReceiptRow(*telcos))
        request = f"POST /dlr/{text.door}\n\nid={telco_id}&stat={word}"
        self._rows.raw_exchange.append(RawRow(own, came, request.encode()))
        return word, came

    def _ids(self) -> Uuid7:
        return Uuid7(lambda: self._at, self.chance.getrandbits)


def _content(text: _Text, mt_id: str, template: str) -> tuple[Any, ...]:
    """The columns of a reply up to its validity."""
    kind = text.kind
    return (
        *(mt_id, "reply", text.id, text.dossier_id, text.agency, text.sender, text.sender_hash),
        *(_SHORT_CODE, template, MADE_UP, f'{{"code":"{text.receipt}"}}' if text.key else "{}"),
        *("vi", kind.reply.format(text.receipt, template), "gsm7", 1, kind.billing, template),
        *(0, 0, text.at + _VALID_MS),
    )


def _fate(text: _Text, way: _Way) -> tuple[Any, ...]:
    """The columns behind that: how the reply went, and what it counts for."""
    kind = text.kind
    state = MtState.ACCEPTED if kind.reaches else MtState.FAILED
    return (
        *(text.door, 1, int(text.inline), state, "", f"reply:{text.id}", text.at + _ANSWERED_MS),
        *(way.settled_at, way.delivery, way.delivery_at, way.attempt),
        *(way.attempt - int(kind.reaches), text.at, text.key),
        *(int(kind.about is About.UNKNOWN), int(kind.failure)),
    )


def _snapshots(agency: str) -> list[bytes]:
    """A snapshot per state, with `_RECEIPT` for the receipt number: all else is the same."""
    rows = dossiers_of(range(len(State)), agency)
    bodies = [snapshot(row.dossier(row.received_at or 0)) for row in rows]
    return [b.replace(row.receipt.encode(), _RECEIPT) for b, row in zip(bodies, rows, strict=True)]
