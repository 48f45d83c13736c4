"""Whether an attempt that failed speaks of the door, or of the one message."""

from typing import assert_never

from sms_gateway.domain.outcome import Accepted, Deferred, Rejected, SendOutcome, Uncertain

DOOR_FAULTS = frozenset({
    # nothing left us
    "unreachable", "certificate", "not_bound", "token_unreachable", "token_unreadable",
    # it says that it can take nothing
    "unavailable",
    # the telco refuses us: password, address, alias
    "door_refused", "token_refused",
    # it left us, and nothing that can be read came back
    "timed_out", "disconnected", "bad_gateway", "gateway_timeout", "server_error",
    "unreadable_answer",
    # it can be read, and no setting says what it means: one that is missing would make all so
    "unknown_answer",
    # our own fault, which the next message would meet too
    "sender_broke",
})  # fmt: skip
"""First words of reasons, of Deferred and Uncertain, that the next message would meet as well."""

_SAYS_NOTHING = frozenset({"shutdown", "cancelled"})


def door_works(outcome: SendOutcome) -> bool | None:
    """What an outcome says of the door: True works, False does not, None nothing.

    A telco that throttles, or refuses one message, works. What it was not asked says nothing.
    """
    if isinstance(outcome, Rejected) and not outcome.asked:
        return None
    match outcome:
        case Accepted() | Rejected():
            return True
        case Deferred(reason):
            if reason in _SAYS_NOTHING:
                return None
            return _word(reason) not in DOOR_FAULTS
        case Uncertain(reason):
            return False if _word(reason) in DOOR_FAULTS else None
        case _:
            assert_never(outcome)


def _word(reason: str) -> str:
    # Behind it may stand the telco's own: `door_refused ESME_RINVPASWD`.
    return reason.partition(" ")[0]
