"""Who may sign in, their sessions, invitations and failed attempts: what the store keeps."""

import enum
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NewType

from sms_gateway.domain.message import Language
from sms_gateway.domain.record import Private, Record
from sms_gateway.domain.staff import AgencyId, LoginName, Person, Role, StaffId

ADD_ACT = "staff.add"
CHANGE_ACT = "staff.change"
DISABLE_ACT = "staff.disable"
ENABLE_ACT = "staff.enable"
INVITE_ACT = "staff.invite"
ACCEPT_ACT = "staff.accept"
SIGN_IN_ACT = "staff.sign_in"
FAILED_ACT = "staff.sign_in_failed"
SIGN_OUT_ACT = "staff.sign_out"
REVOKE_ACT = "staff.revoke"
PASSWORD_ACT = "staff.password"  # noqa: S105  # a word of the audit
TOTP_ACT = "staff.totp"
"""The words of these acts in the audit."""

SessionId = NewType("SessionId", str)
"""Our id of a session, not its token: UUIDv7."""


class StaffRow(Record, frozen=True):
    """One of the staff, as lists show them.

    Attributes:
        id, login, name, role, agencies, language, keys_off: see `staff.Person`.
        disabled: they cannot sign in.
        has_password: they took up their invitation, and were not invited again since.
        has_totp: they sign in with a code as well.
        added_at, added_by: when and by whom.
        accepted_at: when they took up an invitation last, or None.
        signed_in_at: when they signed in last, or None.
        linked: they sign in by the provider, and nobody else there does as them.
    """

    id: StaffId
    login: LoginName
    name: str
    role: Role
    agencies: frozenset[AgencyId] | None
    language: Language
    disabled: bool
    has_password: bool
    has_totp: bool
    added_at: datetime
    added_by: str
    accepted_at: datetime | None = None
    signed_in_at: datetime | None = None
    keys_off: bool = False
    linked: bool = False

    @property
    def person(self) -> Person:
        """Whom it is about."""
        who = self.id, self.login, self.name, self.role
        return Person(*who, self.agencies, self.language, self.keys_off)


class Credentials(Record, frozen=True):
    """What a person proves themselves by.

    Attributes:
        staff: who.
        password: argon2id, in its own encoding; empty where there is none.
        totp: what the secret of their codes is made of; empty where they have none.
        totp_offered: one that they have not confirmed yet, or empty.
        totp_step: the last step (30 s since 1970) whose code was used.
        issuer, subject: who they are at a provider; empty where they are not linked.
    """

    staff: StaffRow
    password: Private[str]
    totp: Private[str]
    totp_offered: Private[str]
    totp_step: int
    issuer: str = ""
    subject: str = ""


class SessionRow(Record, frozen=True):
    """Somebody who is signed in.

    Attributes:
        id: ours.
        staff_id: who.
        started_at, last_seen_at: first and last request, the last to about a minute.
        address: where they signed in from.
        second_factor: the provider asked for one, so that none of ours is needed.
    """

    id: SessionId
    staff_id: StaffId
    started_at: datetime
    last_seen_at: datetime
    address: str
    second_factor: bool = False


class FoundSession(Record, frozen=True):
    """A session, and whose it is."""

    row: SessionRow
    staff: StaffRow


class InviteRow(Record, frozen=True):
    """An invitation that nobody took up: for whom, and until when."""

    staff: StaffRow
    expires_at: datetime


class StaffResult(enum.StrEnum):
    """What the store says of an act on a person."""

    DONE = "done"
    TAKEN = "taken"
    UNKNOWN = "unknown"
    DISABLED = "disabled"
    LAST_ADMINISTRATOR = "last_administrator"
    NOT_LINKED = "not_linked"


class Tolerance(Record, frozen=True):
    """How many failures are borne, and what follows.

    Attributes:
        failures, address_failures: as many within a window bring the first wait: of one account,
            and of one address, behind which a whole office may sit.
        window_s: seconds of that window.
        longest_s: the longest wait in seconds; the first is a minute, each next one twice as long.
        forget_s: so many seconds after the last failure all is forgotten.
        known_s: so many seconds an address counts as known from which an account signed in.
    """

    failures: int = 5
    address_failures: int = 20
    window_s: int = 15 * 60
    longest_s: int = 60 * 60
    forget_s: int = 24 * 60 * 60
    known_s: int = 30 * 24 * 60 * 60


class Attempt(Record, frozen=True):
    """Somebody tries to prove who they are.

    Attributes:
        account, address, known: keyed hashes of the login, of the address, and of both together;
            the last two are empty where the address does not count, the first one where nobody
            said yet who they are.
        at: when.
        tolerance: see there.
    """

    account: str
    address: str
    known: str
    at: datetime
    tolerance: Tolerance


