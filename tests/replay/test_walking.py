"""Past texts are read page by page, and those that would change are told with counts."""

from datetime import timedelta

import pytest

from sms_gateway.replay import walking
from sms_gateway.replay.walking import Changed, Comparison, by_grammars, by_the_log, replayed
from tests.parts import START
from tests.replay.replay_desk import WORDS, Log, row, synonym

NOW = WORDS.grammars()


async def changed(log: Log, comparison: Comparison) -> list[Changed]:
    return [one async for page in replayed(log, None, None, comparison) for one in page]


async def test_what_the_log_says_is_compared_with_what_is_read_today() -> None:
    log = Log()
    log.rows = [
        row("MCKH 170703-0001", code="1707030001", number=1),
        row("MCKH 170703-0002", intent="malformed", number=2),
        row("MCKH 170703-0003", code="9999999", number=3),
        row("", intent="", number=4),
    ]
    comparison = by_the_log(NOW)
    found = await changed(log, comparison)
    assert [(one.row.id[-1], one.judgement.value) for one in found] == [
        ("3", "worse"),
        ("2", "better"),
    ]
    counts = comparison.counts
    assert (counts.same, counts.better, counts.worse, counts.other, counts.passed) == (
        1,
        1,
        1,
        0,
        1,
    )
    assert counts.read == 4


async def test_two_sets_of_rules_are_compared_whatever_the_log_says() -> None:
    log = Log("HOSOCUATOI AB12", "MCKH 170703-0001")
    comparison = by_grammars(NOW, WORDS.grammars([synonym("HOSOCUATOI")]))
    (one,) = await changed(log, comparison)
    assert (one.row.text, one.judgement) == ("HOSOCUATOI AB12", "better")
    assert (one.before.intent, one.after.keys) == ("malformed", ("AB12",))


async def test_pages_follow_one_another_without_a_gap_or_a_repetition(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(walking, "PAGE", 2)
    log = Log(*["HOSOCUATOI AB12"] * 5)
    comparison = by_grammars(NOW, WORDS.grammars([synonym("HOSOCUATOI")]))
    found = [one.row.id[-1] for one in await changed(log, comparison)]
    assert found == ["5", "4", "3", "2", "1"]
    assert comparison.counts.read == 5
    assert all(wanted.limit == 2 for wanted in log.asked)


async def test_only_texts_of_the_time_that_is_asked_for_are_read() -> None:
    log = Log(*["MCKH 170703-0001"] * 5)
    comparison = by_the_log(NOW)
    since, until = START + timedelta(seconds=2), START + timedelta(seconds=4)
    async for _page in replayed(log, since, until, comparison):
        pass
    assert comparison.counts.read == 2
