"""Any question about the log is answered as going through all of it would answer it."""

import random
from collections.abc import Sequence
from dataclasses import replace as changed
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sms_gateway.domain.ids import CanonicalKey, DoorName, MessageId
from sms_gateway.domain.message import Language, MtKind
from sms_gateway.domain.outcome import Delivery, MtState
from sms_gateway.domain.records import PendingMo
from sms_gateway.domain.views import LONGEST_QUERY, MOST_VIEWS, SavedView, ViewBack, ViewSaved
from sms_gateway.gsm.words import Sought, sought_in, words_of
from sms_gateway.log_question import Attention, MessageFilter
from sms_gateway.reading import MoRow
from sms_gateway.store.operations import finding
from sms_gateway.store.store import SqlStore
from tests.contracts.store_desk import AN, BINH, DOOR, START, Desk, Maker, number, pending
from tests.contracts.test_pushing_contract import notice

OTHER = DoorName("other")
AGENCIES = ("000.00.01.H19", "000.00.02.H19", "")
CODES = (*map(CanonicalKey, ("1707030001", "1707030002", "1712310001", "")),)
TEXTS = ("MCKH_170703-0001", "Giấy phép xây dựng", "GIAY PHEP!", "đường xây", "", "giay")
SEARCHES = (
    *("", "giay", "Giấy phép", "xay  duong", "170703", "?!", "gia", "phep phep GIẤY"),
    *("hep", "0703 mck", '"giấy"', '"gia"', "0 1"),
)
TEXT_COUNT = 60
NEVER = MessageId("00000000-0000-0000-0000-000000000000")


async def fill(desk: Desk) -> None:
    """Texts of all kinds; the words of the older half are written down."""
    store = store_of(desk)
    draw = random.Random(170703)  # noqa: S311  # the same each time
    for count in range(TEXT_COUNT):
        desk.clock.step(draw.choice((0, 1, 7)))
        arrival = desk.arrival(draw.choice(TEXTS), sender=draw.choice((AN, BINH)))
        arrival = replace(
            arrival,
            door=draw.choice((DOOR, DOOR, OTHER)),
            mo=replace(arrival.mo, operator=draw.choice(("VIETTEL", "MOBIFONE"))),
        )
        (recorded,) = await store.record([arrival])
        await _answered(desk, pending(recorded), draw)
        if count == TEXT_COUNT // 2:
            desk.clock.step(60)
            await store.words.fill(desk.clock.at, TEXT_COUNT)
            desk.clock.step(60)


async def _answered(desk: Desk, mo: PendingMo, draw: random.Random) -> None:
    kind = draw.choice(("none", "parked", "silent", "sent", "sent", "sent"))
    if kind == "none":
        return
    mt = None
    if kind != "silent":
        state = MtState.HELD if kind == "parked" else MtState.QUEUED
        mt = replace(desk.mt(mo, state), language=draw.choice((*Language,)))
    answer = replace(desk.answer(mo, mt), key=draw.choice(CODES), agency=draw.choice(AGENCIES))
    assert await desk.store.answer([answer]) == [True]
    if kind == "parked" and draw.choice((True, False)):
        await desk.change(f"UPDATE inbox SET handled_at = 1 WHERE id = '{mo.id}'")  # noqa: S608  # our id
    if kind == "sent" and draw.choice((True, False)):
        set_to = f"delivery = '{draw.choice((*Delivery,))}', state = 'uncertain'"
        await desk.change(f"UPDATE outbox SET {set_to} WHERE inbox_id = '{mo.id}'")  # noqa: S608  # ours


def is_wanted(row: MoRow, wanted: MessageFilter) -> bool:
    """What a filter says, in plain words."""
    reply = row.reply
    outcomes = {
        "unanswered": row.outcome is None,
        "unhandled": row.outcome == "parked" and row.handled_at is None,
    }
    return (
        (wanted.sender_hash is None or number(row.sender) == wanted.sender_hash)
        and (wanted.code_key is None or row.code_key == wanted.code_key != "")
        and row.code_key.startswith(wanted.code_prefix)
        and row.sender.value.endswith(wanted.ending)
        and (wanted.since is None or row.received_at >= wanted.since)
        and (wanted.until is None or row.received_at < wanted.until)
        and (wanted.before is None or row.id < wanted.before)
        and (wanted.after is None or row.id > wanted.after)
        and (wanted.outcome is None or outcomes.get(wanted.outcome, row.outcome == wanted.outcome))
        and wanted.operator in (None, row.operator)
        and wanted.door in (None, row.door)
        and wanted.reply in (None, reply and reply.state)
        and wanted.delivery in (None, reply and reply.delivery)
        and wanted.language in (None, reply and reply.language)
        and (wanted.agencies is None or row.agency in wanted.agencies)
        and all(is_said(one, words_of(row.text)) for one in sought_in(wanted.words))
    )


def is_said(one: Sought, words: Sequence[str]) -> bool:
    return one.text in words if one.whole else any(one.text in word for word in words)


