"""A word of staff comes in only when no text of the last thirty days gets worse by it."""

from datetime import datetime, timedelta

import pytest

from sms_gateway.commands import CommandError
from sms_gateway.replay.synonyms import Added, Refused, SynonymCommands, Trial, Worse
from tests.parts import START
from tests.replay.replay_desk import WORDS, Log, Wall, synonym

BY = "os:an"


class Office:
    """The acts, with a wall and a log that a test holds."""

    def __init__(self, *texts: str, days: float = 1) -> None:
        self.wall, self.log, self.looks = Wall(), Log(*texts), 0

        def now() -> datetime:
            return START + timedelta(days=days)

        async def changed() -> None:
            self.looks += 1

        self.acts = SynonymCommands(self.wall, self.log, WORDS, now, changed)


async def test_a_word_that_makes_texts_readable_is_added_and_read_at_once() -> None:
    office = Office("HOSOCUATOI AB12", "MCKH 170703-0001")
    done = await office.acts.add("Hồ sơ của tôi", "mckh", " tờ \n rơi ", BY)
    assert isinstance(done, Added)
    assert (done.trial.counts.better, done.trial.counts.worse) == (1, 0)
    (kept,) = office.wall.kept
    assert (kept.folded.upper(), kept.note, kept.by) == ("HOSOCUATOI", "tờ rơi", BY)
    assert office.looks == 1


async def test_a_word_by_which_one_text_gets_worse_is_not_added() -> None:
    # A number with the word in it is read today, and would not be.
    office = Office("MCKH TRANVANTEO 170703-0001", "TRANVANTEO")
    done = await office.acts.add("TRANVANTEO", "HUY", "", BY)
    assert isinstance(done, Worse)
    assert done.trial.changed[0].judgement == "worse"
    assert office.wall.kept == []
    assert office.looks == 0


async def test_a_trial_changes_nothing() -> None:
    office = Office("HOSOCUATOI AB12")
    trial = await office.acts.try_synonym("HOSOCUATOI", "MCKH")
    assert isinstance(trial, Trial)
    assert trial.counts.better == 1
    assert office.wall.kept == []
    assert office.looks == 0


async def test_texts_of_more_than_thirty_days_ago_do_not_count() -> None:
    office = Office("HOSOCUATOI AB12", days=31)
    trial = await office.acts.try_synonym("HOSOCUATOI", "MCKH")
    assert isinstance(trial, Trial)
    assert trial.counts.read == 0


@pytest.mark.parametrize(
    "word, keyword, why",
    [
        ("170703", "MCKH", "no digits"),
        ("HOSO2", "MCKH", "no digits"),
        ("HS", "MCKH", "3 letters or more"),
        ("!!", "MCKH", "3 letters or more"),
        ("TRỢ GIÚP", "MCKH", "has a meaning already"),
        ("mckh", "HUY", "has a meaning already"),
        ("HOSOCUATOI", "KHONGCO", "no word of keywords.toml"),
        ("HOSOCUATOICUABANCUAAI", "MCKH", "2 to 12 letters"),
        ("H" * 41, "MCKH", "at most 40"),
    ],
)
async def test_what_cannot_be_a_synonym_is_refused_in_one_line(
    word: str, keyword: str, why: str
) -> None:
    office = Office()
    done = await office.acts.add(word, keyword, "", BY)
    assert isinstance(done, Refused)
    assert why in done.why
    assert "\n" not in done.why
    assert office.wall.kept == []


async def test_the_same_word_is_added_once() -> None:
    office = Office()
    assert isinstance(await office.acts.add("HOSOCUATOI", "MCKH", "", BY), Added)
    again = await office.acts.add("hồ sơ của tôi", "MCKH", "", BY)
    assert isinstance(again, Refused)


async def test_a_word_is_taken_back_once() -> None:
    office = Office()
    office.wall.kept.append(synonym("HOSOCUATOI"))
    await office.acts.remove("Hồ sơ của tôi", BY)
    assert office.wall.kept == []
    with pytest.raises(CommandError, match="nobody added that word"):
        await office.acts.remove("HOSOCUATOI", BY)


async def test_a_word_that_the_file_has_itself_since_is_told_and_not_read() -> None:
    office = Office()
    office.wall.kept += [synonym("giúp", "MCKH"), synonym("HOSOCUATOI")]
    assert [one.fits for one in await office.acts.kept()] == [False, True]
