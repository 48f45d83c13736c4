"""Who is at the console: people, passwords and codes, sessions, invitations, waits after failures.

In comes what a person types and the token of their browser; out goes a session with the person in
it, or a value that says why not. What is a page, a cookie or a header is no matter of this room.
"""

from sms_gateway.access.access import Access
from sms_gateway.access.keeping import AccessLimits, AccessStore, Around
from sms_gateway.access.signing_in import comes_by_provider
from sms_gateway.access.values import (
    Accepted,
    Amendment,
    Changed,
    CodeNeeded,
    Invitation,
    Invited,
    LockedOut,
    NewPerson,
    NoSuchInvitation,
    NotDone,
    NotLetIn,
    NotSignedIn,
    NotTheirs,
    SecondFactorLost,
    SecondFactorNeeded,
    Session,
    SignedIn,
    TooWeak,
    TotpOffer,
    Weakness,
    WhyNot,
    WrongCode,
    WrongPassword,
)

__all__ = [
    "Accepted",
    "Access",
    "AccessLimits",
    "AccessStore",
    "Amendment",
    "Around",
    "Changed",
    "CodeNeeded",
    "Invitation",
    "Invited",
    "LockedOut",
    "NewPerson",
    "NoSuchInvitation",
    "NotDone",
    "NotLetIn",
    "NotSignedIn",
    "NotTheirs",
    "SecondFactorLost",
    "SecondFactorNeeded",
    "Session",
    "SignedIn",
    "TooWeak",
    "TotpOffer",
    "Weakness",
    "WhyNot",
    "WrongCode",
    "WrongPassword",
    "comes_by_provider",
]
