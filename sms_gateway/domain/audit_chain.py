"""The chain of the audit: how a line is hashed, how an anchor is signed, what may be wrong.

A value is encoded as a netstring: the number of its octets in decimal, a colon, its octets in
UTF-8, a comma. So an auditor can make the same hash by `printf` and `sha256sum`, as
docs/security.md shows.

- content = SHA-256 of salt, subject, detail
- hash = SHA-256 of the hash before, seq, at in milliseconds, by, act, content

Subject and detail may have to go before their line does. Then the salt goes with them: nobody can
try what they were against the content, and the chain still holds.
"""

import enum
import hmac
from collections.abc import Sequence
from hashlib import sha256

from sms_gateway.domain.record import Private, Record

FIRST = "0" * 64
"""What stands for the hash before the first line."""

_MARK = b"audit-anchor"


class Head(Record, frozen=True):
    """Where a chain ends.

    Attributes:
        seq: of its last line; 0 where there is none yet.
        hash: of that line, 64 hex digits.
    """

    seq: int
    hash: str


EMPTY_CHAIN = Head(0, FIRST)


class Seal(Record, frozen=True):
    """What anchors are signed with, made from a key of `keys/`.

    Attributes:
        key_id: of which key.
        seal: 32 hex digits.
    """

    key_id: str
    seal: Private[str]


class Line(Record, frozen=True):
    """A line of the audit, as octets: also what no code of ours wrote can be hashed.

    Attributes:
        id: its row.
        at: milliseconds since 1970.
        by, act, subject, detail: who did what to what, and how.
        salt: 32 hex digits; empty where subject and detail were blanked.
    """

    id: int
    at: int
    by: bytes
    act: bytes
    subject: Private[bytes]
    detail: Private[bytes]
    salt: bytes


class Link(Record, frozen=True):
    """A line in its place.

    Attributes:
        line: see there.
        seq: its number, from 1.
        content: hash of its subject and detail.
        prev: hash of the line before it.
        hash: its own.
    """

    line: Line
    seq: int
    content: str
    prev: str
    hash: str

    @property
    def blanked(self) -> bool:
        """Its subject and detail were taken away, and its place was left."""
        return not (self.line.salt or self.line.subject or self.line.detail)


class Anchor(Record, frozen=True):
    """What a purge leaves of lines that followed one another.

    Attributes:
        first, last: their numbers.
        before: hash of the line before the first of them.
        hash: of the last one.
        key_id: of the key that it is signed with; empty where none was at hand.
        mark: the signature, 64 hex digits.
    """

    first: int
    last: int
    before: str
    hash: str
    key_id: str = ""
    mark: str = ""


def netstrings(*values: bytes) -> bytes:
    """Values behind one another, so that where one ends and the next begins counts."""
    return b"".join(b"%d:%b," % (len(value), value) for value in values)


def content_of(line: Line) -> str:
    """The hash of what a line is about."""
    return sha256(netstrings(line.salt, line.subject, line.detail)).hexdigest()


def hash_of(prev: str, seq: int, line: Line, content: str) -> str:
    """The hash of a line in its place."""
    place = prev.encode(), b"%d" % seq, b"%d" % line.at
    return sha256(netstrings(*place, line.by, line.act, content.encode())).hexdigest()


def linked(head: Head, lines: Sequence[Line]) -> Sequence[Link]:
    """Lines as they follow the end of a chain."""
    links = []
    for line in lines:
        seq, prev, content = head.seq + 1, head.hash, content_of(line)
        head = Head(seq, hash_of(prev, seq, line, content))
        links.append(Link(line, seq, content, prev, head.hash))
    return links


def anchors_of(links: Sequence[Link]) -> Sequence[Anchor]:
    """What is left of lines that go: one for those that follow one another."""
    found: list[Anchor] = []
    for link in sorted(links, key=lambda one: one.seq):
        if found and found[-1].last == link.seq - 1:
            found[-1] = Anchor(found[-1].first, link.seq, found[-1].before, link.hash)
        else:
            found.append(Anchor(link.seq, link.seq, link.prev, link.hash))
    return found


def signed(anchor: Anchor, seals: Sequence[Seal]) -> Anchor:
    """An anchor with the signature of the first key; without one where there is no key."""
    span = anchor.first, anchor.last, anchor.before, anchor.hash
    if not seals:
        return Anchor(*span)
    return Anchor(*span, seals[0].key_id, _mark(anchor, seals[0]))


def is_ours(anchor: Anchor, seals: Sequence[Seal]) -> bool:
    """Whether one of our keys signed it."""
    fitting = (_mark(anchor, seal) for seal in seals if seal.key_id == anchor.key_id)
    return any(hmac.compare_digest(mark.encode(), anchor.mark.encode()) for mark in fitting)


