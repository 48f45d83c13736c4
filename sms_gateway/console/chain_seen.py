"""What a look along the newest lines of the audit found."""

from collections.abc import Sequence
from dataclasses import dataclass

from sms_gateway.domain.audit_chain import ChainFault


@dataclass(frozen=True, slots=True)
class ChainSeen:
    """It was looked at.

    Attributes:
        first, last: numbers of the first and the last line that were looked at; the first one's
            own hash is proved, not that it follows what is before.
        faults: what is wrong, at most some of it.
    """

    first: int
    last: int
    faults: Sequence[ChainFault] = ()
