"""A browser that left for the provider: what it carries, and what it must bring back.

The browser holds random letters under seal. State, nonce and verifier are made of them by our key,
so that nothing is kept here until somebody is signed in, and any node may end what another began.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sms_gateway.access import CodeNeeded
from sms_gateway.console.cookies import provider_cookie
from sms_gateway.console.places import safe_next
from sms_gateway.console.sealing import sealed, unsealed
from sms_gateway.console.visit import Visit
from sms_gateway.domain.identity import Identity
from sms_gateway.domain.numbers import Hasher
from sms_gateway.oidc import Flow

WITHIN: Final = timedelta(minutes=10)
"""So long a person may take at the provider."""

_RANDOM: Final = 32
_LEFT: Final = "left"
_CODE: Final = "code"
_OUT: Final = "out"


@dataclass(frozen=True, slots=True)
class Left:
    """A browser that left.

    Attributes:
        flow: see there.
        wanted: the page of ours to go to.
    """

    flow: Flow
    wanted: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A browser that came back, and is asked for a code."""

    identity: Identity
    wanted: str


def leave(visit: Visit, wanted: str) -> tuple[Left, str]:
    """Begin one; what the browser is to carry."""
    random = visit.desk.random(_RANDOM).hex()
    until = visit.now + WITHIN
    fields = (random, _written(until), safe_next(wanted))
    left = Left(_flow(visit.desk.hasher, random, _moment(_written(until))), fields[2])
    return left, sealed(visit.desk.hasher, _LEFT, fields)


def left(visit: Visit) -> Left | None:
    """The one that this browser began; None where it did not, or too long ago."""
    hasher = visit.desk.hasher
    fields = unsealed(hasher, _LEFT, provider_cookie(visit.request), 3)
    if fields is None:
        return None
    random, until, wanted = fields
    found = Left(_flow(hasher, random, _moment(until)), safe_next(wanted))
    return found if visit.now < found.flow.until else None


def ask(visit: Visit, needed: CodeNeeded, wanted: str) -> str:
    """What a browser is to carry whose person is asked for a code."""
    who = needed.identity
    fields = (who.issuer, who.subject, who.login, who.nonce, _written(who.until), wanted)
    return sealed(visit.desk.hasher, _CODE, fields)


def asked(visit: Visit) -> Asked | None:
    """Whom this browser was found to be; None where nobody, or too long ago."""
    fields = unsealed(visit.desk.hasher, _CODE, provider_cookie(visit.request), 6)
    if fields is None:
        return None
    issuer, subject, login, nonce, until, wanted = fields
    who = Identity(issuer, subject, login, False, nonce, _moment(until))  # noqa: FBT003  # no second factor yet
    return Asked(who, safe_next(wanted)) if visit.now < who.until else None


def leave_out(visit: Visit) -> tuple[str, str]:
    """Leave to be signed out there: the state, and what the browser is to carry."""
    random = visit.desk.random(_RANDOM).hex()
    return _state_out(visit, random), sealed(visit.desk.hasher, _OUT, (random,))


def left_so(visit: Visit, state: str) -> bool:
    """Whether this browser left with that state to be signed out."""
    fields = unsealed(visit.desk.hasher, _OUT, provider_cookie(visit.request), 1)
    if fields is None:
        return False
    return hmac.compare_digest(
        state.encode("utf-8", "replace"), _state_out(visit, *fields).encode()
    )


def _state_out(visit: Visit, random: str) -> str:
    return visit.desk.hasher.sign_in(f"oidc out {random}")


def _flow(hasher: Hasher, random: str, until: datetime) -> Flow:
    def made(what: str) -> str:
        return hasher.sign_in(f"oidc {what} {random}")

    # One hash is shorter than a verifier may be.
    return Flow(made("state"), made("nonce"), made("verifier") + made("verifier too"), until)


def _written(moment: datetime) -> str:
    return str(int(moment.timestamp()))


def _moment(written: str) -> datetime:
    return datetime.fromtimestamp(int(written), UTC)
