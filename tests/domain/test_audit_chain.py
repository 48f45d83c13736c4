"""The chain of the audit: one line by hand, and no change that is not found."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sms_gateway.domain.audit_chain import (
    EMPTY_CHAIN,
    Anchor,
    ChainFault,
    Check,
    Head,
    Line,
    Link,
    Wrong,
    anchors_of,
    content_of,
    hash_of,
    joined,
    linked,
    netstrings,
    signed,
)
from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.secret import Secret
from sms_gateway.store.verifying import verified

LINE = Line(1, 1795403700000, b"os:an", b"staff.handle", b"mo-1", b"called back", b"0f" * 16)
SEALS = Hasher(Secret("07" * 32)).seals
LATER = Hasher(Secret("08" * 32), (Secret("07" * 32),)).seals
COUNT = 8


@dataclass
class Kept:
    """A table, as whoever may write the database left it."""

    rows: list[Link]
    end: Head
    anchors: list[Anchor] = field(default_factory=list)
    loose: int = 0

    async def links(self, after: tuple[int, int], limit: int) -> Sequence[Link]:
        rows = sorted(self.rows, key=lambda one: (one.seq, one.line.id))
        return [one for one in rows if (one.seq, one.line.id) > after][:limit]

    async def anchor_from(self, seq: int) -> Anchor | None:
        found = [one for one in self.anchors if one.last >= seq]
        return min(found, key=lambda one: one.first, default=None)

    async def head(self) -> Head:
        return self.end

    async def unchained(self) -> int:
        return self.loose


def chain(count: int = COUNT) -> Kept:
    lines = [replace(LINE, id=number, detail=b"%d" % number) for number in range(1, count + 1)]
    links = [*linked(EMPTY_CHAIN, lines)]
    return Kept(links, Head(links[-1].seq, links[-1].hash))


def faults(
    kept: Kept, known: Head | None = None, check: Check | None = None
) -> Sequence[ChainFault]:
    async def found() -> Sequence[ChainFault]:
        return [one async for one in verified(kept, check or Check(SEALS, known))]

    return asyncio.run(found())


def wrongs(kept: Kept, known: Head | None = None) -> set[Wrong]:
    return {fault.wrong for fault in faults(kept, known)}


def test_the_hash_of_one_line_is_what_the_handbook_says() -> None:
    content = content_of(LINE)
    assert netstrings(LINE.subject, LINE.detail) == b"4:mo-1,11:called back,"
    assert content == "7d96fcee44d4902e802d09a1d89747571029ad360ab929db6b74aaa7d7f499dd"
    assert (
        hash_of("0" * 64, 1, LINE, content)
        == "6c7c49cb96ca67ad613605ac23aa88281070ef75ce0b0fa98d211af81a13f1f3"
    )


def test_a_chain_that_nobody_touched_is_whole() -> None:
    check = Check(SEALS)
    kept = chain()
    assert faults(kept, check=check) == []
    assert (check.at, check.lines, check.blanked, check.purged) == (kept.end, COUNT, 0, 0)
    assert faults(Kept([], EMPTY_CHAIN)) == []


CHANGES = st.sampled_from([
    lambda one: replace(one, line=replace(one.line, at=one.line.at + 1)),
    lambda one: replace(one, line=replace(one.line, by=one.line.by + b"x")),
    lambda one: replace(one, line=replace(one.line, act=one.line.act[:-1])),
    lambda one: replace(one, line=replace(one.line, subject=b"")),
    lambda one: replace(one, line=replace(one.line, detail=b"")),
    lambda one: replace(one, line=replace(one.line, salt=b"")),
    lambda one: replace(one, seq=one.seq + 100),
    lambda one: replace(one, content="f" * 64),
    lambda one: replace(one, prev="f" * 64),
    lambda one: replace(one, hash="f" * 64),
])  # fmt: skip


@given(st.integers(0, COUNT - 1), CHANGES)
def test_whatever_is_changed_in_a_line_is_found(place: int, change: object) -> None:
    kept = chain()
    assert callable(change)
    kept.rows[place] = change(kept.rows[place])
    assert faults(kept)


@given(st.integers(0, COUNT - 1), st.binary(max_size=4))
def test_a_line_that_was_written_anew_with_its_hashes_is_found(place: int, by: bytes) -> None:
    kept = chain()
    old = kept.rows[place]
    line = replace(old.line, by=b"os:somebody else" + by)
    content = content_of(line)
    kept.rows[place] = Link(
        line, old.seq, content, old.prev, hash_of(old.prev, old.seq, line, content)
    )
    assert faults(kept)


@given(st.integers(0, COUNT - 1), st.integers(1, COUNT))
def test_lines_that_were_taken_away_are_named(first: int, count: int) -> None:
    kept = chain()
    gone = kept.rows[first : first + count]
    del kept.rows[first : first + count]
    missing = ChainFault(Wrong.MISSING, gone[0].seq, gone[-1].seq)
    assert missing in faults(kept)


@given(st.lists(st.integers(0, COUNT - 1), min_size=2, max_size=2, unique=True), st.booleans())
def test_two_lines_that_changed_places_are_found(places: list[int], rows_alone: bool) -> None:  # noqa: FBT001  # an example's value
    kept = chain()
    one, other = (kept.rows[place] for place in places)
    if rows_alone:
        # What they say is exchanged, their numbers and hashes stay.
        swapped = replace(one, line=other.line), replace(other, line=one.line)
    else:
        swapped = replace(one, seq=other.seq), replace(other, seq=one.seq)
    kept.rows[places[0]], kept.rows[places[1]] = swapped
    assert faults(kept)


@given(st.integers(1, COUNT + 3), st.booleans())
def test_a_line_that_was_put_in_is_found(seq: int, fitting: bool) -> None:  # noqa: FBT001  # an example's value
    kept = chain()
    line = replace(LINE, id=99)
    prev = next((one.hash for one in kept.rows if one.seq == seq - 1), "0" * 64)
    content = content_of(line)
    prev = prev if fitting else "f" * 64
    kept.rows.append(Link(line, seq, content, prev, hash_of(prev, seq, line, content)))
    assert faults(kept)


def test_a_chain_that_was_made_anew_is_another_one_than_the_journal_knows() -> None:
    known = chain().end
    kept = chain()
    links = linked(EMPTY_CHAIN, [replace(one.line, by=b"os:x") for one in kept.rows])
    kept.rows, kept.end = [*links], Head(links[-1].seq, links[-1].hash)
    assert faults(kept) == []
    assert wrongs(kept, known) == {Wrong.OTHER}


def test_an_older_copy_lacks_what_the_journal_knows() -> None:
    known = chain().end
    kept = chain(COUNT - 3)
    assert faults(kept) == []
    assert faults(kept, known) == [ChainFault(Wrong.MISSING, COUNT - 2, COUNT)]


def test_a_head_that_was_put_back_is_found() -> None:
    kept = chain()
    kept.end = Head(3, kept.rows[2].hash)
    assert faults(kept) == [ChainFault(Wrong.HEAD, 3, COUNT)]


def test_lines_that_are_in_no_chain_are_counted() -> None:
    kept = chain()
    kept.loose = 4
    assert faults(kept) == [ChainFault(Wrong.UNCHAINED, 0, 4)]


def test_what_a_line_says_may_go_and_the_chain_holds() -> None:
    kept, check = chain(), Check(SEALS)
    gone = replace(kept.rows[3].line, subject=b"", detail=b"", salt=b"")
    kept.rows[3] = replace(kept.rows[3], line=gone)
    assert faults(kept, check=check) == []
    assert check.blanked == 1
    kept.rows[3] = replace(kept.rows[3], line=replace(gone, by=b"os:x"))
    assert wrongs(kept) == {Wrong.CHANGED}


def purged(kept: Kept, seqs: Sequence[int]) -> None:
    gone = [one for one in kept.rows if one.seq in seqs]
    kept.anchors += [signed(one, SEALS) for one in anchors_of(gone)]
    kept.rows = [one for one in kept.rows if one.seq not in seqs]


@given(st.sets(st.integers(1, COUNT)))
def test_a_purge_of_any_lines_leaves_a_chain_that_holds(seqs: set[int]) -> None:
    kept, check = chain(), Check(LATER)
    purged(kept, sorted(seqs))
    assert faults(kept, check=check) == []
    assert (check.lines, check.purged, check.at) == (COUNT - len(seqs), len(seqs), kept.end)


def test_what_a_purge_left_is_believed_by_our_signature_alone() -> None:
    kept = chain()
    purged(kept, [1, 2, 3])
    (anchor,) = kept.anchors
    for forged in (
        replace(anchor, mark="0" * 64), replace(anchor, key_id="12345678"),
        replace(anchor, key_id="", mark=""), replace(anchor, hash="f" * 64),
        signed(anchor, ()),
    ):  # fmt: skip
        kept.anchors = [forged]
        assert Wrong.UNSIGNED in wrongs(kept), forged


def test_lines_that_go_beyond_what_a_purge_took_are_missing() -> None:
    kept = chain()
    purged(kept, [1, 2, 3])
    kept.rows = kept.rows[1:]
    assert faults(kept) == [ChainFault(Wrong.MISSING, 4, 4)]


def test_a_line_that_stands_where_a_purge_took_all_is_found() -> None:
    kept = chain()
    purged(kept, [1, 2, 3])
    line = replace(LINE, id=99)
    kept.rows.append(linked(EMPTY_CHAIN, [line])[0])
    assert Wrong.FORK in wrongs(kept)


def test_what_two_purges_left_side_by_side_is_one() -> None:
    kept = chain()
    purged(kept, [1, 2])
    purged(kept, [3, 4])
    kept.anchors = [signed(joined(*kept.anchors), LATER)]
    assert Check(LATER).jump(kept.anchors[0]) == []
    check = Check(LATER)
    assert faults(kept, check=check) == []
    assert check.purged == 4
