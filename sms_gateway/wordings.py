"""What staff do about the wording of replies: propose a version, approve it, take it back.

A version holds from its day on, at every gateway; the files hold where there is none. Who proposes
and who approves are told apart by their account, never by a name that can be changed.
"""

import enum
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sms_gateway.commands import checked_note
from sms_gateway.domain.staff import Person, staff_actor
from sms_gateway.domain.wordings import (
    Decided,
    Wording,
    WordingApproval,
    WordingDone,
    WordingEnd,
    WordingVersion,
)
from sms_gateway.enquiry.replies import Replies
from sms_gateway.enquiry.templates import TEMPLATES, Misfit
from sms_gateway.enquiry.wordings import (
    Tried,
    in_force,
    misfits,
    tried,
    with_wording,
    wording_of,
)

MOST_AHEAD = timedelta(days=366)
"""So long before its day a version may be proposed."""

_NOT_CHANGED: Sequence[Misfit] = ()


class WhyNot(enum.Enum):
    """Why a version is not proposed or approved, before the store is asked."""

    FILES = "files"
    NO_TEMPLATE = "no_template"
    MISFIT = "misfit"
    SAME = "same"
    PAST = "past"
    FAR = "far"


@dataclass(frozen=True, slots=True)
class NotDone:
    """All is as it was.

    Attributes:
        why: see there.
        misfits: the rules that the wording breaks, where that is why.
    """

    why: WhyNot | WordingDone
    misfits: Sequence[Misfit] = _NOT_CHANGED


@dataclass(frozen=True, slots=True)
class Proposal:
    """A version as a person writes it.

    Attributes:
        template: the reply.
        wording: what it is to say; None for whatever the file says.
        base: the version that held when they began to write; empty for the file.
        before: the hash of what held then, see `WordingVersion.before`.
        note: why, for people.
        wanted_from: from when it is to hold; None for as soon as it is approved.
    """

    template: str
    wording: Wording | None
    base: str
    before: str
    note: str = ""
    wanted_from: datetime | None = None


class WordingReading(Protocol):
    """Where versions stand. Each raises StoreDownError."""

    async def versions(self, template: str, limit: int) -> Sequence[WordingVersion]:
        """Those of one reply, the last one first."""

    async def version(self, name: str) -> WordingVersion | None:
        """One of them; None where there is none of that id."""

    async def waiting(self) -> Sequence[WordingVersion]:
        """Those that wait for a decision, the oldest first."""

    async def approved(self) -> Sequence[WordingVersion]:
        """Those that were approved, of each reply the one that holds last at the end."""


class WordingStore(WordingReading, Protocol):
    """Where they are written down; each change is audited in its own transaction."""

    async def propose(self, proposed: WordingVersion) -> WordingDone:
        """Write a proposal down. Raises StoreDownError."""

    async def approve(self, approval: WordingApproval) -> WordingDone:
        """Let a proposal hold. Raises StoreDownError."""

    async def end(self, end: WordingEnd) -> WordingDone:
        """Reject or withdraw one. Raises StoreDownError."""


