"""What every store does with the parts of a long text: joined once all are there, per citizen."""

import itertools
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sms_gateway.domain.ids import ShortCode
from sms_gateway.domain.message import PartOf
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.records import Arrival, Duplicate, New, PartHeld
from sms_gateway.gsm.halves import part_text
from tests.contracts.store_desk import BINH, DOOR, Desk, Maker, pending

PIECES = ("MCKH ", "170703", "-0001")


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_parts_are_joined_in_their_order_whatever_order_they_come_in(
    desk: Desk, order: Sequence[int]
) -> None:
    *early, last = [desk.arrival(PIECES[i], part=desk.part_of(i + 1, 3)) for i in order]
    for arrival in early:
        assert await desk.record(arrival) == PartHeld(arrival.id)
        desk.clock.step(1)
    mo = pending(await desk.record(last))
    assert (mo.text, mo.id, mo.attempt) == ("MCKH 170703-0001", last.id, 1)
    assert (mo.inline, mo.answer_by) == (True, last.answer_by)


async def test_an_emoji_that_was_cut_between_two_parts_is_whole_again(desk: Desk) -> None:
    octets = "MCKH 1😀 nhé".encode("utf-16-be")
    first, last = (part_text(half, "utf-16-be") for half in (octets[:14], octets[14:]))
    assert await desk.part(first, desk.part_of(1, 2)) is None
    mo = await desk.part(last, desk.part_of(2, 2))
    assert mo is not None
    assert mo.text == "MCKH 1😀 nhé"


async def test_half_an_emoji_whose_other_part_never_comes_is_a_lost_character(desk: Desk) -> None:
    half = part_text("MCKH 1😀".encode("utf-16-be")[:14], "utf-16-be")
    await desk.part(half, desk.part_of(1, 2))
    desk.clock.step(600)
    await desk.store.join_overdue_parts(desk.clock.at, desk.clock.at)
    (mo,) = await desk.store.lease_unanswered(1)
    assert mo.text == "MCKH 1\ufffd"


async def test_all_parts_may_come_in_one_call(desk: Desk) -> None:
    arrivals = [desk.arrival(PIECES[i], part=desk.part_of(i + 1, 3)) for i in range(3)]
    *held, last = await desk.store.record(arrivals)
    assert held == [PartHeld(arrivals[0].id), PartHeld(arrivals[1].id)]
    assert pending(last).text == "".join(PIECES)


async def test_a_text_that_says_it_has_one_part_is_whole_at_once(desk: Desk) -> None:
    mo = await desk.part("MCKH 1", desk.part_of(1, 1))
    assert mo is not None
    assert mo.text == "MCKH 1"


async def test_the_reply_is_that_of_the_last_part_and_earlier_ones_have_none(desk: Desk) -> None:
    first = desk.arrival("MCKH ", telco_id="T1", part=desk.part_of(1, 2))
    await desk.record(first)
    assert await desk.store.stored_answers([first.id]) == {}
    last = desk.arrival("1", telco_id="T2", part=desk.part_of(2, 2))
    mt = await desk.reply(MtState.SENDING, pending(await desk.record(last)))
    again = replace(first, id=desk.new_id()), replace(last, id=desk.new_id())
    results = await desk.store.record(again)
    assert results == [Duplicate(first.id), Duplicate(last.id)]
    assert await desk.store.stored_answers([first.id]) == {}
    assert (await desk.stored(last.id)).mt_id == mt.id


async def test_a_part_repeated_with_its_id_is_a_duplicate(desk: Desk) -> None:
    first = desk.arrival("MCKH ", telco_id="T1", part=desk.part_of(1, 2))
    await desk.record(first)
    assert await desk.record(replace(first, id=desk.new_id())) == Duplicate(first.id)
    mo = await desk.part("1", desk.part_of(2, 2))
    assert mo is not None
    assert mo.text == "MCKH 1"


async def test_a_part_that_says_the_same_again_after_its_window_is_a_duplicate(desk: Desk) -> None:
    """A telco without ids that tries again late must not end the text half-read."""
    first = desk.arrival("MCKH ", telco_id=None, part=desk.part_of(1, 2))
    await desk.record(first)
    desk.clock.step(60)
    late = desk.arrival("MCKH ", telco_id=None, part=desk.part_of(1, 2))
    assert await desk.record(late) == Duplicate(first.id)
    assert await desk.record(replace(late, id=desk.new_id())) == Duplicate(first.id)
    mo = await desk.part("1", desk.part_of(2, 2))
    assert mo is not None
    assert mo.text == "MCKH 1"
    assert await desk.store.lease_unanswered(10) == []


async def test_a_reference_used_again_before_completion_ends_the_first_text_as_it_is(
    desk: Desk,
) -> None:
    old = (
        desk.arrival("old ", part=desk.part_of(1, 3)),
        desk.arrival("text", part=desk.part_of(2, 3)),
    )
    await desk.store.record(old)
    assert await desk.part("new ", desk.part_of(1, 3)) is None
    (cut_short,) = await desk.store.lease_unanswered(10)
    assert (cut_short.text, cut_short.id, cut_short.inline) == ("old text", old[1].id, False)
    assert await desk.part("text ", desk.part_of(2, 3)) is None
    mo = await desk.part("whole", desk.part_of(3, 3))
    assert mo is not None
    assert mo.text == "new text whole"