def maybe(values: Sequence[object]) -> st.SearchStrategy[object]:
    """One of these, and often none."""
    return st.one_of(st.none(), st.none(), st.sampled_from(list(values)))


MOMENTS = [START + timedelta(seconds=second) for second in range(-60, 600, 60)]
FILTERS = st.fixed_dictionaries(
    {
        "sender_hash": maybe([number(AN), number(BINH)]),
        "code_key": maybe(CODES[:3]),
        "since": maybe(MOMENTS),
        "until": maybe(MOMENTS),
        "outcome": maybe(["answered", "parked", "suppressed", "unanswered", "unhandled"]),
        "operator": maybe(["VIETTEL", "MOBIFONE", "?"]),
        "door": maybe([DOOR, OTHER]),
        "reply": maybe([*MtState]),
        "delivery": maybe([*Delivery]),
        "language": maybe([*Language]),
        "agencies": maybe([(), AGENCIES[:1], AGENCIES[:2], AGENCIES[1:], AGENCIES]),
        "words": st.sampled_from(SEARCHES),
        "code_prefix": st.sampled_from(["", "", "1707", "17123", "9"]),
        "ending": st.sampled_from(["", "", "001", "002", "999"]),
        "limit": st.integers(1, 20),
    }
)


async def paged(desk: Desk, wanted: MessageFilter, *, back: bool) -> list[MessageId]:
    """All that is found, page by page; each page is as full as its end says."""
    ids: list[MessageId] = []
    while True:
        found = await desk.reading.find(wanted)
        page = [row.id for row in found.rows]
        assert len(page) <= wanted.limit
        # A page of all texts is as long as it is asked for.
        assert found.looked <= max(finding.WALK, wanted.limit)
        ids = [*page, *ids] if back else [*ids, *page]
        if found.go_on is None:
            return ids
        go_on = found.go_on
        wanted = changed(wanted, after=go_on) if back else changed(wanted, before=go_on)


@pytest.mark.parametrize("walk", [4, finding.WALK])
async def test_any_question_is_answered_as_a_look_at_each_text_would(
    plain_maker: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, walk: int
) -> None:
    monkeypatch.setattr(finding, "WALK", walk)
    async with Desk(plain_maker, tmp_path) as desk:
        await fill(desk)
        rows = await desk.reading.messages(MessageFilter(limit=TEXT_COUNT))
        assert len(rows) == TEXT_COUNT
        asked: list[MessageFilter] = []
        collect(asked)
        for wanted in asked:
            expected = [row.id for row in rows if is_wanted(row, wanted)]
            assert await paged(desk, wanted, back=False) == expected, wanted
            back = changed(wanted, after=NEVER)
            assert await paged(desk, back, back=True) == expected, wanted
            found = await desk.reading.messages(wanted)
            assert [row.id for row in found] == expected[: wanted.limit], wanted


def collect(asked: list[MessageFilter]) -> None:
    """Questions of all kinds."""

    @settings(max_examples=150, derandomize=True, database=None, deadline=None)
    @given(FILTERS)
    def one(values: dict[str, object]) -> None:
        asked.append(MessageFilter(**values))  # type: ignore[arg-type]  # by name

    one()


async def test_a_text_is_found_by_its_words_before_and_after_they_are_written_down(
    desk: Desk,
) -> None:
    mo = await desk.receive("Đơn xin GIẤY PHÉP")
    other = await desk.receive("giấy khai sinh")
    wanted = MessageFilter(words="giay phep")
    assert [row.id for row in (await desk.reading.find(wanted)).rows] == [mo.id]
    desk.clock.step(1)
    assert await store_of(desk).words.fill(desk.clock.at, 100) == 2
    assert await store_of(desk).words.fill(desk.clock.at, 100) == 0
    found = await desk.reading.find(wanted)
    assert [row.id for row in found.rows] == [mo.id]
    assert found.looked == 1
    assert other.id in [
        row.id for row in (await desk.reading.find(MessageFilter(words="giay"))).rows
    ]


async def test_words_wait_for_a_text_whose_last_part_may_never_come(desk: Desk) -> None:
    """Joined late, it gets an id of before: it must not come in behind the mark."""
    await desk.part("giấy", desk.part_of(1, 2))
    desk.clock.step(1)
    later = await desk.receive("phép")
    desk.clock.step(1)
    assert await store_of(desk).words.fill(desk.clock.at, 100) == 0
    assert await desk.store.join_overdue_parts(desk.clock.at, desk.clock.at) == 1
    assert await store_of(desk).words.fill(desk.clock.at, 100) == 2
    (row,) = (await desk.reading.find(MessageFilter(words="giay"))).rows
    assert row.id < later.id


async def test_the_newest_text_is_named(desk: Desk) -> None:
    assert await desk.reading.newest() is None
    await desk.receive()
    desk.clock.step(1)
    last = await desk.receive()
    assert await desk.reading.newest() == last.id


