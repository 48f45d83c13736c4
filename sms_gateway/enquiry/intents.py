"""What a citizen's text asks for, as values: the union `Intent`."""

from typing import ClassVar

from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.domain.message import Language
from sms_gateway.domain.record import Private, Record

MAX_CANDIDATES = 3
"""More keys than this are never tried for one text (domain 3.3)."""

MAX_SHOWN = 25
"""Characters of a code echoed in a reply: `000.00.12.H32-230615-0001` has exactly these."""


UNCLEAR = "unclear what to stop, resume or choose"
"""The reason of a `Malformed` whose verb was understood and not what it is about."""

ONLY_COURTESY = "courtesy and nothing else"
"""The reason of a `Malformed` that says thanks, mostly for the answer before."""

HELPED = frozenset({UNCLEAR, ONLY_COURTESY})
"""Reasons that are no failure of the citizen's: help is the answer."""


PROBE = "probe"
"""Stands for the intent of a door's probe text, whatever it asks for: no citizen texted it."""


class Candidate(Record, frozen=True):
    """One reading of the text as a receipt number or dossier code.

    Attributes:
        key: what to look up, 1 to 64 of A-Z and 0-9.
        repaired: True for a second-pass reading (letter for digit, keyboard slip undone), which
            may be believed only if exactly one dossier has its key.
        shown: the code for echoing in a reply, upper case, at most 25 of A-Z 0-9 space . - /.
        rest: the other words of the text as canonical strings, 3 to 64 characters each, at most
            4, those with digits first: a second secret printed on the receipt may be among them.
        why: one short reason, for staff and the command line; never a part of the text.
        with_verb: the word that says what to do is read as a part of it (`DK170703-0001`): where
            there is such a number nothing is to be done, it is asked for.
    """

    key: CanonicalKey
    repaired: bool
    shown: Private[str]
    rest: Private[tuple[str, ...]] = ()
    why: str = "joined"
    with_verb: bool = False


class Lookup(Record, frozen=True):
    """Asks for the state of a dossier.

    Attributes:
        candidates: 1 to 3, best first, distinct, exact before repaired.
        language: the language or style asked for in this text, else None.
    """

    name: ClassVar[str] = "lookup"
    candidates: tuple[Candidate, ...]
    language: Language | None = None


class Help(Record, frozen=True):
    """Asks how it works: bare keyword, `?`, a help word, or the poster's placeholder."""

    name: ClassVar[str] = "help"


class OptOut(Record, frozen=True):
    """Wants no notices: of these dossiers, or of all where there is no candidate."""

    name: ClassVar[str] = "opt_out"
    candidates: tuple[Candidate, ...] = ()


class OptIn(Record, frozen=True):
    """Wants notices: of these dossiers, or of all where there is no candidate."""

    name: ClassVar[str] = "opt_in"
    candidates: tuple[Candidate, ...] = ()


class SetLanguage(Record, frozen=True):
    """Chooses the language and style of later replies."""

    name: ClassVar[str] = "language"
    language: Language


class Malformed(Record, frozen=True):
    """Cannot be read. The reason is a fixed phrase, never a part of the text."""

    name: ClassVar[str] = "malformed"
    reason: str


class NotACitizen(Record, frozen=True):
    """A machine's text: must not be answered, or two machines talk for ever (domain 2.0)."""

    name: ClassVar[str] = "not_a_citizen"
    reason: str


Intent = Lookup | Help | OptOut | OptIn | SetLanguage | Malformed | NotACitizen