async def test_a_reference_used_again_after_completion_is_another_text(desk: Desk) -> None:
    for text in ("first", "other"):
        assert await desk.part(text[:2], desk.part_of(1, 2)) is None
        mo = await desk.part(text[2:], desk.part_of(2, 2))
        assert mo is not None
        assert mo.text == text


async def test_parts_of_different_texts_never_mix(desk: Desk) -> None:
    """Neither sender, nor short code, nor reference, nor number of parts may differ."""
    part = desk.part_of(1, 2)
    base = desk.arrival("a", part=part)
    others = [
        desk.arrival("b", part=part, sender=BINH),
        desk.arrival("c", part=PartOf(8, 2, 1)),
        desk.arrival("d", part=PartOf(7, 3, 1)),
        replace(base, id=desk.new_id(), dedupe_key="e", door=type(DOOR)("other")),
        replace(
            *(base,), id=desk.new_id(), dedupe_key="f",
            mo=replace(base.mo, short_code=ShortCode("8183")),
        ),
    ]  # fmt: skip
    results = await desk.store.record([base, *others])
    assert all(isinstance(result, PartHeld) for result in results)
    mo = await desk.part("!", desk.part_of(2, 2))
    assert mo is not None
    assert mo.text == "a!"


async def test_overdue_parts_are_joined_as_they_are(desk: Desk) -> None:
    arrivals = [desk.arrival(PIECES[i], part=desk.part_of(i + 1, 3)) for i in (2, 0)]
    await desk.store.record(arrivals)
    desk.clock.step(60)
    await desk.part("fresh", desk.part_of(1, 2, reference=9))
    before = desk.clock.at - timedelta(seconds=60)
    assert await desk.store.join_overdue_parts(before, desk.clock.at) == 0
    just_after = before + timedelta(milliseconds=1)
    assert await desk.store.join_overdue_parts(just_after, desk.clock.at) == 1
    assert await desk.store.join_overdue_parts(just_after, desk.clock.at) == 0
    (mo,) = await desk.store.lease_unanswered(10)
    assert (mo.text, mo.id, mo.inline) == ("MCKH -0001", arrivals[1].id, False)


async def test_a_part_that_arrives_keeps_its_text_from_being_overdue(desk: Desk) -> None:
    await desk.part("a", desk.part_of(1, 3))
    desk.clock.step(60)
    await desk.part("b", desk.part_of(2, 3))
    assert await desk.store.join_overdue_parts(desk.clock.at, desk.clock.at) == 0


async def test_a_part_that_comes_after_its_text_was_joined_waits_for_itself(desk: Desk) -> None:
    await desk.part("MCKH ", desk.part_of(1, 2))
    late = desk.clock.step(600)
    assert await desk.store.join_overdue_parts(late, late) == 1
    assert await desk.part("1", desk.part_of(2, 2)) is None
    assert await desk.store.join_overdue_parts(desk.clock.step(600), desk.clock.at) == 1
    texts = [mo.text for mo in await desk.store.lease_unanswered(10)]
    assert texts == ["MCKH ", "1"]


async def test_a_death_between_parts_changes_nothing_and_a_joined_text_is_leased_again(
    desk: Desk,
) -> None:
    await desk.part("MCKH ", desk.part_of(1, 2))
    await desk.die()
    mo = await desk.part("1", desk.part_of(2, 2))
    await desk.die()
    (again,) = await desk.store.lease_unanswered(10)
    assert mo is not None
    assert again == replace(mo, attempt=2)


CITIZENS = tuple(Address(f"+8490000000{i}") for i in range(1, 5))

texts = st.lists(st.text("abcXYZ01 -", min_size=1, max_size=4), min_size=1, max_size=5)
conversations = st.lists(
    st.tuples(st.sampled_from(CITIZENS), st.integers(0, 1), texts),
    min_size=2, max_size=6, unique_by=lambda said: said[:2],
)  # fmt: skip


@given(conversations, st.randoms(use_true_random=False), st.data())
@settings(max_examples=25)
async def test_parts_interleaved_between_citizens_give_each_exactly_their_own_text(
    plain_maker: Maker,
    said: list[tuple[Address, int, list[str]]],
    random: Random,
    data: st.DataObject,
) -> None:
    """References are equal on purpose, and parts come repeated, in any order, in any grouping."""
    with tempfile.TemporaryDirectory() as folder:
        async with Desk(plain_maker, Path(folder)) as desk:
            arrivals: list[Arrival] = []
            for sender, reference, pieces in said:
                for number, piece in enumerate(pieces, 1):
                    part = PartOf(reference, len(pieces), number)
                    arrivals.append(desk.arrival(piece, sender=sender, part=part))
            arrivals += [replace(a, id=desk.new_id()) for a in random.sample(arrivals, 2)]
            random.shuffle(arrivals)
            found: list[tuple[Address, str]] = []
            while arrivals:
                size = data.draw(st.integers(1, len(arrivals)))
                group, arrivals = arrivals[:size], arrivals[size:]
                results = await desk.store.record(group)
                whole = [r.pending for r in results if isinstance(r, New)]
                found += [(mo.sender, mo.text) for mo in whole]
            expected = [(sender, "".join(pieces)) for sender, _, pieces in said]
            assert sorted(found, key=repr) == sorted(expected, key=repr)
            assert await desk.rows("SELECT 1 FROM inbox_part WHERE joined_id IS NULL") == []
