"""Other systems that ask the gateway: their tokens, and the texts that they have sent."""

import enum
from datetime import datetime
from typing import NewType

from sms_gateway.domain.ids import DoorName, MessageId, NumberHash, ShortCode
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.record import Private, Record
from sms_gateway.domain.staff import AgencyId

TokenId = NewType("TokenId", str)
"""Our id of a token: UUIDv7."""

MAKE_ACT = "api_token.add"
END_ACT = "api_token.revoke"
READ_ACT = "api.read_unmasked"
"""The words of the acts in the audit."""


TOKEN_ACTOR = "token:"  # noqa: S105  # the word of the audit
"""How the audit names tokens among those who act."""


class Scope(enum.StrEnum):
    """One thing that a token may do."""

    READ_MESSAGES = "messages:read"
    READ_UNMASKED = "messages:unmasked"
    READ_OUTCOMES = "outcomes:read"
    SEND = "messages:send"
    MANAGE_WEBHOOKS = "webhooks:manage"


class ApiToken(Record, frozen=True):
    """A token of another system; the token itself is with that system only.

    Attributes:
        id, name: ours, and what the audit calls it; the name is never used again.
        scopes: what it may do, sorted.
        agencies: whose messages it sees and sends, sorted; None for all.
        made_at, by: when, and who made it.
        expires_at: from when on it counts no more; None for never.
        last_used_at: to about a minute; None where it never was.
        revoked_at: when it was ended, or None.
    """

    id: TokenId
    name: str
    scopes: tuple[Scope, ...]
    agencies: tuple[AgencyId, ...] | None
    made_at: datetime
    by: str
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    def counts(self, now: datetime) -> bool:
        """Whether it opens anything at a moment."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def may(self, scope: Scope) -> bool:
        """Whether it may do that."""
        return scope in self.scopes

    def sees(self, agency: str) -> bool:
        """Whether what belongs to an agency, or to none where it is empty, is for it to see."""
        return self.agencies is None or agency in self.agencies

    @property
    def actor(self) -> str:
        """Who did it, as the audit names a token: `token:portal`."""
        return f"{TOKEN_ACTOR}{self.name}"


class NewToken(Record, frozen=True):
    """A token that somebody wants.

    Attributes:
        name: what it is called from now on.
        scopes: what it may do, as words.
        agencies: whose messages it sees and sends; None for all.
        days: for which it counts; None for ever.
    """

    name: str
    scopes: tuple[str, ...]
    agencies: tuple[str, ...] | None
    days: int | None


class TokenWhyNot(enum.StrEnum):
    """Why there is no such token."""

    NAME = "name"
    """It is no name."""
    NAME_TAKEN = "name_taken"
    """A token has or had it."""
    SCOPES = "scopes"
    """It has none, or one that there is not."""
    AGENCIES = "agencies"
    """The same of agencies."""
    DAYS = "days"
    """They are too few or too many."""


class TokenMade(Record, frozen=True):
    """A token is to be kept.

    Attributes:
        token: see there.
        token_hash: SHA-256 of what that system holds, 64 hex digits.
    """

    token: ApiToken
    token_hash: str


class TokenEnd(Record, frozen=True):
    """The token of a name is to count no more."""

    name: str
    at: datetime
    by: str


class TokenUsed(Record, frozen=True):
    """A token was used; written down where the last use was before `unless`."""

    id: TokenId
    at: datetime
    unless: datetime


class ApiOrder(Record, frozen=True):
    """A text that another system has sent.

    Attributes:
        id: ours.
        token: by which.
        key: of that system's, so that it is queued once.
        agency: whose text it is; empty for none.
        door, short_code: by which door it leaves and no other one, and the number it comes from.
        recipient, hashes: who gets it, and its keyed hashes, by today's key first.
        text, alphabet, segments: as it goes onto the air.
        at, not_before, valid_until: when it came, may go, and is not worth sending any more.
        by: the token's name for the audit.
    """

    id: MessageId
    token: TokenId
    key: str
    agency: str
    door: DoorName
    short_code: ShortCode
    recipient: Address
    hashes: tuple[NumberHash, ...]
    text: Private[str]
    alphabet: str
    segments: int
    at: datetime
    not_before: datetime
    valid_until: datetime
    by: str


class ApiQueued(Record, frozen=True, tag=True):
    """It waits to be sent; `before` where the same call was made earlier."""

    id: MessageId
    before: bool = False


class ApiOptedOut(Record, frozen=True, tag=True):
    """The number wants no texts."""


class ApiBlocked(Record, frozen=True, tag=True):
    """Staff have blocked the number."""


class ApiKeyTaken(Record, frozen=True, tag=True):
    """The key was used for another text or number."""


ApiSent = ApiQueued | ApiOptedOut | ApiBlocked | ApiKeyTaken
