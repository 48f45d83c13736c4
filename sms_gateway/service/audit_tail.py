"""Whether the newest lines of the audit hold together: a look that ends, however long the chain."""

from collections.abc import Sequence

from sms_gateway.console.chain_seen import ChainSeen
from sms_gateway.domain.audit_chain import EMPTY_CHAIN, FIRST, Check, Head, Link, Seal
from sms_gateway.store.verifying import Trail, verified

MOST = 2_000
"""So many lines at most."""

MOST_FAULTS = 20
"""More are not told: the command line tells all."""

_PAST_ALL = 1 << 62


async def tail_seen(trail: Trail, seals: Sequence[Seal], most: int = MOST) -> ChainSeen:
    """Look along the newest lines.

    Args:
        trail: the chain.
        seals: of all keys.
        most: so many lines at most, and what comes meanwhile.

    Raises:
        StoreDownError: it cannot be read.
    """
    head = await trail.head()
    start = max(0, head.seq - most)
    check = Check(seals)
    check.at = await _before(trail, start)
    faults = []
    async for fault in verified(_Tail(trail, start), check):
        faults.append(fault)
        if len(faults) == MOST_FAULTS:
            break
    return ChainSeen(min(start + 1, check.at.seq), check.at.seq, faults)


async def _before(trail: Trail, start: int) -> Head:
    """The line before the first that is looked at, as that one or what a purge left says it."""
    if not start:
        return EMPTY_CHAIN
    for link in await trail.links((start, _PAST_ALL), 1):
        if link.seq == start + 1:
            return Head(start, link.prev)
    anchor = await trail.anchor_from(start + 1)
    return Head(start, FIRST if anchor is None else anchor.before)


class _Tail:
    """A chain from a number on. Implements `verifying.Trail`."""

    def __init__(self, trail: Trail, start: int) -> None:
        self._start = (start, _PAST_ALL) if start else (0, 0)
        self.anchor_from = trail.anchor_from
        self.head = trail.head
        self.unchained = trail.unchained
        self._links = trail.links

    async def links(self, after: tuple[int, int], limit: int) -> Sequence[Link]:
        return await self._links(max(after, self._start), limit)
