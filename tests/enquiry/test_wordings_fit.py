"""What staff may propose always fits, whatever stands in it; and what is in force when."""

import asyncio
import dataclasses
import tomllib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sms_gateway.domain.message import Language
from sms_gateway.domain.staff import LoginName, Person, Role, StaffId
from sms_gateway.domain.wordings import (
    Decided,
    Wording,
    WordingApproval,
    WordingDone,
    WordingEnd,
    WordingVersion,
)
from sms_gateway.enquiry.replies import load_replies
from sms_gateway.enquiry.reply_forms import USUAL_CODE
from sms_gateway.enquiry.templates import LONGEST, TEMPLATES, Rule
from sms_gateway.enquiry.wordings import (
    in_force,
    misfits,
    reworded,
    tried,
    with_wording,
    wording_of,
)
from sms_gateway.wordings import NotDone, Proposal, WhyNot, WordingCommands
from tests.parts import ROOT, START, rules

REPLIES = rules().replies
AN = Person(StaffId("p1"), LoginName("an"), "An", Role.SUPERVISOR, None, Language.VI)
PLACES = [f"{{{one}}}" for one in ("code", "due", "hotline", "short_code", "keyword")]
WORDS = ["Ho so", "dang xu ly.", "ket qua:", "(a)", "x" * 9, "-", "{code}-{code}", "{hotline}"]


def sentences(*more: str) -> st.SearchStrategy[str]:
    words = st.sampled_from([*PLACES, *WORDS, *more])
    return st.lists(words, min_size=1, max_size=9).map(" ".join)


ENGLISH = sentences()
VIETNAMESE = sentences("Hồ sơ", "đang giải quyết.", "ơ" * 12, "Đ", "kết\tquả\n:")
WILD = st.text(max_size=30)


class Wall:
    """Implements `wordings.WordingStore`: takes every proposal."""

    def __init__(self) -> None:
        self.kept: list[WordingVersion] = []

    async def versions(self, _template: str, _limit: int) -> list[WordingVersion]:
        return self.kept

    async def version(self, name: str) -> WordingVersion | None:
        return next((one for one in self.kept if one.id == name), None)

    async def waiting(self) -> list[WordingVersion]:
        return self.kept

    async def approved(self) -> list[WordingVersion]:
        return [one for one in self.kept if one.state is Decided.APPROVED]

    async def propose(self, proposed: WordingVersion) -> WordingDone:
        self.kept.append(proposed)
        return WordingDone.DONE

    async def approve(self, approval: WordingApproval) -> WordingDone:
        raise AssertionError(approval)

    async def end(self, end: WordingEnd) -> WordingDone:
        raise AssertionError(end)


async def nothing() -> None:
    """No gateway to be told."""


def commands(wall: Wall, *, in_console: bool = True) -> WordingCommands:
    return WordingCommands(
        *(wall, lambda: REPLIES, in_console, True, lambda: START, lambda: "v1", nothing)
    )


def propose(wall: Wall, name: str, wording: Wording | None) -> WordingVersion | NotDone:
    proposal = Proposal(name, wording, "", REPLIES.version(name))
    return asyncio.run(commands(wall).propose(proposal, AN))


def takes_one_sms(name: str, done: WordingVersion) -> None:
    """Without accents and in English, with all other values at their longest."""
    assert done.wording is not None
    replies = with_wording(REPLIES, name, done.wording)
    assert replies.version(name) == done.version
    for language in (Language.VI, Language.EN):
        for length in range(1, USUAL_CODE + 1):
            widest = {one: "0" * longest for one, longest in LONGEST.items()}
            made = replies.compose(name, {**widest, "code": "0" * length}, language)
            assert (made.template, made.segments) == (name, 1)


@given(
    name=st.sampled_from(["S2", "S4", "S4L", "E5"]),
    vi=st.tuples(VIETNAMESE, st.just("") | VIETNAMESE),
    en=st.tuples(ENGLISH, st.just("") | ENGLISH),
)
def test_whatever_is_proposed_is_one_sms_for_every_code_up_to_25(
    name: str, vi: tuple[str, str], en: tuple[str, str]
) -> None:
    done = propose(Wall(), name, Wording(*vi, *en))
    if isinstance(done, NotDone):
        assert {one.rule for one in done.misfits} <= {Rule.SILENT, Rule.USUAL, Rule.WORST}
        assert done.misfits
    else:
        takes_one_sms(name, done)


@pytest.mark.parametrize("silent", [".", "{hotline}", " {code} : {due} ", "8083"])
def test_what_tells_nothing_is_not_proposed_in_either_language(silent: str) -> None:
    wall = Wall()
    for wording in (Wording(silent, "Hồ sơ", "In process.", ""), Wording("Hồ sơ", "", silent, "")):
        done = propose(wall, "S4", wording)
        assert isinstance(done, NotDone)
        assert [one.rule for one in done.misfits] == [Rule.SILENT]
    assert wall.kept == []
    assert isinstance(
        propose(wall, "S4", Wording("Đ {code}", "{hotline}", "D", ".")), WordingVersion
    )


@given(name=st.sampled_from(sorted(TEMPLATES)), texts=st.tuples(WILD, WILD, WILD, WILD))
def test_whatever_is_typed_is_proposed_or_refused(
    name: str, texts: tuple[str, str, str, str]
) -> None:
    done = propose(Wall(), name, Wording(*texts))
    if not isinstance(done, NotDone):
        takes_one_sms(name, done)


