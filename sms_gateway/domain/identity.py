"""Who somebody is by the word of an identity provider."""

from datetime import datetime

from sms_gateway.domain.record import Record

LINK_ACT = "staff.link"
UNLINK_ACT = "staff.unlink"
OIDC_REFUSED_ACT = "staff.oidc_refused"
"""The words of these acts in the audit."""


class Identity(Record, frozen=True):
    """What an ID token said, once all of it was found right.

    Attributes:
        issuer: the provider.
        subject: its name for that person, which it gives to nobody else.
        login: what they sign in as here, in small letters.
        second_factor: the provider asked for a second factor, in a way that settings let count.
        nonce: of this one sign-in, which begins one session at most.
        until: its sign-in can be ended up to then.
    """

    issuer: str
    subject: str
    login: str
    second_factor: bool
    nonce: str
    until: datetime


class Unproved(Record, frozen=True):
    """Nobody was proved to be anybody.

    Attributes:
        reason: one word for logs, the audit and pages.
        counts: it may be an attack: whoever does it often must wait.
    """

    reason: str
    counts: bool
