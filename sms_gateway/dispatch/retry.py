"""What becomes of an MT after an attempt: the whole table in one function.

===========================  ===========  ==================  =============
the telco                    state        tried again         spends a retry
===========================  ===========  ==================  =============
took it                      accepted     never               no
said not now                 queued       when it said so,    no
                                          else ever later
said no, for now             queued       by the delays       yes
said no, for now, too often  failed       never               yes
said no, for good            failed       never               yes
did not answer               uncertain    never               no
did not answer, knows ids    queued       by the delays       yes
===========================  ===========  ==================  =============

Where it did not answer once, no later no makes it failed: that one speaks of its own attempt only
("duplicate id"), and the citizen may have the text. It is uncertain, for a person to settle.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from msgspec.structs import replace

from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.outcome import (
    Accepted,
    Deferred,
    MtState,
    Rejected,
    SendOutcome,
    Uncertain,
)
from sms_gateway.domain.records import Settlement

_MOST_DOUBLINGS = 16


@dataclass(frozen=True, slots=True)
class RetryTable:
    """When a message is tried again.

    Attributes:
        delays: after the first, second and further failures; the last one goes on.
        max_failures: failures after which the MT is given up.
        deferred: after a Deferred for which the telco named no time; doubled by each further one.
        message_most: the longest of these for one message.
        door_most: the longest for the whole door; shorter, for one odd message may be the reason,
            and citizens wait behind it.
        wish_most: the longest that a whole door rests because the telco said so; the message
            itself waits as long as was said.
        down_after: sends in a row that failed for a reason of the door's own, after which it is
            down.
        down_most: the longest rest of a door that is down and takes what is tried without a word:
            of each such message nobody knows whether it came.
        closed_after: how long a door can carry nothing, because it is not bound, until it counts
            as down.
        resend_uncertain: an uncertain send is tried again instead of held for a person.
    """

    delays: Sequence[timedelta] = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 1800))
    max_failures: int = 6
    deferred: timedelta = timedelta(seconds=5)
    message_most: timedelta = timedelta(minutes=5)
    door_most: timedelta = timedelta(seconds=30)
    wish_most: timedelta = timedelta(minutes=5)
    down_after: int = 5
    down_most: timedelta = timedelta(minutes=1)
    closed_after: timedelta = timedelta(seconds=10)
    resend_uncertain: bool = False

    def message_waits(self, before: int) -> timedelta:
        """How long a message waits that was put off, and so often before."""
        return min(self._doubled(before), self.message_most)

    def door_rests(self, before: int) -> timedelta:
        """How long a door rests whose telco put a message off, and so often before."""
        return min(self._doubled(before), self.door_most)

    def down_rests(self, before: int) -> timedelta:
        """The same for a door that is down, where the telco took a message without a word."""
        return min(self._doubled(before), self.down_most)

    def _doubled(self, before: int) -> timedelta:
        return self.deferred * (1 << max(0, min(before, _MOST_DOUBLINGS)))


def settlement(
    mt: MobileTerminated, outcome: SendOutcome, at: datetime, table: RetryTable
) -> Settlement:
    """Where an MT stands after an attempt: the table above.

    Args:
        mt: as it was leased.
        outcome: what the sender said.
        at: when.
        table: the door's.
    """
    found = _alone(mt, outcome, at, table)
    if found.state is MtState.FAILED and mt.doubted:
        return replace(found, state=MtState.UNCERTAIN)
    return found


def _alone(
    mt: MobileTerminated, outcome: SendOutcome, at: datetime, table: RetryTable
) -> Settlement:
    """The same as if no earlier attempt were in doubt."""
    stands = functools.partial(Settlement, mt.id, mt.attempt, at)
    match outcome:
        case Accepted(telco_ids):
            return stands(MtState.ACCEPTED, "accepted", telco_ids=telco_ids)
        case Deferred(reason, retry_after):
            # Each attempt that spent no retry was put off: no counter of its own is needed.
            before = mt.attempt - 1 - mt.failures
            again = at + (retry_after or table.message_waits(before))
            return stands(MtState.QUEUED, "deferred", reason, not_before=again)
        case Rejected(reason, permanent=True):
            return stands(MtState.FAILED, "rejected", reason, failed=True)
        case Rejected(reason):
            return _again(mt, at, table, "rejected", reason)
        case Uncertain(reason, telco_ids):
            if table.resend_uncertain:
                found = _again(mt, at, table, "uncertain", reason)
                return replace(found, telco_ids=telco_ids)
            return stands(MtState.UNCERTAIN, "uncertain", reason, telco_ids=telco_ids)
        case _:
            assert_never(outcome)


def _again(
    mt: MobileTerminated, at: datetime, table: RetryTable, result: str, reason: str
) -> Settlement:
    if mt.failures + 1 >= table.max_failures:
        state = MtState.UNCERTAIN if result == "uncertain" else MtState.FAILED
        return Settlement(mt.id, mt.attempt, at, state, result, reason, failed=True)
    delay = table.delays[min(mt.failures, len(table.delays) - 1)]
    return Settlement(
        mt.id, mt.attempt, at, MtState.QUEUED, result, reason, failed=True, not_before=at + delay
    )