def test_what_is_proposed_is_kept_as_the_files_would_have_it() -> None:
    wall = Wall()
    done = propose(wall, "S4", Wording("  Hồ   sơ {code}\n đang xử lý. ", " ", "In process.", ""))
    assert isinstance(done, WordingVersion)
    assert done.wording == Wording("Hồ sơ {code} đang xử lý.", "", "In process.", "")
    assert with_wording(REPLIES, "S4", done.wording).version("S4") == done.version
    assert wall.kept == [done]


def test_where_the_files_are_the_source_nothing_is_proposed() -> None:
    proposal = Proposal(
        "S4", Wording("No. {code}", "", "No. {code}", ""), "", REPLIES.version("S4")
    )
    done = asyncio.run(commands(Wall(), in_console=False).propose(proposal, AN))
    assert done == NotDone(WhyNot.FILES)


def test_the_file_s_wording_is_proposed_only_where_something_else_holds() -> None:
    assert propose(Wall(), "S4", None) == NotDone(WhyNot.SAME)


def test_the_file_s_wording_is_not_approved_where_the_file_says_another_one_by_then() -> None:
    wall, held = Wall(), version("held", 0)
    wall.kept.append(held)
    now, _ = reworded(REPLIES, {"S4": held})
    back = Proposal("S4", None, held.id, now.version("S4"))
    before = dataclasses.replace(commands(wall), replies=lambda: now)
    assert isinstance(asyncio.run(before.propose(back, AN)), WordingVersion)
    vi, en = (
        tomllib.loads((ROOT / f"config/replies/{one}.toml").read_text("utf-8"))
        for one in ("vi", "en")
    )
    file = load_replies({**vi, "S4": {"text": "Hồ sơ {code} đã dừng."}}, en)
    then, _ = reworded(file, {"S4": held})
    assert then.version("S4") == now.version("S4")
    after = dataclasses.replace(commands(wall), replies=lambda: then)
    assert asyncio.run(after.approve("v1", AN)) == NotDone(WordingDone.OUTDATED)


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_what_the_files_say_fits_and_changes_nothing(name: str) -> None:
    said = wording_of(REPLIES, name)
    assert misfits(name, said) == []
    assert with_wording(REPLIES, name, said).rules_hash == REPLIES.rules_hash
    assert tried(REPLIES, name, said).replies.rules_hash == REPLIES.rules_hash


def test_too_long_a_wording_is_counted_and_a_wrong_one_says_what_is_wrong() -> None:
    wrong = tried(REPLIES, "S4", Wording("Hồ sơ {code} " + "x" * 150, "", "{nobody}", ""))
    assert [(one.rule, one.language) for one in wrong.misfits] == [
        (Rule.USUAL, Language.VI_ACCENTED),
        (Rule.PLACEHOLDER, Language.EN),
    ]
    assert (wrong.unread, wrong.too_long) == ({Language.EN}, True)
    made = wrong.replies.compose("S4", {"code": "0" * 25}, Language.VI, max_segments=9)
    assert made.segments == 2
    assert wrong.replies.wording("S4", Language.EN) == REPLIES.wording("S4", Language.EN)


@pytest.mark.parametrize(
    "text, rule, found",
    [
        ("“Hồ sơ” {code}", Rule.LETTER, "“ (U+201C)"),
        ("Hồ sơ\u200b {code}", Rule.LETTER, "U+200B ZERO WIDTH SPACE"),
        ("Hồ sơ {{code}}", Rule.BRACKET, "{ (U+007B)"),
    ],
)
def test_a_letter_that_is_not_safe_is_shown_as_it_was_typed(
    text: str, rule: Rule, found: str
) -> None:
    (wrong,) = misfits("S4", Wording(text, "", "No. {code}", ""))
    assert (wrong.rule, wrong.found) == (rule, found)


def version(name: str, days: int | None, state: Decided = Decided.APPROVED) -> WordingVersion:
    said = Wording(f"Hồ sơ {{code}} {name}.", "", "No. {code}", "")
    known = WordingVersion(*(name, "S4", "", said, "", "", "", None, START, "staff:an", AN.id))
    holds = None if days is None else START + timedelta(days=days)
    return replace(known, state=state, decided_at=START, holds_from=holds)


def test_of_what_was_approved_the_last_one_holds_whose_day_has_come() -> None:
    every = [version("c", 3), version("a", 1), version("b", 2), version("w", None, Decided.WAITING)]

    def held(days: float) -> list[str]:
        return [one.id for one in in_force(every, START + timedelta(days=days)).values()]

    assert [held(days) for days in (0.9, 1, 2.5, 9)] == [[], ["a"], ["b"], ["c"]]


def test_a_change_of_one_reply_leaves_the_others_and_an_earlier_change_does_not_stay() -> None:
    first, unfit = reworded(REPLIES, {"S4": version("a", 0)})
    assert unfit == []
    assert first.version("S4") != REPLIES.version("S4")
    assert first.version("S1") == REPLIES.version("S1")
    second, _ = reworded(first, {"S1": replace(version("b", 0), template="S1")})
    assert second.version("S4") == REPLIES.version("S4")
    broken = replace(version("c", 0), wording=Wording("{nobody}", "", "x", ""))
    third, unfit = reworded(second, {"S4": broken})
    assert list(unfit) == [broken]
    assert third.rules_hash == REPLIES.rules_hash
