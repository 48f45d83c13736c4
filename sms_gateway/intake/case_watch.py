"""Whether the case directory answers: counted, and told when it changes.

Texts are taken and answered while it does not, so that nobody would notice but the citizens.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import assert_never

import structlog

from sms_gateway.domain.dossier import (
    UNREADABLE,
    Ambiguous,
    CaseLookup,
    Found,
    NotFound,
    Stale,
    Unavailable,
    Withheld,
    may_be_a_code,
)
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.domain.untold import NOBODYS, Untold, untold
from sms_gateway.ports import CaseDirectory, Clock

_log = structlog.get_logger("intake")

PROBE_SECONDS = 5.0
"""Between two questions that are asked without a text."""

CALM_SECONDS = 5.0
"""So long no look-up may fail before it works again: what answers now and then is one incident."""

_UNAVAILABLE = "unavailable"
_GRACE_SECONDS = 0.5


class CaseWatch:
    """Stands before a directory and implements `ports.CaseDirectory`.

    One number that it cannot tell of is no trouble of its own while it tells of others, or answers
    the next question that is asked without a text.

    Attributes:
        failing: one word for why it does not answer, empty while it does.
        answered_at: when it last answered, None before it ever did.
        tried: it was asked at least once, so that `failing` says something.
    """

    def __init__(
        self,
        directory: CaseDirectory,
        clock: Clock,
        counted: Callable[[str, int], None],
        limit: float,
    ) -> None:
        """Begin without knowing anything bad.

        Args:
            directory: the one that answers.
            clock: time.
            counted: takes a result, see `result_of`, and how many keys had it.
            limit: seconds that the directory gives itself for a look-up.
        """
        self._directory = directory
        self._clock = clock
        self._counted = counted
        # A little more, so that its own word for the trouble is heard.
        self._limit = limit + _GRACE_SECONDS
        self._failed_at = 0.0
        self._untold = Untold()
        self.failing = ""
        self.tried = False
        self.answered_at: datetime | None = None

    async def find_many(self, keys: Sequence[CanonicalKey]) -> Mapping[CanonicalKey, CaseLookup]:
        """See `ports.CaseDirectory.find_many`."""
        try:
            found = await self._directory.find_many(keys)
        except BaseException as error:
            # A cancellation is the limit of whoever asked; anything else is a fault of ours.
            self._counted(_UNAVAILABLE, len(keys))
            self._seen("timeout" if isinstance(error, asyncio.CancelledError) else "broke")
            raise
        one_of = {type(said): said for said in found.values()}
        kinds = Counter(map(type, found.values()))
        for kind, number in kinds.items():
            self._counted(result_of(one_of[kind]), number)
        self._heard(found, _trouble(found) if Unavailable in kinds or Stale in kinds else "")
        return found

    async def run(self) -> None:
        """Ask without a text, so that trouble is seen before a citizen meets it."""
        while True:
            self._seen(await self._probed())
            await self._clock.sleep(PROBE_SECONDS)

    async def _probed(self) -> str:
        try:
            async with asyncio.timeout(self._limit):
                return _trouble(await self._directory.find_many([NOBODYS]))
        except TimeoutError:
            return "timeout"
        except Exception:  # noqa: BLE001  # a text that meets this fault is answered all the same
            return "broke"

    def _heard(self, found: Mapping[CanonicalKey, CaseLookup], trouble: str) -> None:
        """What a look-up for texts led to."""
        if not trouble:
            self._untold.told()
            self._seen("")
            return
        known = len(self._untold.keys)
        if self._untold.met(untold(found), trouble):
            self._seen(trouble)
        elif len(self._untold.keys) > known and not self.failing:
            _log.warning("cases.number_failing", reason=trouble)

    def _seen(self, trouble: str) -> None:
        self.tried = True
        now = self._clock.monotonic()
        if not trouble:
            self.answered_at = self._clock.now()
        if trouble:
            if not self.failing:
                _log.warning("cases.failing", reason=trouble)
            self.failing, self._failed_at = trouble, now
        elif self.failing and now - self._failed_at >= CALM_SECONDS:
            self.failing = ""
            _log.info("cases.working")


def result_of(lookup: CaseLookup) -> str:
    """One word for what a key led to, for metrics."""
    match lookup:
        case Found():
            return "found"
        case NotFound():
            return "not_found"
        case Ambiguous():
            return "ambiguous"
        case Withheld():
            return "withheld"
        case Unavailable():
            return _UNAVAILABLE
        case Stale():
            return "stale"
        case _:
            assert_never(lookup)


def _trouble(found: Mapping[CanonicalKey, CaseLookup]) -> str:
    """Why the directory tells of none of these; empty where it told of one."""
    lost = untold(found)
    # What no number can be is answered without asking.
    asked = [key for key in found if may_be_a_code(key)]
    answered = UNREADABLE in lost.values() or not lost.keys() >= set(asked)
    return "" if answered else next(iter(lost.values()), "")
