"""Goes along the chain of the audit, beside whoever serves the store; keeps one page of it."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from sms_gateway.domain.audit_chain import Anchor, ChainFault, Check, Head, Link, Wrong

PAGE = 1_000
"""Lines that are asked for at once."""

_PAST_ALL = 1 << 62


class Trail(Protocol):
    """What the store knows of the chain. Each raises StoreDownError."""

    async def links(self, after: tuple[int, int], limit: int) -> Sequence[Link]:
        """The next lines behind a place and a row, in order of both."""

    async def anchor_from(self, seq: int) -> Anchor | None:
        """The first thing a purge left that holds a number or one behind it."""

    async def head(self) -> Head:
        """Where the chain ends."""

    async def unchained(self) -> int:
        """How many lines have no place in it yet."""


async def verified(trail: Trail, check: Check) -> AsyncIterator[ChainFault]:
    """All that is wrong; lines that are added or purged meanwhile are no fault.

    Args:
        trail: see there.
        check: is at the beginning, and at the end knows how many lines there were.

    Raises:
        StoreDownError: it cannot be read.
    """
    after = (0, 0)
    while True:
        # In this order: whatever the head says must be among the lines that are read behind it.
        head = await trail.head()
        page = await trail.links(after, PAGE)
        for link in page:
            if anchor := await _gone_before(trail, check, link.seq):
                for fault in await _jumped(trail, check, anchor):
                    yield fault
                after = (check.at.seq, _PAST_ALL)
                break
            for fault in check.take(link):
                yield fault
            after = (link.seq, link.line.id)
        if page:
            continue
        if anchor := await trail.anchor_from(check.at.seq + 1):
            for fault in await _jumped(trail, check, anchor):
                yield fault
            continue
        for fault in check.end(head, await trail.unchained()):
            yield fault
        return


async def _gone_before(trail: Trail, check: Check, seq: int) -> Anchor | None:
    """What a purge left of lines between where we are and the next line that stands."""
    if seq <= check.at.seq + 1:
        return None
    anchor = await trail.anchor_from(check.at.seq + 1)
    return anchor if anchor is not None and anchor.first < seq else None


async def _jumped(trail: Trail, check: Check, anchor: Anchor) -> Sequence[ChainFault]:
    """Go past an anchor; what still stands where it says that all is gone was put there."""
    faults = list(check.jump(anchor))
    inside = await trail.links((anchor.first - 1, _PAST_ALL), 1)
    faults += [ChainFault(Wrong.FORK, one.seq, one.seq) for one in inside if one.seq <= anchor.last]
    return faults