class Begun(Record, frozen=True):
    """What was counted before the proof was looked at, as if it were wrong.

    Attributes:
        wait_until: it is not looked at before then, and was not counted; None where it is.
        counted: names of the counts, each with the end of the wait that it brings where the proof
            is wrong, in milliseconds since 1970; 0 for none.
        locks_until: the longest of these waits, or None.
    """

    wait_until: datetime | None
    counted: tuple[tuple[str, int], ...] = ()
    locks_until: datetime | None = None


class Spared(Record, frozen=True):
    """It was not wrong: the counts go back.

    Attributes:
        begun: what was counted.
        right: all of it was right, so the account's count ends; and its address is known
            under the name, where that is not empty.
        known: the name.
        at, known_until: now, and how long that is remembered.
    """

    begun: Begun
    right: bool
    known: str
    at: datetime
    known_until: datetime


class LockNote(Record, frozen=True):
    """A wait began: one line for the audit, not one for each failure.

    Attributes:
        login: whose, where there is such a person, else empty: it may be a password that was typed
            into the wrong field.
        address: from where.
        at, until: when, and how long.
    """

    login: str
    address: str
    at: datetime
    until: datetime


class SignInOrder(Record, frozen=True):
    """A session begins.

    Attributes:
        proved: what the proof was held against; where it changed meanwhile nothing begins.
        password: its hash from now on.
        step: step of the code, 0 where there is none.
        session: the new one.
        token_hash: what its token is found by.
        spared: see there.
        started_after: sessions that began before are over.
    """

    proved: Credentials
    password: Private[str]
    step: int
    session: SessionRow
    token_hash: str
    spared: Spared
    started_after: datetime


class Touch(Record, frozen=True):
    """A session was used."""

    token_hash: str
    at: datetime


class RevokeOrder(Record, frozen=True):
    """Sessions end by somebody else's word.

    Attributes:
        staff_id: whose, all of them; empty where one is named.
        session: which one, or empty.
        at, by: when, and who says so.
    """

    staff_id: str
    session: str
    at: datetime
    by: str


class Invite(Record, frozen=True):
    """A link that works once.

    Attributes:
        login: whose.
        token_hash: what it is found by.
        at, expires_at: from when until when.
        by: who invites.
    """

    login: LoginName
    token_hash: str
    at: datetime
    expires_at: datetime
    by: str


class AddOrder(Record, frozen=True):
    """Somebody new, with their invitation; `first`: only where nobody is there yet.

    Without an invitation they sign in by the provider alone.
    """

    staff: StaffRow
    invite: Invite | None
    first: bool = False


class AcceptOrder(Record, frozen=True):
    """An invitation is taken up."""

    token_hash: str
    password: Private[str]
    at: datetime


class ChangeOrder(Record, frozen=True):
    """What a person may do changes; all their sessions end where that is less or more than before.

    Attributes:
        login: whose.
        name, role, agencies, disabled: as they are from now on; None leaves the first two as they
            are, and `same_agencies` the third.
        at, by: when, and who says so.
    """

    login: LoginName
    at: datetime
    by: str
    name: str | None = None
    role: Role | None = None
    agencies: frozenset[AgencyId] | None = None
    same_agencies: bool = True
    disabled: bool | None = None


class PasswordOrder(Record, frozen=True):
    """A person's own new password.

    Attributes:
        proved: what the old one was held against.
        password: the new one's hash.
        keep: the session that goes on, or empty.
        spared: see there.
        at: when.
        step: of the code, 0 where they have no second factor.
    """

    proved: Credentials
    password: Private[str]
    keep: str
    spared: Spared
    at: datetime
    step: int = 0


class TotpOrder(Record, frozen=True):
    """A person's own second factor.

    Attributes:
        staff_id: whose.
        secret: what it is made of, as it is kept.
        step: of the code that confirms it; where it is only offered, of the present code that
            was shown for it, 0 where there is no factor yet.
        keep: the session that goes on, or empty.
        at: when.
    """

    staff_id: StaffId
    secret: Private[str]
    step: int
    keep: str
    at: datetime


class LanguageOrder(Record, frozen=True):
    """The language of a person's pages."""

    staff_id: StaffId
    language: Language


class KeysOrder(Record, frozen=True):
    """Whether single keys do something on a person's pages."""

    staff_id: StaffId
    off: bool


def is_over(session: SessionRow, now: datetime, idle: timedelta, absolute: timedelta) -> bool:
    """Whether a session is too long unused, or began too long ago."""
    return now - session.started_at >= absolute or now - session.last_seen_at >= idle


def agencies_words(agencies: Iterable[str] | None) -> str:
    """Agencies in one line, `all` where they are not limited."""
    return "all" if agencies is None else ",".join(sorted(agencies)) or "none"
