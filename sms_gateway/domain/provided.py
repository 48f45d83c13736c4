"""Staff who come from an identity provider: what the store is told of them."""

from datetime import datetime

from sms_gateway.domain.access import Credentials, SessionRow, Spared
from sms_gateway.domain.identity import Identity
from sms_gateway.domain.record import Record
from sms_gateway.domain.staff import LoginName


class ProvidedOrder(Record, frozen=True):
    """A session begins by the word of a provider.

    Attributes:
        proved: as who signs in was found; where that changed meanwhile nothing begins.
        identity: who it is; the first one becomes the only one.
        step: step of the code, 0 where none was asked for.
        session, token_hash, spared, started_after: see `SignInOrder`.
    """

    proved: Credentials
    identity: Identity
    step: int
    session: SessionRow
    token_hash: str
    spared: Spared
    started_after: datetime


class Unlink(Record, frozen=True):
    """Somebody's link to the provider ends, and their sessions with it."""

    login: LoginName
    at: datetime
    by: str


class RefusalNote(Record, frozen=True):
    """Somebody came from the provider, and was not let in: one line for the audit.

    Attributes:
        login: whose, where there is such a person, else empty.
        reason: one word.
        address: from where.
        at: when.
    """

    login: str
    reason: str
    address: str
    at: datetime