async def test_what_is_newer_comes_from_the_next_one_on(desk: Desk) -> None:
    """Whoever shows the log live misses none, however many come at once."""
    ids = []
    for _ in range(5):
        ids.append((await desk.receive()).id)
        desk.clock.step(1)
    found = await desk.reading.find(MessageFilter(after=ids[0], limit=2))
    assert [row.id for row in found.rows] == [ids[2], ids[1]]
    assert found.go_on == ids[2]
    found = await desk.reading.find(MessageFilter(after=found.go_on, limit=2))
    assert [row.id for row in found.rows] == [ids[4], ids[3]]


async def test_what_waits_for_a_person_is_counted_by_agency(desk: Desk) -> None:
    since = desk.clock.at - timedelta(days=7)
    await desk.receive()
    await desk.reply(MtState.HELD)
    failed = await desk.reply()
    await desk.change(f"UPDATE outbox SET state = 'failed' WHERE id = '{failed.id}'")  # noqa: S608  # our id
    unsure = await desk.reply()
    await desk.change(f"UPDATE outbox SET state = 'uncertain' WHERE id = '{unsure.id}'")  # noqa: S608  # our id
    await desk.reported("nobody", Delivery.DELIVERED)
    assert await desk.store.queue_pushes([notice(desk)]) == [True]
    await desk.change(
        "UPDATE outbox SET state = 'held', batch_id = 'b', hold_reason = 'blast' "
        "WHERE kind = 'notice'"
    )
    question = replace(notice(desk, "survey:1"), kind=MtKind.SURVEY, agency="000.00.01.H19")
    question = replace(question, state=MtState.HELD, hold_reason="restored")
    assert await desk.store.queue_pushes([question]) == [True]
    everyone = await desk.reading.attention(since)
    assert everyone == Attention(1, 1, 1, 1, 0, 1, 1, 1)
    ours = await desk.reading.attention(since, ["000.00.01.H19"])
    assert ours == Attention(0, 1, 1, 1, 0, 0, 0, 1)
    assert await desk.reading.attention(since, []) == Attention(0, 0, 0, 0, 0, 0, 0)
    later = await desk.reading.attention(desk.clock.at + timedelta(days=1))
    assert later.failed == 0


async def test_what_another_agency_sent_is_not_found(desk: Desk) -> None:
    push = notice(desk)
    assert await desk.store.queue_pushes([push]) == [True]
    numbers = [push.recipient_hash]
    assert [mt.agency for mt in await desk.reading.pushes(numbers)] == [push.agency]
    assert len(await desk.reading.pushes(numbers, agencies=[push.agency])) == 1
    assert await desk.reading.pushes(numbers, agencies=["000.00.01.H19"]) == []
    assert (await desk.line_of(push.id)).agency == push.agency
    mt = await desk.reply()
    line = await desk.line_of(mt.id)
    assert line.agency == line.mts[0].agency == "000.00.01.H19"


def view(desk: Desk, name: str = "Hôm nay", owner: str = "s1", query: str = "day=1") -> SavedView:
    return SavedView(desk.new_id(), owner, name, query, desk.clock.at)


async def test_a_view_is_its_owners_alone(desk: Desk) -> None:
    views = store_of(desk).views
    mine, theirs = view(desk), view(desk, owner="s2")
    assert [await views.save(one) for one in (mine, theirs)] == [ViewSaved.SAVED] * 2
    assert list(await views.of("s1")) == [mine]
    assert not await views.delete(ViewBack(theirs.id, "s1"))
    assert await views.delete(ViewBack(theirs.id, "s2"))
    assert list(await views.of("s2")) == []


async def test_a_view_of_the_same_name_takes_the_place_of_the_other(desk: Desk) -> None:
    views = store_of(desk).views
    first = view(desk)
    await views.save(first)
    assert await views.save(view(desk, query="day=2")) is ViewSaved.SAVED
    (left,) = await views.of("s1")
    assert (left.id, left.query) == (first.id, "day=2")


async def test_a_person_has_so_many_views_of_so_many_characters(desk: Desk) -> None:
    views = store_of(desk).views
    assert await views.save(view(desk, query="q" * (LONGEST_QUERY + 1))) is ViewSaved.TOO_LONG
    assert await views.save(view(desk, name="")) is ViewSaved.UNNAMED
    for count in range(MOST_VIEWS):
        saved = await views.save(view(desk, f"{count}", query="q" * LONGEST_QUERY))
        assert saved is ViewSaved.SAVED
    assert await views.save(view(desk, "one more")) is ViewSaved.TOO_MANY
    assert await views.save(view(desk, "7", query="anew")) is ViewSaved.SAVED
    assert await views.save(view(desk, "one more", owner="s2")) is ViewSaved.SAVED
    assert len(await views.of("s1")) == MOST_VIEWS


def store_of(desk: Desk) -> SqlStore:
    assert isinstance(desk.store, SqlStore)
    return desk.store
