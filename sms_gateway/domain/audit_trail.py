"""Who did what, as people look at it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sms_gateway.domain.audit_chain import Head

PAGE = 50


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which lines are wanted; what is empty or None does not matter.

    Attributes:
        by: of this person, `os:alice`.
        act: whose word begins so: `staff.` for all of them.
        subject: about this, in its own words.
        since, until: at or after, before. A line that came into the chain more than a day late, by
            its own time, may be missed by these two.
        before: lower than this number: the next page.
        limit: at most so many.
    """

    by: str = ""
    act: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line.

    Attributes:
        seq: its number in the chain.
        at, by, act: when, who, and the word of what.
        subject, detail: what it was done to, and how or why; empty where they were blanked.
        blanked: they were there once, and had to go.
    """

    seq: int
    at: datetime
    by: str
    act: str
    subject: str = field(repr=False)
    detail: str = field(repr=False)
    blanked: bool = False


class AuditReading(Protocol):
    """What may be asked of the audit. Each raises StoreDownError."""

    async def audit(self, wanted: AuditFilter) -> Sequence[AuditRow]:
        """Lines that have a place in the chain, newest first."""

    async def audit_head(self) -> Head:
        """Where the chain ends."""
