"""One number's conversation: its texts, our answers, and what went to it by itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sms_gateway.console.visit import Visit
from sms_gateway.domain.ids import MessageId, NumberHash
from sms_gateway.domain.outcome import Outcome
from sms_gateway.log_question import MessageFilter
from sms_gateway.reading import MoRow, MtRow

FROM_NUMBER: Final = "number"
"""The word of a form on the page of a number, to which its answer leads back."""

_TEXTS: Final = 25
_PUSHES: Final = 100


@dataclass(frozen=True, slots=True)
class Said:
    """One message of it.

    Attributes:
        id: of it.
        at: when it came or was made.
        mo: a text of the citizen's, or None.
        mt: a message of ours, or None.
    """

    id: MessageId
    at: datetime
    mo: MoRow | None = field(default=None, repr=False)
    mt: MtRow | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Thread:
    """A page of it.

    Attributes:
        said: newest first.
        go_on: what is older than this id comes next; empty for nothing more.
    """

    said: Sequence[Said]
    go_on: str


def newest_waiting(thread: Thread) -> MoRow | None:
    """The newest text of the citizen's, where it waits for an answer; else None."""
    newest = next((one.mo for one in thread.said if one.mo is not None), None)
    if newest is None or newest.purged_at is not None or newest.handled_at is not None:
        return None
    return newest if newest.outcome in (None, Outcome.PARKED) else None


async def thread_of(visit: Visit, numbers: Sequence[NumberHash], before: str) -> Thread:
    """What of it whoever calls may see, older than an id, or its newest where that is empty."""
    person, desk = visit.person, visit.desk
    agencies = None if person.agencies is None else sorted(person.agencies)
    wanted = MessageFilter(
        sender_hash=numbers[0],
        older_hashes=numbers[1:],
        agencies=agencies,
        before=MessageId(before) if before else None,
        limit=_TEXTS,
    )
    found = await desk.reading.find(wanted)
    low: str = found.go_on or ""
    pushes = await desk.numbers.pushes(numbers, (low, before), _PUSHES, agencies)
    if len(pushes) == _PUSHES:
        # More went out than a page holds: it ends there, and so do the texts.
        low = max(low, pushes[-1].id)
    texts = [mo for mo in found.rows if mo.id >= low]
    replies = await desk.numbers.replies([mo.id for mo in texts])
    said = [
        *(Said(mo.id, mo.received_at, mo=mo) for mo in texts),
        *(Said(mt.id, mt.created_at, mt=mt) for _, mt in replies),
        *(Said(mt.id, mt.created_at, mt=mt) for mt in pushes),
    ]
    return Thread(sorted(said, key=lambda one: (one.at, one.id), reverse=True), low)
