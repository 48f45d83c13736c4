"""Which texts are wanted, within a bounded time however many there are.

Each condition that an index knows is a way through the log: its ids, so many of them. The way that
comes furthest tells the most apart, and the texts on it are then looked at for all conditions.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from sms_gateway.domain.ids import MessageId
from sms_gateway.log_question import MessageFilter
from sms_gateway.reading import Found, MoRow
from sms_gateway.store.operations.ways import BEHIND, Span, Walked, Way, few, walked, within
from sms_gateway.store.operations.word_leads import WordLeads, word_leads
from sms_gateway.store.operations.words import is_said, upto
from sms_gateway.store.read_rows import mo_row
from sms_gateway.store.rows import first_id
from sms_gateway.store.statements import Ask, Row, Statements, Values

WALK = 5_000
"""So many texts are looked at for one question."""

_FIRST_WALK = 500

ANY_TEXT: Mapping[str, object] = MappingProxyType(
    {
        **dict.fromkeys(("outcome", "senders", "agencies", "door", "operator", "reply")),
        **dict.fromkeys(("delivery", "language", "code_low", "code_high", "ending")),
    }
)
"""No condition of `messages_among`."""

_FIRST_ID = "0"
_LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"
_PIECE = 500
_ALONE = 8
"""So few texts are read by one question."""
_AGENCIES_THAT_LEAD = 8
_FEW_BY_OUTCOME = {"unhandled": "few_unhandled", "unanswered": "few_unanswered"}
_BY_OUTCOME = {"unhandled": "parked", "answered": None, "unanswered": None}
_SMALL_STATES = ("sending", "uncertain", "held")


@dataclass(frozen=True, slots=True)
class _Question:
    """What is wanted, with what follows from it.

    Attributes:
        wanted: see there.
        span: the ids it lies between.
        words: of it, and where they lead.
        fresh: from this id on, words are not written down yet.
    """

    wanted: MessageFilter
    span: Span
    words: WordLeads
    fresh: str


async def find(ask: Ask, wanted: MessageFilter) -> Found:
    """See `reading.Reading.find`."""
    # What is written down after the mark was read does no harm.
    fresh = await ask(_fresh) if wanted.words else ""
    words = await ask(partial(word_leads, question=wanted.words)) if wanted.words else WordLeads()
    question = _Question(wanted, _span(wanted), words, fresh)
    found = Found(())
    # Most questions are answered by the first few hundred.
    for most in sorted({min(_FIRST_WALK, WALK), WALK}):
        way = await ask(partial(_best, question, most))
        found = await _looked(ask, question, way)
        if way.whole or len(found.rows) == wanted.limit:
            break
    return found


async def _looked(ask: Ask, question: "_Question", way: Walked) -> Found:
    wanted, span = question.wanted, question.span
    values = _conditions(question)
    rows: list[MoRow] = []
    looked = 0
    size = wanted.limit
    while looked < len(way.ids) and len(rows) < wanted.limit:
        piece = list(way.ids[looked : looked + size])
        found = [mo_row(row) for row in await _among(ask, question, values, piece)]
        kept = [row for row in found if _asked_for(row, wanted)]
        rows += sorted(kept, key=lambda row: row.id, reverse=not span.rising)
        looked += len(piece)
        size = min(size * 2, _PIECE)
    go_on = _go_on(rows, looked, way, wanted.limit)
    del rows[wanted.limit :]
    return Found(rows[::-1] if span.rising else rows, go_on, looked, question.words.common)


async def _said(db: Statements, question: _Question, ids: Sequence[str]) -> Sequence[str]:
    """Those of some texts that say all words: an index told what one of them may lead to."""
    sought = question.words.sought
    if not sought:
        return ids
    texts = await db.rows("words_texts", {"ids": list(ids)})
    return [mo_id for mo_id, text in texts if is_said(text, sought)]


async def _among(
    ask: Ask, question: "_Question", values: Values, ids: Sequence[str]
) -> Sequence[Row]:
    """Those of these texts that are wanted.

    Texts of one phone, or about one dossier, lie far apart, and each is a few reads of the disk: so
    the two halves are asked for at once.
    """
    half = (len(ids) + 1) // 2 if len(ids) > _ALONE else len(ids)
    asked = [
        ask(partial(_read, question, values, ids[begin : begin + half]))
        for begin in range(0, len(ids), half)
    ]
    return [row for rows in await asyncio.gather(*asked) for row in rows]


async def _read(
    question: "_Question", values: Values, ids: Sequence[str], db: Statements
) -> Sequence[Row]:
    said = await _said(db, question, ids)
    return await db.rows(_reads(question.wanted), {**values, "ids": said})


def _reads(wanted: MessageFilter) -> str:
    """The statement that reads texts by the index that most likely led to them."""
    if wanted.sender_hash is not None:
        return "messages_of_sender"
    return "messages_among" if wanted.code_key is None else "messages_of_code"


async def _fresh(db: Statements) -> str:
    mark = await upto(db)
    return mark + BEHIND if mark else _FIRST_ID


def _go_on(rows: Sequence[MoRow], looked: int, way: Walked, limit: int) -> MessageId | None:
    if len(rows) > limit or (rows and len(rows) == limit and looked < len(way.ids)):
        return rows[limit - 1].id
    # All of the way was looked at: there is more only where the way itself goes on.
    return None if way.whole or not way.ids else MessageId(way.ids[-1])


def _span(wanted: MessageFilter) -> Span:
    low = first_id(wanted.since) if wanted.since else ""
    high = first_id(wanted.until) if wanted.until else _LAST_ID
    if wanted.after is not None:
        low = max(low, wanted.after + BEHIND)
    if wanted.before is not None:
        high = min(high, wanted.before)
    return Span(low, high, rising=wanted.after is not None)


def _conditions(question: _Question) -> Values:
    wanted = question.wanted
    senders = [wanted.sender_hash, *wanted.older_hashes]
    prefix = wanted.code_prefix
    return {
        **ANY_TEXT,
        "outcome": wanted.outcome,
        "senders": None if wanted.sender_hash is None else senders,
        "agencies": None if wanted.agencies is None else list(wanted.agencies),
        "door": wanted.door,
        "operator": wanted.operator,
        "reply": wanted.reply,
        "delivery": wanted.delivery,
        "language": wanted.language,
        "code_low": prefix or None,
        "code_high": _next(prefix) if prefix else None,
        "ending": wanted.ending or None,
        "codes": _codes(wanted),
    }


def _codes(wanted: MessageFilter) -> Sequence[str]:
    """All codes that are wanted; none where any is."""
    return [] if wanted.code_key is None else [wanted.code_key, *(key for key, _ in wanted.also)]


def _next(prefix: str) -> str:
    """What sorts behind everything that begins so."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


