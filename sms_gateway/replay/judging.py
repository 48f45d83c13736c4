"""What a text was understood as, before and after; which of the two is better. Pure.

What was understood is compared, not what was answered: the answer hangs on the dossier of that
day. Better and worse are these, whatever comes first in the list:

- unread (`malformed`), and now read as anything that a citizen may ask for: **better**;
- read, and now unread: **worse**;
- no longer taken for a machine's text, or from now on taken for one: **other** where the text was
  or is unread, else **worse**, for a citizen is no longer answered, or a machine is;
- help before, now a receipt number: **other**, a person should look;
- another intent: **worse**;
- another number to be looked up first, other numbers for which notices are stopped or resumed, or
  another language chosen for good: **worse**;
- the same, but further readings, or another language of this one reply: **other**;
- all of it as before: **same**.

Of a text of the log only the intent and the number that was asked for are known: it is the same
where today's readings hold that number.
"""

import enum
from typing import assert_never

from msgspec.structs import asdict

from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.domain.message import Language
from sms_gateway.domain.record import Record
from sms_gateway.enquiry.draft import without_dossier
from sms_gateway.enquiry.grammar import Grammar
from sms_gateway.enquiry.intents import (
    PROBE,
    Help,
    Intent,
    Lookup,
    Malformed,
    NotACitizen,
    OptIn,
    OptOut,
    SetLanguage,
)
from sms_gateway.enquiry.keywords import parse
from sms_gateway.reading import MoRow

_TO_ALL = ("O1", "O2")
"""Replies to who stops or resumes all notices: then no number was asked for."""


class Judgement(enum.StrEnum):
    """How what is understood changes."""

    SAME = "same"
    BETTER = "better"
    WORSE = "worse"
    OTHER = "other"


class Understood(Record, frozen=True):
    """What a text is understood as.

    Attributes:
        intent: its name, see `enquiry.intents`.
        keys: what it asks for, best first; None where nobody knows any more.
        exact: how many of the keys stand in the text as they are; the others are second readings.
        language: that it asks for, or None.
        template: of the reply, where it hangs on no dossier, or was sent; else empty.
        whole: it was read just now; else it is what the log knows.
    """

    intent: str
    keys: tuple[CanonicalKey, ...] | None = ()
    exact: int = 0
    language: Language | None = None
    template: str = ""
    whole: bool = True


def understood(text: str, grammar: Grammar) -> Understood:
    """What a text is understood as by a grammar."""
    intent = parse(text, grammar)
    match intent:
        case Lookup(candidates) | OptOut(candidates) | OptIn(candidates):
            keys = tuple(candidate.key for candidate in candidates)
            exact = sum(not candidate.repaired for candidate in candidates)
            language = intent.language if isinstance(intent, Lookup) else None
            return Understood(
                intent.name, keys, exact, language, _template(intent, asks=bool(keys))
            )
        case SetLanguage(language):
            return Understood(intent.name, language=language, template=_template(intent))
        case Help() | Malformed():
            return Understood(intent.name, template=_template(intent))
        case NotACitizen():
            return Understood(intent.name)
        case _:
            assert_never(intent)


def recorded(row: MoRow) -> Understood | None:
    """What the log knows of how a text was understood; None where it cannot be compared.

    So it is with what was purged, is unanswered, or is a door's probe.
    """
    if row.purged_at is not None or row.intent in ("", PROBE):
        return None
    template = row.reply.template if row.reply else ""
    keys: tuple[CanonicalKey, ...] | None = (row.code_key,) if row.code_key else ()
    if not keys and row.intent in _ASKING and template not in _TO_ALL:
        keys = None
    return Understood(row.intent, keys, len(keys or ()), template=template, whole=False)


def judged(before: Understood, after: Understood) -> Judgement:
    """Whether a text is understood better or worse than before; see the head of this file."""
    if before.intent != after.intent:
        return _other_intent(before.intent, after.intent)
    if not before.whole:
        return _by_the_log(before, after)
    if _told(before) == _told(after):
        return Judgement.SAME
    if before.intent == Lookup.name:
        same = before.keys and after.keys and before.keys[0] == after.keys[0]
        firm = bool(before.exact) == bool(after.exact)
        return Judgement.OTHER if same and firm else Judgement.WORSE
    return Judgement.WORSE


def _by_the_log(before: Understood, after: Understood) -> Judgement:
    if before.keys is None or before.keys == after.keys:
        return Judgement.SAME
    if before.keys and after.keys and before.keys[0] in after.keys:
        return Judgement.SAME
    return Judgement.WORSE


def _other_intent(before: str, after: str) -> Judgement:
    unread, machine = Malformed.name, NotACitizen.name
    if machine in (before, after):
        return Judgement.OTHER if unread in (before, after) else Judgement.WORSE
    if before == unread:
        return Judgement.BETTER
    if (before, after) == (Help.name, Lookup.name):
        return Judgement.OTHER
    return Judgement.WORSE


def _told(one: Understood) -> dict[str, object]:
    return asdict(one)


def _template(intent: Intent, *, asks: bool = False) -> str:
    return "" if asks else without_dossier(intent).template


_ASKING = (Lookup.name, OptOut.name, OptIn.name)
