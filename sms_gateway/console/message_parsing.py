"""How a text is understood, each reading and why, by the rules of today."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sms_gateway.console.languages import marked
from sms_gateway.enquiry.intents import Candidate, Lookup, Malformed, NotACitizen, OptIn, OptOut
from sms_gateway.enquiry.keywords import parse
from sms_gateway.reading import MoRow

if TYPE_CHECKING:  # a visit's pages use this
    from sms_gateway.console.visit import Visit

_REPAIRED: Final = marked("a second reading, believed only where exactly one dossier has it")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text as it is understood.

    Attributes:
        intent: what it asks for.
        why: why it asks for nothing, or empty.
        candidates: each number it may mean, why, and how sure that is.
        same: the rules of today say what was recorded then.
    """

    intent: str
    why: str
    candidates: Sequence[tuple[str, str, str]]
    same: bool


def parsed(visit: "Visit", mo: MoRow) -> Parsed:
    """The text of a message, read anew; what was recorded then may differ."""
    grammar = visit.desk.rules().grammars[mo.short_code]
    intent = parse(mo.text, grammar)
    candidates: Sequence[Candidate] = ()
    if isinstance(intent, Lookup | OptOut | OptIn):
        candidates = intent.candidates
    why = intent.reason if isinstance(intent, Malformed | NotACitizen) else ""
    keys = {candidate.key for candidate in candidates}
    same = intent.name == mo.intent and (not mo.code_key or mo.code_key in keys)
    return Parsed(
        intent.name,
        why,
        [(one.key, one.why, visit.say(_REPAIRED) if one.repaired else "") for one in candidates],
        same or mo.outcome is None,
    )
