"""The chain of the audit. Each function is part of one commit.

A line is written without its place. Just before the commit whoever wrote one takes the head, the
one row that all nodes must have to add to the chain, and gives a place to all lines that have none:
its own, those that older code wrote beside it, those of before there was a chain. The head is taken
last, so that nobody who has it waits for anything else: no two nodes wait for one another.
"""

from collections.abc import Sequence

from sms_gateway.domain.audit_chain import (
    EMPTY_CHAIN,
    FIRST,
    Anchor,
    Head,
    Line,
    Link,
    Seal,
    anchors_of,
    is_ours,
    joined,
    linked,
    signed,
)
from sms_gateway.store.statements import Row, Statements

AT_ONCE = 100
"""Most lines that a commit gives places to beside its own work."""

_TURN = "audit"


async def chain(db: Statements, limit: int = AT_ONCE) -> int:
    """Give places in the chain to the oldest lines that have none; to how many."""
    ((seq, digest),) = await db.rows("audit_head_take", {"first": FIRST})
    lines = [Line(*row) for row in await db.rows("audit_unchained", {"limit": limit})]
    links = linked(Head(seq, digest), lines)
    if links:
        rows = [
            (one.line.id, one.seq, one.line.salt.decode(), one.content, one.prev, one.hash)
            for one in links
        ]
        await db.many("audit_link", rows)
        await db.change("audit_head_move", {"seq": links[-1].seq, "hash": links[-1].hash})
    return len(links)


async def chain_at_end(db: Statements) -> None:
    """The same, as the last step of a transaction."""
    await chain(db)


async def chain_more(db: Statements, limits: Sequence[int]) -> Sequence[int]:
    """Give places to lines that nobody gave one; to how many. The head stays free where none is."""
    counts = []
    for limit in limits:
        some = await db.rows("audit_unchained", {"limit": 1})
        counts.append(await chain(db, limit) if some else 0)
    return counts


async def blank(db: Statements, subjects: Sequence[str], acts: Sequence[str]) -> int:
    """Take away what lines of some acts say of these; how many. Their places in the chain stay.

    Whoever has it done writes a line of its own.
    """
    return await db.change("audit_blank", {"subjects": list(subjects), "acts": list(acts)})


async def head(db: Statements) -> Head:
    """Where the chain ends."""
    row = await db.row("audit_head")
    return EMPTY_CHAIN if row is None else Head(*row)


async def unchained(db: Statements) -> int:
    """How many lines have no place in it yet."""
    ((count,),) = await db.rows("audit_unchained_count")
    return int(count)


async def links(db: Statements, after: tuple[int, int], limit: int) -> Sequence[Link]:
    """The next lines behind a place and a row."""
    values = {"seq": after[0], "id": after[1], "limit": limit}
    return [_link(row) for row in await db.rows("audit_links", values)]


async def anchor_at(db: Statements, seq: int) -> Anchor | None:
    """What a purge left that holds a number."""
    row = await db.row("audit_anchor_at", {"seq": seq})
    return None if row is None else Anchor(*row)


async def anchor_from(db: Statements, seq: int) -> Anchor | None:
    """The first thing a purge left that holds a number or one behind it."""
    row = await db.row("audit_anchor_from", {"seq": seq})
    return None if row is None else Anchor(*row)


async def purge_turn(db: Statements) -> None:
    """Two purges of the audit take turns: they join what they leave."""
    await db.rows("purge_turn", {"name": _TURN})


async def leave_anchors(
    db: Statements, ids: Sequence[int], seals: Sequence[Seal], at: int
) -> Sequence[int]:
    """Leave anchors for lines that go; which of them may: those that have a place."""
    found = [_link(row) for row in await db.rows("audit_links_of", {"ids": list(ids)})]
    for anchor in anchors_of(found):
        whole = anchor
        left, right = await anchor_at(db, anchor.first - 1), await anchor_at(db, anchor.last + 1)
        # What we did not sign stays by itself: it must not pass for ours.
        if left is not None and is_ours(left, seals):
            whole = joined(left, whole)
            await db.change("audit_anchor_remove", {"first": left.first})
        if right is not None and is_ours(right, seals):
            whole = joined(whole, right)
            await db.change("audit_anchor_remove", {"first": right.first})
        made = signed(whole, seals)
        values = {name: getattr(made, name) for name in made.__struct_fields__}
        await db.change("audit_anchor_add", {**values, "at": at})
    return [link.line.id for link in found]


def _link(row: Row) -> Link:
    *line, seq, content, prev, digest = row
    return Link(Line(*line), seq, content, prev, digest)
