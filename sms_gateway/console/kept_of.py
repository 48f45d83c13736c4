"""How much is kept of a number: what an export would hold and an erasure take."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sms_gateway.domain.ids import NumberHash
from sms_gateway.domain.retention import HoldKind
from sms_gateway.log_question import MessageFilter
from sms_gateway.reports.citizen_file import CitizenReading

MOST_COUNTED: Final = 1000
"""Texts and messages that are counted; of more a page says so."""


@dataclass(frozen=True, slots=True)
class KeptCounts:
    """The counts.

    Attributes:
        texts, purged: texts of the number, and those of them that have lost their words already.
        messages: messages of ours that answer none of its texts.
        choices: of a language.
        followed: dossiers that it is told of.
        refusals: what it wants no messages of; these stay.
        surveys: questions of the survey.
        held: reasons of legal holds on the number itself.
    """

    texts: int
    purged: int
    messages: int
    choices: int
    followed: int
    refusals: int
    surveys: int
    held: Sequence[str]


async def kept_counts(reading: CitizenReading, numbers: Sequence[NumberHash]) -> KeptCounts:
    """Count it, up to `MOST_COUNTED` texts and as many messages.

    Args:
        reading: where it stands.
        numbers: all hashes of the number, today's the first.

    Raises:
        StoreDownError: it could not be read.
    """
    wanted = MessageFilter(sender_hash=numbers[0], older_hashes=numbers[1:], limit=MOST_COUNTED)
    texts = await reading.messages(wanted)
    kept = await reading.kept_of(numbers)
    return KeptCounts(
        texts=len(texts),
        purged=sum(row.purged_at is not None for row in texts),
        messages=len(await reading.pushes(numbers, MOST_COUNTED)),
        choices=len(kept.preferences),
        followed=len(kept.subscriptions),
        refusals=len(kept.opt_outs),
        surveys=len(kept.surveys),
        held=[
            hold.reason
            for hold in await reading.retention.holds()
            if hold.kind is HoldKind.NUMBER and hold.value in numbers
        ],
    )
