"""Which messages a page shows: from its address to the question for the store, and back."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sms_gateway.console.forms import Fields
from sms_gateway.console.moments import day_of, day_of_log
from sms_gateway.console.places import MESSAGES
from sms_gateway.domain.dossier import canonical_key
from sms_gateway.domain.ids import DoorName, MessageId, NumberHash
from sms_gateway.domain.message import Language
from sms_gateway.domain.outcome import Delivery, Outcome
from sms_gateway.domain.staff import Person
from sms_gateway.log_question import MessageFilter

OUTCOMES: Final = (*Outcome, "unanswered", "unhandled")
"""What a text can have ended as, and the two words for those that wait."""

_FIELDS: Final = (
    *("from", "to", "sender", "code", "operator", "door", "outcome", "delivery", "language"),
    *("words", "ending"),
)
ROWS: Final = 30
"""Of a page: more than a desk's screen shows; of an old phone each is a few reads of the disk."""
_LONGEST: Final = 100
_HASH: Final = re.compile(r"[0-9a-f]{32}(?:,[0-9a-f]{32}){0,7}")
_ID: Final = re.compile(r"[0-9a-f-]{36}")
_ENDING: Final = re.compile(r"[0-9]{3}")
_A_DAY: Final = timedelta(days=1)
_DAYS: Final = frozenset({"from", "to"})


@dataclass(frozen=True, slots=True)
class MessageQuery:
    """What was asked for.

    Attributes:
        values: the fields of the address that say something, checked.
        before: older than this one, or None.
    """

    values: Mapping[str, str]
    before: MessageId | None = None

    def of(self, name: str) -> str:
        """One of the fields, or an empty text."""
        return self.values.get(name, "")

    @property
    def encoded(self) -> str:
        """As an address has it behind the question mark."""
        return urlencode(self.values)

    def address(self, **other: object) -> str:
        """The page with these fields changed, an empty one left out."""
        fields = {name: value for name, value in {**self.values, **other}.items() if value}
        return f"{MESSAGES}?{urlencode(fields)}" if fields else MESSAGES

    def question(self, person: Person, zone: ZoneInfo) -> MessageFilter:
        """The question for the store: never more than whoever asks may see."""
        hashes = [NumberHash(one) for one in self.of("sender").split(",") if one]
        delivery = self.of("delivery")
        return MessageFilter(
            limit=ROWS,
            sender_hash=hashes[0] if hashes else None,
            older_hashes=hashes[1:],
            code_prefix=canonical_key(self.of("code")),
            since=_midnight(self.of("from"), zone),
            until=_midnight(self.of("to"), zone, _A_DAY),
            outcome=self.of("outcome") or None,
            operator=self.of("operator") or None,
            door=DoorName(self.of("door")) if self.of("door") else None,
            delivery=Delivery(delivery) if delivery else None,
            language=self.of("language") or None,
            words=self.of("words"),
            ending=self.of("ending"),
            agencies=None if person.agencies is None else sorted(person.agencies),
            before=self.before,
        )


def query_of(fields: Fields, doors: Iterable[DoorName]) -> MessageQuery:
    """What an address asks for; a field that says nothing sensible is passed over."""
    checks: Mapping[str, Sequence[str]] = {
        "outcome": OUTCOMES,
        "delivery": tuple(Delivery),
        "language": tuple(Language),
        "door": tuple(doors),
    }
    values = {}
    for name in _FIELDS:
        value = fields.get(name, 8 * 33 if name == "sender" else _LONGEST)
        if value and _sensible(name, value) and (name not in checks or value in checks[name]):
            day = day_of(value) if name in _DAYS else None
            values[name] = value if day is None else day.isoformat()
    before = fields.get("before", _LONGEST)
    return MessageQuery(values, MessageId(before) if _ID.fullmatch(before) else None)


def _sensible(name: str, value: str) -> bool:
    if name == "sender":
        return _HASH.fullmatch(value) is not None
    if name == "ending":
        return _ENDING.fullmatch(value) is not None
    if name == "code":
        return bool(canonical_key(value))
    return name not in _DAYS or day_of_log(value) is not None


def _midnight(text: str, zone: ZoneInfo, later: timedelta = timedelta()) -> datetime | None:
    day = day_of_log(text)
    return None if day is None else datetime.combine(day + later, time(), zone)
