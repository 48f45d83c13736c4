"""What this room says; each answer is matched exhaustively."""

import enum
from dataclasses import dataclass, field
from datetime import datetime


class Refusal(enum.StrEnum):
    """Why nobody was proved to be anybody, as logs and the audit say it."""

    UNREACHABLE = "unreachable"
    ODD_ANSWER = "odd_answer"
    OTHER_ISSUER = "other_issuer"
    UNSAFE_PROVIDER = "unsafe_provider"
    DENIED = "denied"
    OTHER_PROVIDER = "other_provider"
    CODE_REFUSED = "code_refused"
    MALFORMED = "token_malformed"
    ALGORITHM = "token_algorithm"
    UNKNOWN_KEY = "token_key"
    SIGNATURE = "token_signature"
    ISSUER = "token_issuer"
    AUDIENCE = "token_audience"
    TIME = "token_time"
    NONCE = "token_nonce"
    SUBJECT = "token_subject"
    LOGIN = "login_claim"
    UNVERIFIED = "email_unverified"


OWN_FAULT = frozenset(
    {
        Refusal.UNREACHABLE,
        Refusal.ODD_ANSWER,
        Refusal.OTHER_ISSUER,
        Refusal.UNSAFE_PROVIDER,
    }
)
"""What is no attempt of a browser, so that it is not counted as one, nor noted as somebody's."""


@dataclass(frozen=True, slots=True)
class Flow:
    """One sign-in, from leaving for the provider to coming back.

    Attributes:
        state: comes back with the browser.
        nonce: comes back in the ID token.
        verifier: of PKCE (RFC 7636), 43 characters or more.
        until: it can be ended up to then.
    """

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    until: datetime


@dataclass(frozen=True, slots=True)
class Brought:
    """What a browser brings back from the provider, each empty where it is not there.

    Attributes:
        code: for an ID token.
        error: why there is none (RFC 6749 section 4.1.2.1).
        issuer: whose answer it is (RFC 9207).
    """

    code: str = field(repr=False)
    error: str
    issuer: str
