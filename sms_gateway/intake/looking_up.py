"""Questions to the case directory: in time for the answer, or given up."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from sms_gateway.domain.dossier import CaseLookup, Unavailable
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.domain.records import PendingMo
from sms_gateway.ports import CaseDirectory, Clock

_log = structlog.get_logger("intake")

AGAIN_SECONDS = 0.1
"""How long an MO rests before it is looked up again."""

ODD_AGAIN_SECONDS = 2.0
"""The same of one whose dossier may have a fault of its own: another try hardly ever mends it."""

_SHORTEST = 0.25
_NO_HURRY = timedelta(hours=1)
_CLOSING_MARGIN = timedelta(milliseconds=250)
"""An unanswered look-up is given up this long before the deadline, so that E4 is in time."""
_ANOTHER_TRY = timedelta(seconds=AGAIN_SECONDS + _SHORTEST)
"""What must be left before the margin, or another look-up would end behind the deadline."""


class LookUps:
    """Asks the directory for the dossiers of a batch.

    Args:
        directory: see there.
        clock: time.
        seconds: what one look-up may take.
    """

    def __init__(self, directory: CaseDirectory, clock: Clock, seconds: float) -> None:
        self._directory = directory
        self._clock = clock
        self._seconds = seconds

    async def find(
        self, keys: Sequence[CanonicalKey], batch: Sequence[PendingMo]
    ) -> Mapping[CanonicalKey, CaseLookup]:
        """What the keys lead to; Unavailable where the directory did not say in time.

        Raises:
            Exception: the directory broke, and the batch holds several MOs: each is then tried by
                itself, so that the others keep their answers.
        """
        if not keys:
            return {}
        now = self._clock.now()
        left = (_first_due(batch, now) - _CLOSING_MARGIN - now).total_seconds()
        try:
            async with asyncio.timeout(max(_SHORTEST, min(self._seconds, left))):
                return await self._directory.find_many(keys)
        except TimeoutError:
            return dict.fromkeys(keys, Unavailable("timeout"))
        except Exception as error:
            if len(batch) > 1:
                raise
            _log.error("directory.broke", error=type(error).__name__)
            return dict.fromkeys(keys, Unavailable("broke"))

    def worth_another(self, mo: PendingMo, now: datetime) -> bool:
        """Whether the directory can be asked once more before this answer is due."""
        return now + _ANOTHER_TRY < mo.answer_by - _CLOSING_MARGIN

    def odd_rest(self, mo: PendingMo, now: datetime) -> float:
        """Seconds for which one with a fault of its own rests: less, with less time left."""
        left = (mo.answer_by - _CLOSING_MARGIN - now).total_seconds() - _SHORTEST
        return max(AGAIN_SECONDS, min(ODD_AGAIN_SECONDS, left / 2))


def _first_due(batch: Sequence[PendingMo], now: datetime) -> datetime:
    """The next deadline to keep; one that has passed leaves a look-up its usual time."""
    return min((mo.answer_by for mo in batch if mo.answer_by > now), default=now + _NO_HURRY)
