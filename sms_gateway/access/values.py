"""What this room says; each answer is matched exhaustively."""

import enum
from dataclasses import dataclass
from datetime import datetime

from sms_gateway.domain.access import SessionId
from sms_gateway.domain.identity import Identity, Unproved
from sms_gateway.domain.message import Language
from sms_gateway.domain.secret import Secret
from sms_gateway.domain.staff import AgencyId, Person, Role


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody is signed in.

    Attributes:
        id: ours; not what the browser holds.
        person: who.
        csrf: what each form of theirs holds; made of the token, so the store does not know it.
        started_at, last_seen_at: first and last request, the last to about a minute.
        address: where they signed in from.
        needs_second_factor: they are to set one up before anything else.
        has_second_factor: they have one.
        has_password: they have one; who has none comes from the provider.
    """

    id: SessionId
    person: Person
    csrf: Secret
    started_at: datetime
    last_seen_at: datetime
    address: str
    needs_second_factor: bool
    has_second_factor: bool = False
    has_password: bool = True


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session began; the token is for their browser and is told this once."""

    token: Secret
    session: Session


@dataclass(frozen=True, slots=True)
class SecondFactorNeeded:
    """The password was right, and a code is wanted as well."""


@dataclass(frozen=True, slots=True)
class SecondFactorLost:
    """The password was right, and the key that their second factor was made of is not here.

    No code can be right any more: they need another link.
    """


@dataclass(frozen=True, slots=True)
class NotSignedIn:
    """Something of it was wrong."""


@dataclass(frozen=True, slots=True)
class LockedOut:
    """Too much was wrong lately: nothing is looked at before that moment."""

    until: datetime


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody who is to work at the console.

    Attributes:
        login: as they will type it; large letters become small ones.
        name: how they are called on pages.
        role: what they may do.
        agencies: codes of agencies whose messages they see; None for all.
        language: of their pages.
    """

    login: str
    name: str
    role: Role
    agencies: frozenset[AgencyId] | None = None
    language: Language = Language.VI_ACCENTED


@dataclass(frozen=True, slots=True)
class Amendment:
    """What changes of a person: None leaves the first two, `same_agencies` the third."""

    role: Role | None = None
    name: str | None = None
    agencies: frozenset[AgencyId] | None = None
    same_agencies: bool = True


class WhyNot(enum.StrEnum):
    """Why an act on a person was not done."""

    MALFORMED_LOGIN = "malformed_login"
    MALFORMED_NAME = "malformed_name"
    LOGIN_TAKEN = "login_taken"
    NO_SUCH_PERSON = "no_such_person"
    DISABLED = "disabled"
    LAST_ADMINISTRATOR = "last_administrator"
    UNKNOWN_AGENCY = "unknown_agency"
    NOT_LINKED = "not_linked"


@dataclass(frozen=True, slots=True)
class NotDone:
    """Nothing was changed.

    Attributes:
        why: for whoever says it in another language.
        line: in one line of English: what is wrong and what to do.
    """

    why: WhyNot
    line: str


@dataclass(frozen=True, slots=True)
class Invited:
    """A link that works once: its token, told this once; for whom; until when."""

    token: Secret
    person: Person
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a link is good for; looking does not use it."""

    person: Person
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Accepted:
    """They have a password now and may sign in with it."""

    person: Person


class Weakness(enum.StrEnum):
    """Why a password is not taken (NIST SP 800-63B-4, 3.1.1.2: length, and no known ones)."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    HOLDS_LOGIN = "holds_login"
    COMMON = "common"


@dataclass(frozen=True, slots=True)
class TooWeak:
    """Such a password is not taken."""

    why: Weakness


@dataclass(frozen=True, slots=True)
class NoSuchInvitation:
    """It was used, is past, or never was."""


@dataclass(frozen=True, slots=True)
class Changed:
    """The password is another one."""


@dataclass(frozen=True, slots=True)
class WrongPassword:
    """The old one, or the code of their second factor, is not that."""


@dataclass(frozen=True, slots=True)
class TotpOffer:
    """A second factor to be confirmed.

    Attributes:
        secret: in Base32, for typing.
        uri: `otpauth://`, for a QR code.
    """

    secret: Secret
    uri: Secret


class NotTheirs(enum.StrEnum):
    """Why somebody whom the provider knows is not let in."""

    NOBODY = "nobody"
    DISABLED = "disabled"
    RESERVED = "reserved"
    OTHER_SUBJECT = "other_subject"
    LINKED_ELSEWHERE = "linked_elsewhere"
    CHANGED = "changed"
    LOST_FACTOR = "lost_factor"
    """The key that their second factor was made of is not here."""


@dataclass(frozen=True, slots=True)
class NotLetIn:
    """The provider knows them, and we do not let them in."""

    why: NotTheirs


@dataclass(frozen=True, slots=True)
class CodeNeeded:
    """They are who they say, and a code of our own second factor is wanted as well."""

    identity: Identity


@dataclass(frozen=True, slots=True)
class WrongCode:
    """The code is not that of their second factor, or was used."""


ProvidedResult = SignedIn | CodeNeeded | NotLetIn | Unproved | LockedOut
CodeResult = SignedIn | WrongCode | NotLetIn | LockedOut
SignInResult = SignedIn | SecondFactorNeeded | SecondFactorLost | NotSignedIn | LockedOut
AcceptResult = Accepted | TooWeak | NoSuchInvitation
PasswordResult = Changed | TooWeak | WrongPassword | SecondFactorLost | LockedOut
TotpResult = TotpOffer | WrongPassword | SecondFactorLost | LockedOut