def _asked_for(row: MoRow, wanted: MessageFilter) -> bool:
    if wanted.code_key is None:
        return True
    numbers = [(wanted.code_key, None), *wanted.also]
    return row.code_key != "" and any(
        row.code_key == key and dossier in (None, row.dossier_id or dossier)
        for key, dossier in numbers
    )


async def _best(question: _Question, most: int, db: Statements) -> Walked:
    """The way that comes furthest through the log; of those that come to its end the shortest."""
    wanted, span = question.wanted, question.span
    plain = MessageFilter(
        since=wanted.since, until=wanted.until, before=wanted.before, after=wanted.after,
        limit=wanted.limit,
    )  # fmt: skip
    if wanted == plain:
        return await walked(db, Way("all", ({},)), span, wanted.limit + 1)
    found = [await walked(db, way, span, most) for way in _ways(question)]
    for name, values in _heaps(wanted):
        ids = await few(db, name, values, most)
        if ids is not None:
            found.append(within(ids, span))
    found = found or [await walked(db, Way("all", ({},)), span, most)]
    return min(found, key=lambda way: way.rank(span))


def _ways(question: _Question) -> Sequence[Way]:
    wanted = question.wanted
    ways = []
    if wanted.sender_hash is not None:
        ways.append(Way.of("sender", [wanted.sender_hash, *wanted.older_hashes]))
    if wanted.code_key is not None:
        ways.append(Way.of("code", _codes(wanted)))
    agencies = wanted.agencies
    if agencies is not None and "" not in agencies and len(agencies) <= _AGENCIES_THAT_LEAD:
        ways.append(Way.of("agency", agencies))
    if wanted.outcome and (outcome := _BY_OUTCOME.get(wanted.outcome, wanted.outcome)):
        ways.append(Way.of("outcome", [outcome]))
    return [*ways, *(Way.of("word", keys, question.fresh) for keys in question.words.numbers)]


def _heaps(wanted: MessageFilter) -> Sequence[tuple[str, Values]]:
    heaps: list[tuple[str, Values]] = []
    if wanted.code_prefix:
        low = wanted.code_prefix
        heaps.append(("few_prefix", {"low": low, "high": _next(low)}))
    if wanted.reply in _SMALL_STATES:
        heaps.append(("few_reply", {"key": wanted.reply}))
    if name := _FEW_BY_OUTCOME.get(wanted.outcome or ""):
        heaps.append((name, {}))
    return heaps