@dataclass(frozen=True, slots=True)
class WordingCommands:
    """The acts. All raise StoreDownError.

    Attributes:
        store: where they are written down.
        replies: those of now.
        in_console: staff may change them here; else the files alone say it.
        second_person: what one proposes, another one approves.
        now: clock.
        new_id: makes ids.
        look: lets this gateway answer by what stands in the store now.
    """

    store: WordingStore
    replies: Callable[[], Replies]
    in_console: bool
    second_person: bool
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    look: Callable[[], Awaitable[None]]

    def tried(self, name: str, wording: Wording) -> Tried:
        """What becomes of a wording while it is written; nothing is written down."""
        return tried(self.replies(), name, wording)

    def may_approve(self, version: WordingVersion, person: Person) -> bool:
        """Whether a proposal of somebody is another one's to approve."""
        return not self.second_person or version.proposer != person.id

    async def propose(self, proposal: Proposal, by: Person) -> WordingVersion | NotDone:
        """Propose a version of a reply, or that it says again whatever the file says.

        Args:
            proposal: see there.
            by: who does.

        Raises:
            CommandError: the note is too long.
        """
        await self.look()
        now = self.now()
        if wrong := self._not_proposed(proposal, now):
            return wrong
        if proposal.wording is None and not await self._is_changed(proposal.template, now):
            return NotDone(WhyNot.SAME)
        replies, name = self.replies(), proposal.template
        made = with_wording(replies, name, proposal.wording)
        said = None if proposal.wording is None else wording_of(made, name)
        version = WordingVersion(
            *(self.new_id(), name, proposal.base, said, made.version(name)),
            *(proposal.before, checked_note(proposal.note), proposal.wanted_from),
            *(now, staff_actor(by), by.id),
        )
        done = await self.store.propose(version)
        return version if done is WordingDone.DONE else NotDone(done)

    def _not_proposed(self, proposal: Proposal, now: datetime) -> NotDone | None:
        name, wording = proposal.template, proposal.wording
        if not self.in_console:
            return NotDone(WhyNot.FILES)
        if name not in TEMPLATES:
            return NotDone(WhyNot.NO_TEMPLATE)
        if wording is not None and (broken := misfits(name, wording)):
            return NotDone(WhyNot.MISFIT, broken)
        replies = self.replies()
        held = replies.version(name)
        if proposal.before != held:
            return NotDone(WordingDone.OUTDATED)
        if wording is not None and with_wording(replies, name, wording).version(name) == held:
            return NotDone(WhyNot.SAME)
        return _wrong_day(proposal.wanted_from, now)

    async def _is_changed(self, template: str, now: datetime) -> bool:
        held = in_force(await self.store.approved(), now).get(template)
        return held is not None and held.wording is not None

    async def approve(self, name: str, by: Person) -> WordingVersion | NotDone:
        """Let a proposal hold, from now on or from its day.

        Args:
            name: id of the version.
            by: who does; another person than who proposed it, where one is asked for.
        """
        await self.look()
        found = await self.store.version(name)
        if found is None:
            return NotDone(WordingDone.UNKNOWN)
        if not self.in_console:
            return NotDone(WhyNot.FILES)
        if found.state is Decided.WAITING and (wrong := self._outdated(found)):
            return wrong
        order = WordingApproval(
            name, self.now(), staff_actor(by), by.id, second_person=self.second_person
        )
        done = await self.store.approve(order)
        await self.look()
        return found if done is WordingDone.DONE else NotDone(done)

    def _outdated(self, found: WordingVersion) -> NotDone | None:
        """The files may have changed since it was proposed, or what is asked of a wording."""
        if found.template not in TEMPLATES:
            return NotDone(WhyNot.NO_TEMPLATE)
        replies, name = self.replies(), found.template
        other_file = found.wording is None and found.version != replies.of_file.version(name)
        if other_file or found.before != replies.version(name):
            return NotDone(WordingDone.OUTDATED)
        broken = misfits(found.template, found.wording) if found.wording else ()
        return NotDone(WhyNot.MISFIT, broken) if broken else None

    async def reject(self, name: str, reason: str, by: Person) -> NotDone | None:
        """Let a proposal never hold. Raises CommandError: the reason is too long."""
        return await self._end(name, Decided.REJECTED, reason, by)

    async def withdraw(self, name: str, reason: str, by: Person) -> NotDone | None:
        """Take back what one proposed, or what was approved and does not hold yet.

        Raises:
            CommandError: the reason is too long.
        """
        return await self._end(name, Decided.WITHDRAWN, reason, by)

    async def _end(self, name: str, to: Decided, reason: str, by: Person) -> NotDone | None:
        end = WordingEnd(name, to, checked_note(reason), self.now(), staff_actor(by), by.id)
        done = await self.store.end(end)
        await self.look()
        return None if done is WordingDone.DONE else NotDone(done)


def _wrong_day(wanted: datetime | None, now: datetime) -> NotDone | None:
    if wanted is None:
        return None
    if wanted <= now:
        return NotDone(WhyNot.PAST)
    return NotDone(WhyNot.FAR) if wanted - now > MOST_AHEAD else None
