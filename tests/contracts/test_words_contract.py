"""Texts are found by parts of their words, and no word outlives the last text that has it."""

import random
from collections.abc import Sequence
from dataclasses import replace as changed
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sms_gateway.domain.ids import MessageId
from sms_gateway.gsm.words import part_numbers, part_span, sought_in, word_number, words_of
from sms_gateway.log_question import MessageFilter
from sms_gateway.retention.rights import CitizenRights
from sms_gateway.store.operations import word_leads
from tests.contracts.purge_desk import purge, store
from tests.contracts.store_desk import AN, BINH, Desk, Maker, number

LETTERS = "aăbBđ01"
TEXT_COUNT, OLD = 90, 30
AGENCY = "000.00.01.H19"


async def filled(desk: Desk) -> None:
    """All that was received is written down."""
    desk.clock.step(1)
    while await store(desk).words.fill(desk.clock.at, 7):
        pass


async def answered(desk: Desk, text: str, agency: str = "") -> MessageId:
    mo = await desk.receive(text)
    answer = replace(desk.answer(mo), agency=agency)
    assert await desk.store.answer([answer]) == [True]
    desk.clock.step(1)
    return mo.id


async def found(desk: Desk, words: str) -> list[MessageId]:
    return [row.id for row in (await desk.reading.find(MessageFilter(words=words))).rows]


def one_has(words: Sequence[str], part: str, *, whole: bool) -> bool:
    return part in words if whole else any(part in word for word in words)


def is_said(question: str, text: str, common: Sequence[str]) -> bool:
    """What a search means, in plain words."""
    return all(
        one_has(words_of(text), one.text, whole=one.whole or one.text in common)
        for one in sought_in(question)
    )


def is_common(part: str, texts: Sequence[str]) -> bool:
    """Whether a part is in too many of the words that are written down."""
    low, high = part_span(part)
    places = {
        (number, word)
        for text in texts
        for word in words_of(text)
        for number in part_numbers(word)
        if low <= number <= high
    }
    return len(places) > word_leads.MOST_WORDS


