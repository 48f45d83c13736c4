"""Who works at the console, and what each role may do."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NewType

from sms_gateway.domain.message import Language

StaffId = NewType("StaffId", str)
"""Our id of a person of the staff: UUIDv7."""

LoginName = NewType("LoginName", str)
"""What a person signs in with: 1 to 64 of a-z, 0-9, dot, dash and underscore."""

AgencyId = NewType("AgencyId", str)
"""The code of an agency, as in `agencies.toml`."""


class Role(enum.StrEnum):
    """What a person is to the console; each may do what the one before may, and more."""

    VIEWER = "viewer"
    CLERK = "clerk"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


class Permission(enum.StrEnum):
    """One thing that a page asks for."""

    OWN_ACCOUNT = "own_account"
    READ_MESSAGES = "read_messages"
    READ_DOSSIERS = "read_dossiers"
    READ_NOTICES = "read_notices"
    READ_TEMPLATES = "read_templates"
    READ_REPORTS = "read_reports"
    READ_DOORS = "read_doors"
    UNMASK = "unmask"
    ANSWER = "answer"
    SETTLE = "settle"
    READ_CITIZENS = "read_citizens"
    COMPLAINTS = "complaints"
    EXPORT = "export"
    READ_RAW = "read_raw"
    READ_AUDIT = "read_audit"
    READ_SYSTEM = "read_system"
    EXPORT_UNMASKED = "export_unmasked"
    CHANGE_CITIZENS = "change_citizens"
    CHANGE_RULES = "change_rules"
    CHANGE_TEMPLATES = "change_templates"
    DECIDE_NOTICES = "decide_notices"
    CHANGE_DOORS = "change_doors"
    MANAGE_STAFF = "manage_staff"
    MANAGE_TOKENS = "manage_tokens"
    ERASE = "erase"


_VIEWER = frozenset({
    Permission.OWN_ACCOUNT,
    Permission.READ_MESSAGES,
    Permission.READ_DOSSIERS,
    Permission.READ_NOTICES,
    Permission.READ_TEMPLATES,
    Permission.READ_REPORTS,
    Permission.READ_DOORS,
})  # fmt: skip
_CLERK = _VIEWER | {
    Permission.UNMASK,
    Permission.ANSWER,
    Permission.SETTLE,
    Permission.READ_CITIZENS,
    Permission.COMPLAINTS,
    Permission.EXPORT,
}
_SUPERVISOR = _CLERK | {
    Permission.READ_RAW,
    Permission.READ_AUDIT,
    Permission.READ_SYSTEM,
    Permission.EXPORT_UNMASKED,
    Permission.CHANGE_CITIZENS,
    Permission.CHANGE_RULES,
    Permission.CHANGE_TEMPLATES,
    Permission.DECIDE_NOTICES,
    Permission.CHANGE_DOORS,
}

PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType({
    Role.VIEWER: _VIEWER,
    Role.CLERK: _CLERK,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.ADMINISTRATOR: frozenset(Permission),
})  # fmt: skip
"""The one table of who may do what."""


@dataclass(frozen=True, slots=True)
class Person:
    """One of the staff.

    Attributes:
        id: ours.
        login: what they sign in with.
        name: how they are called on pages.
        role: what they may do.
        agencies: whose dossiers' messages they see; None for all, and for what names no dossier.
        language: of their pages.
        keys_off: single keys do nothing on these.
    """

    id: StaffId
    login: LoginName
    name: str
    role: Role
    agencies: frozenset[AgencyId] | None
    language: Language
    keys_off: bool = False

    def may(self, permission: Permission) -> bool:
        """Whether their role has it."""
        return permission in PERMISSIONS[self.role]

    def sees(self, agency: str) -> bool:
        """Whether what belongs to an agency, or to none where it is empty, is theirs to see."""
        return self.agencies is None or agency in self.agencies


def staff_actor(person: Person) -> str:
    """Who did it, as the audit names a person at the console: `staff:an`."""
    return f"staff:{person.login}"