def joined(left: Anchor, right: Anchor) -> Anchor:
    """Two that follow one another as one, not signed."""
    return Anchor(left.first, right.last, left.before, right.hash)


def _mark(anchor: Anchor, seal: Seal) -> str:
    span = b"%d" % anchor.first, b"%d" % anchor.last, anchor.before.encode(), anchor.hash.encode()
    return hmac.new(bytes.fromhex(seal.seal), netstrings(_MARK, *span), sha256).hexdigest()


class Wrong(enum.StrEnum):
    """What may be wrong with a chain.

    changed: a line is not what was hashed. missing: lines are not there, and no purge took them.
    fork: two lines have one number. detached: a line does not follow the one before it. unsigned:
    what a purge left is signed by no key of ours. head: the chain ends elsewhere than it says.
    other: it is not the chain that the journal knows. unchained: lines are not in it yet.
    """

    CHANGED = "changed"
    MISSING = "missing"
    FORK = "fork"
    DETACHED = "detached"
    UNSIGNED = "unsigned"
    HEAD = "head"
    OTHER = "other"
    UNCHAINED = "unchained"


class ChainFault(Record, frozen=True):
    """Something is wrong.

    Attributes:
        wrong: see there.
        first, last: the numbers of the lines; of `unchained` how many they are stands in `last`.
    """

    wrong: Wrong
    first: int
    last: int


class Check:
    """Goes along a chain, line by line, and keeps nothing but where it is.

    Args:
        seals: of all keys.
        known: what the chain is to hold, from the journal; None where nothing is known.

    Attributes:
        at: how far it is.
        lines, blanked, purged: how many it met, how many of them were blanked, how many are gone.
    """

    def __init__(self, seals: Sequence[Seal], known: Head | None = None) -> None:
        self._seals = seals
        self._known = known
        self.at = EMPTY_CHAIN
        self.lines = self.blanked = self.purged = 0

    def jump(self, anchor: Anchor) -> Sequence[ChainFault]:
        """Go past what a purge took; `anchor` holds the next number or one behind it."""
        faults = []
        span = anchor.first, anchor.last
        if anchor.first > self.at.seq + 1:
            faults.append(ChainFault(Wrong.MISSING, self.at.seq + 1, anchor.first - 1))
        if not is_ours(anchor, self._seals):
            faults.append(ChainFault(Wrong.UNSIGNED, *span))
        # Where a purge goes on meanwhile, an anchor may begin before what was seen already.
        if anchor.first == self.at.seq + 1 and anchor.before != self.at.hash:
            faults.append(ChainFault(Wrong.DETACHED, *span))
        self.purged += anchor.last - max(self.at.seq, anchor.first - 1)
        return [*faults, *self._came(anchor.last, anchor.hash)]

    def take(self, link: Link) -> Sequence[ChainFault]:
        """Look at the next line."""
        self.lines += 1
        self.blanked += link.blanked
        wrong = []
        faults: list[ChainFault] = []
        if link.seq > self.at.seq + 1:
            faults.append(ChainFault(Wrong.MISSING, self.at.seq + 1, link.seq - 1))
        elif link.seq <= self.at.seq:
            wrong.append(Wrong.FORK)
        elif link.prev != self.at.hash:
            wrong.append(Wrong.DETACHED)
        whole = link.blanked or content_of(link.line) == link.content
        if not whole or hash_of(link.prev, link.seq, link.line, link.content) != link.hash:
            wrong.append(Wrong.CHANGED)
        faults += [ChainFault(one, link.seq, link.seq) for one in wrong]
        return [*faults, *self._came(link.seq, link.hash)]

    def end(self, head: Head, unchained: int) -> Sequence[ChainFault]:
        """All lines were met; `head` was asked for after the last one."""
        faults = []
        if head.seq > self.at.seq:
            faults.append(ChainFault(Wrong.MISSING, self.at.seq + 1, head.seq))
        elif head != self.at:
            faults.append(ChainFault(Wrong.HEAD, head.seq, self.at.seq))
        if self._known is not None and self._known.seq > max(self.at.seq, head.seq):
            faults.append(ChainFault(Wrong.MISSING, self.at.seq + 1, self._known.seq))
        if unchained:
            faults.append(ChainFault(Wrong.UNCHAINED, 0, unchained))
        return faults

    def _came(self, seq: int, digest: str) -> Sequence[ChainFault]:
        self.at = Head(max(seq, self.at.seq), digest)
        known = self._known
        if known is not None and known.seq == seq and known.hash != digest:
            return [ChainFault(Wrong.OTHER, seq, seq)]
        return ()