@pytest.mark.parametrize("most", [2, word_leads.MOST_WORDS])
async def test_any_part_of_any_text_is_found_as_a_look_at_each_text_would(
    plain_maker: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(word_leads, "MOST_WORDS", most)
    draw = random.Random(170703)  # noqa: S311  # the same each time
    texts: dict[MessageId, str] = {}
    async with Desk(plain_maker, tmp_path) as desk:
        purged, written = desk.clock.at, [""]
        for count in range(1, TEXT_COUNT + 1):
            text = " ".join(random_word(draw) for _ in range(draw.randint(0, 4)))
            texts[await answered(desk, text)] = text
            if count == OLD:
                purged = desk.clock.at
            if count == OLD * 2:
                await filled(desk)
                written = list(texts.values())[OLD:]
        assert (await purge(desk, purged)).texts == OLD
        left = dict(list(texts.items())[OLD:])
        asked: list[str] = []
        collect(asked, list(left.values()))
        for question in asked:
            wanted = MessageFilter(words=question, limit=TEXT_COUNT)
            answer = await desk.reading.find(wanted)
            parts = [one.text for one in sought_in(question) if not one.whole]
            assert list(answer.common) == [one for one in parts if is_common(one, written)]
            said = [one for one, text in left.items() if is_said(question, text, answer.common)]
            if sought_in(question):
                assert [row.id for row in answer.rows] == said[::-1], question


def random_word(draw: random.Random) -> str:
    return "".join(draw.choice(LETTERS) for _ in range(draw.choice((1, 2, 3, 5, 9, 14))))


def collect(asked: list[str], texts: Sequence[str]) -> None:
    """Questions: pieces of texts, and what none may have; also between quotation marks."""
    pieces = st.sampled_from(texts).flatmap(
        lambda text: st.tuples(st.integers(0, len(text)), st.integers(1, 12)).map(
            lambda place: text[place[0] : sum(place)]
        )
    )
    words = st.one_of(pieces, pieces, st.text(LETTERS + '" %_', min_size=1, max_size=6))

    @settings(max_examples=150, derandomize=True, database=None, deadline=None)
    @given(st.lists(st.one_of(words, words.map('"{}"'.format)), min_size=1, max_size=3))
    def one(parts: list[str]) -> None:
        asked.append(" ".join(parts))

    one()


async def parts_kept(desk: Desk) -> set[tuple[object, ...]]:
    return {tuple(row) for row in await desk.rows("SELECT part, word FROM word_part")}


def parts_of(*words: str) -> set[tuple[object, ...]]:
    return {(number, word_number(word)) for word in words for number in part_numbers(word)}


async def test_a_word_goes_with_the_last_text_that_has_it_and_not_before(desk: Desk) -> None:
    await answered(desk, "Nguyễn giấy phép")
    await answered(desk, "giấy của Trần")
    between = desk.clock.at
    await answered(desk, "phép")
    await filled(desk)
    assert await parts_kept(desk) == parts_of("nguyen", "giay", "phep", "cua", "tran")
    await purge(desk, between)
    assert await parts_kept(desk) == parts_of("phep")
    await purge(desk, desk.clock.at)
    assert await parts_kept(desk) == set()


async def test_a_word_that_comes_back_is_found_again(desk: Desk) -> None:
    await answered(desk, "giấy")
    await filled(desk)
    await purge(desk, desk.clock.at)
    mo_id = await answered(desk, "giấy")
    await filled(desk)
    assert await found(desk, "iay") == [mo_id]


async def test_parts_are_found_before_and_after_they_are_written_down(desk: Desk) -> None:
    glued = await answered(desk, "MCKH1707030001 giayphep")
    apart = await answered(desk, "MCKH_170703-0001, Giấy phép!")
    for _ in range(2):
        assert await found(desk, "phep") == [apart, glued]
        assert await found(desk, "0703") == [apart, glued]
        assert await found(desk, "07030001") == [glued]
        assert await found(desk, '"phép"') == [apart]
        assert await found(desk, "phep 0001 mck") == [apart, glued]
        assert await found(desk, "phep xay") == []
        # Two characters are a whole word.
        assert await found(desk, "ph") == []
        await filled(desk)


async def test_what_too_many_words_contain_is_a_word_of_its_own_and_named(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_leads, "MOST_WORDS", 3)
    mine = await answered(desk, "170703 nhanh")
    for count in range(4):
        await answered(desk, f"170703000{count} danh")
    await filled(desk)
    answer = await desk.reading.find(MessageFilter(words="1707 anh"))
    assert (answer.rows, answer.common) == ([], ["1707"])
    answer = await desk.reading.find(MessageFilter(words="170703 anh"))
    assert ([row.id for row in answer.rows], answer.common) == ([mine], ["170703"])
    assert len(await found(desk, "1707030002")) == 1


async def test_a_rare_part_is_found_however_common_others_are(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_leads, "MOST_WORDS", 3)
    rare = await answered(desk, "livre")
    for count in range(4):
        await answered(desk, f"dong{count}")
    await filled(desk)
    answer = await desk.reading.find(MessageFilter(words="ivr"))
    assert ([row.id for row in answer.rows], answer.common) == ([rare], [])


HOSTILE = (
    *("%", "_", "%%%", "___", "' OR 1=1 --", "a%b", "\x00", "\u200b\u200d", "💥👍🏽"),
    *('"""', '"', '"%"', "x" * 10_000, "0" * 10_000, " ".join(f"word{n}" for n in range(200))),
    *("\u0301\u0323", "٠١٢", "ß", "ﬃ", "İstanbul", "\ufffd" * 50, "ph\u200bep", "gi\u00e2\u0301y"),
)
# What stands for the letters of another script is read from a file, once.
assert [words_of(text) for text in HOSTILE]


@pytest.mark.parametrize("is_filled", [False, True])
async def test_hostile_questions_and_texts_are_but_words(desk: Desk, *, is_filled: bool) -> None:
    texts = {await answered(desk, text): text for text in HOSTILE}
    if is_filled:
        await filled(desk)
    for question in HOSTILE:
        answer = await desk.reading.find(MessageFilter(words=question, limit=TEXT_COUNT))
        expected = [one for one, text in texts.items() if is_said(question, text, answer.common)]
        assert [row.id for row in answer.rows] == expected[::-1], question
    await purge(desk, desk.clock.at)
    assert await parts_kept(desk) == set()


@pytest.mark.parametrize("is_filled", [False, True])
async def test_a_phone_number_in_a_text_is_not_found_out_digit_by_digit(
    desk: Desk, *, is_filled: bool
) -> None:
    mo_id = await answered(desk, "goi 0912345678 hoac 091 2345 679, ma 1707030001")
    if is_filled:
        await filled(desk)
    for part in ("091", "0912", "12345", "345678", "2345", '"091"', '"0912345678"', "xxx"):
        assert await found(desk, part) == [], part
    for part in ("goi", "hoac", "1707030001", "0703"):
        assert await found(desk, part) == [mo_id], part


async def test_who_sees_one_agency_finds_no_part_of_others_texts(desk: Desk) -> None:
    ours = await answered(desk, "giayphep", AGENCY)
    await answered(desk, "giaykhac", "000.00.02.H19")
    await answered(desk, "giaynaodo")
    await filled(desk)
    fresh = await answered(desk, "giaymoi", AGENCY)
    for agencies, expected in (([AGENCY], [fresh, ours]), ([], [])):
        answer = await desk.reading.find(MessageFilter(words="giay", agencies=agencies))
        assert [row.id for row in answer.rows] == expected


async def test_each_page_follows_the_one_before_across_many_words(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Walks of many words are put together in time order, whichever ends first."""
    ids = [await answered(desk, f"giay{count % 9} {'x' * (count % 3)}") for count in range(40)]
    await filled(desk)
    monkeypatch.setattr("sms_gateway.store.operations.finding.WALK", 7)
    down = MessageFilter(words="giay", limit=6)
    assert await pages(desk, down) == ids[::-1]
    assert await pages(desk, changed(down, after=ids[0])) == ids[:0:-1]


async def pages(desk: Desk, wanted: MessageFilter) -> list[MessageId]:
    ids: list[MessageId] = []
    while True:
        page = await desk.reading.find(wanted)
        rows = [row.id for row in page.rows]
        ids = [*rows, *ids] if wanted.after else [*ids, *rows]
        if page.go_on is None:
            return ids
        if wanted.after:
            wanted = changed(wanted, after=page.go_on)
        else:
            wanted = changed(wanted, before=page.go_on)


async def test_erasing_a_number_takes_its_words(desk: Desk) -> None:
    await answered(desk, "Nguyễn")
    mo = await desk.receive("Trần", sender=BINH)
    await desk.store.answer([desk.answer(mo)])
    await filled(desk)
    rights = CitizenRights(store(desk).retention, desk.clock.now)
    await rights.erase([number(AN)], "asked at the desk", "os:an")
    assert await parts_kept(desk) == parts_of("tran")
