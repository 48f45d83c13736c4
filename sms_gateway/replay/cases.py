"""Texts that staff keep as test cases, read by rules: does each mean what it must mean?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sms_gateway.commands import CommandError, checked_note
from sms_gateway.domain.dossier import MAX_CODE, canonical_key
from sms_gateway.domain.ids import CanonicalKey, ShortCode
from sms_gateway.domain.text_cases import MOST_CASES, TextCase, TextCaseBack
from sms_gateway.enquiry.intents import (
    Help,
    Lookup,
    Malformed,
    NotACitizen,
    OptIn,
    OptOut,
    SetLanguage,
)
from sms_gateway.replay.judging import Understood, understood
from sms_gateway.replay.walking import Grammars

INTENTS = tuple(
    one.name for one in (Lookup, Help, OptOut, OptIn, SetLanguage, Malformed, NotACitizen)
)
"""What a text may be wanted to be understood as."""

LONGEST_TEXT = 1000
"""Characters that a test case may have."""


@dataclass(frozen=True, slots=True)
class CheckedCase:
    """A test case, read by rules.

    Attributes:
        case: see there.
        read: what it is understood as.
        passes: that is what it must be.
    """

    case: TextCase
    read: Understood
    passes: bool


class CaseReading(Protocol):
    """Where test cases stand."""

    async def text_cases(self) -> Sequence[TextCase]:
        """All of them. Raises StoreDownError."""


class CaseStore(CaseReading, Protocol):
    """Where they are written down; each change is audited in its own transaction."""

    async def add(self, added: TextCase) -> bool:
        """Keep one; whether there was room. Raises StoreDownError."""

    async def remove(self, removed: TextCaseBack) -> bool:
        """Take it away; whether it was there. Raises StoreDownError."""


def checked(cases: Sequence[TextCase], grammars: Grammars) -> Sequence[CheckedCase]:
    """Each of them as these grammars read it. Takes the processor: for a thread."""
    return [_checked(case, grammars) for case in cases]


def _checked(case: TextCase, grammars: Grammars) -> CheckedCase:
    read = understood(case.text, grammars[case.short_code])
    first = read.keys[0] if read.keys else ""
    passes = read.intent == case.intent and case.key in ("", first)
    return CheckedCase(case, read, passes)


def broken(cases: Sequence[TextCase], before: Grammars, after: Grammars) -> Sequence[CheckedCase]:
    """Those that pass by the grammars of before, and no more by those of after."""
    pairs = zip(checked(cases, before), checked(cases, after), strict=True)
    return [now for then, now in pairs if then.passes and not now.passes]


@dataclass(frozen=True, slots=True)
class WantedCase:
    """A test case as staff write it down; see `domain.text_cases.TextCase`."""

    text: str
    short_code: ShortCode
    intent: str
    key: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CaseCommands:
    """The acts. All raise StoreDownError.

    Attributes:
        store: where they are written down.
        now: clock.
        new_id: makes ids.
    """

    store: CaseStore
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    async def add(self, wanted: WantedCase, by: str) -> TextCase:
        """Keep a text as a test case.

        Raises:
            CommandError: it has no text, no intent that there is, a number that cannot be, or there
                is no room.
        """
        if not wanted.text.strip() or len(wanted.text) > LONGEST_TEXT:
            message = f"a test case has a text, of at most {LONGEST_TEXT} characters"
            raise CommandError(message)
        key = canonical_key(wanted.key)
        if wanted.intent not in INTENTS or len(key) > MAX_CODE or (wanted.key.strip() and not key):
            message = "say what the text must be understood as, and which number it asks for"
            raise CommandError(message)
        note = checked_note(wanted.note)
        known = (self.new_id(), wanted.text, wanted.short_code, wanted.intent)
        made = TextCase(*known, CanonicalKey(key), note, self.now(), by)
        if not await self.store.add(made):
            message = f"there are {MOST_CASES} test cases: delete some first"
            raise CommandError(message)
        return made

    async def remove(self, name: str, by: str) -> None:
        """Keep one no more.

        Raises:
            CommandError: there is none of that id.
        """
        if not await self.store.remove(TextCaseBack(name, self.now(), by)):
            message = "there is no such test case"
            raise CommandError(message)
