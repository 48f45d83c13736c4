"""What replies say by the files together with the versions that staff put into force."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sms_gateway.domain.message import Language
from sms_gateway.domain.wordings import Decided, Wording, WordingVersion
from sms_gateway.enquiry.replies import Replies
from sms_gateway.enquiry.reply_forms import (
    Form,
    Template,
    read_english,
    read_template,
    read_vietnamese,
)
from sms_gateway.enquiry.templates import TEMPLATES, Misfit, ReplyError, Rule

Versions = Mapping[str, WordingVersion]
"""The one version of each reply that holds; a reply that is not there says what the file says."""

Table = Mapping[str, str]

_LENGTH = (Rule.USUAL, Rule.WORST)


def in_force(approved: Iterable[WordingVersion], now: datetime) -> Versions:
    """Of all that were approved, what holds at a moment.

    Args:
        approved: in any order; others are passed over.
        now: the moment.
    """
    held = [
        one
        for one in approved
        if one.state is Decided.APPROVED and one.holds_from is not None and one.holds_from <= now
    ]
    return {one.template: one for one in sorted(held, key=_order)}


def _order(one: WordingVersion) -> tuple[datetime | None, datetime | None, str]:
    return one.holds_from, one.decided_at, one.id


def reworded(replies: Replies, versions: Versions) -> tuple[Replies, Sequence[WordingVersion]]:
    """The replies by these versions, and those that cannot be used: there the file's wording holds.

    A version was checked when it was proposed; a newer gateway may ask more of it.
    """
    changed: dict[str, Template] = {}
    unfit: list[WordingVersion] = []
    for name, one in versions.items():
        if one.wording is None:
            continue
        try:
            changed[name] = template_of(name, one.wording)
        except ReplyError:
            unfit.append(one)
    return replies.reworded(changed), unfit


def with_wording(replies: Replies, name: str, wording: Wording | None) -> Replies:
    """The same replies, but for one; None for whatever the file says. Raises ReplyError."""
    said = wording or wording_of(replies.of_file, name)
    return replies.reworded({name: template_of(name, said)}, of_file=False)


@dataclass(frozen=True, slots=True)
class Tried:
    """What somebody writes, before it is right.

    Attributes:
        replies: with it; a language that cannot be read says there what it says today.
        misfits: the rules that it breaks.
        unread: languages that cannot be read.
        too_long: it breaks the rule of its length.
    """

    replies: Replies
    misfits: Sequence[Misfit]
    unread: Collection[Language]
    too_long: bool


def tried(replies: Replies, name: str, wording: Wording) -> Tried:
    """What becomes of a wording, also of one that is too long or wrongly written."""
    broken = misfits(name, wording)
    unread = {one.language for one in broken if one.rule not in _LENGTH}
    held = wording_of(replies, name)
    vi = held if Language.VI_ACCENTED in unread else wording
    en = held if Language.EN in unread else wording
    said = tables(Wording(vi.vi, vi.vi_tail, en.en, en.en_tail))
    made = read_template(name, *said, any_length=True)
    shown = replies.reworded({name: made}, of_file=False)
    return Tried(shown, broken, unread, len(broken) > len(unread))


def template_of(name: str, wording: Wording) -> Template:
    """One reply, checked.

    Raises:
        ReplyError: it breaks a rule, or there is no such reply.
    """
    if name not in TEMPLATES:
        message = f"[{name}] is no reply of this gateway"
        raise ReplyError(message)
    return read_template(name, *tables(wording))


def tables(wording: Wording) -> tuple[Table, Table]:
    """A reply as the files have it: in Vietnamese, in English."""
    return _table(wording.vi, wording.vi_tail), _table(wording.en, wording.en_tail)


def wording_of(replies: Replies, name: str) -> Wording:
    """What a reply says, as a person writes it."""
    vi = replies.wording(name, Language.VI_ACCENTED)
    return Wording(*vi, *replies.wording(name, Language.EN))


def misfits(name: str, wording: Wording) -> Sequence[Misfit]:
    """Which rules it breaks: one of each language at most, for a person mends one by one."""
    vi, en = tables(wording)
    found = (_misfit(read_vietnamese, name, vi), _misfit(read_english, name, en))
    return [one for one in found if one is not None]


def _misfit(read: Callable[[str, Table], Form], name: str, table: Table) -> Misfit | None:
    try:
        read(name, table)
    except ReplyError as error:
        return error.misfit
    return None


def _table(text: str, tail: str) -> Table:
    return {"text": text, "tail": tail} if tail.strip() else {"text": text}
