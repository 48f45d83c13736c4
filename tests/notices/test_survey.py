"""Who is asked for a mark, about what, and when."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from sms_gateway.domain.dossier import State
from sms_gateway.domain.message import Language
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.records import PreferenceChange
from sms_gateway.domain.surveys import SURVEY
from tests.contracts.store_desk import Desk
from tests.notices.notices_desk import dossier_id
from tests.notices.survey_desk import DAY, HOUR, SurveyDesk
from tests.parts import AN, BINH

FIRST = "170703-0001"
CUONG = Address("+84900000003")
HOTLINE = Address("1900")


@pytest.fixture
async def survey(desk: Desk) -> SurveyDesk:
    """The survey by the shipped settings, after its first look."""
    made = SurveyDesk(desk)
    await made.look()
    return made


async def test_the_first_look_begins_at_the_present(desk: Desk) -> None:
    survey = SurveyDesk(desk)
    survey.returned()
    desk.clock.step(2 * DAY)
    assert await survey.questions() == []
    assert await survey.questions(DAY) == []


async def test_a_day_after_the_return_its_person_is_asked_once(survey: SurveyDesk) -> None:
    survey.returned()
    assert await survey.questions(DAY - 1200) == []
    assert await survey.questions(1200) == [FIRST]
    (mt,) = survey.asked
    assert mt.recipient == AN
    assert "tu 1" in mt.text
    assert "8083" in mt.text
    assert await survey.questions(DAY) == []
    (row,) = await survey.rows()
    assert (row.dossier_id, row.score) == (dossier_id(), None)
    assert survey.results.counts == {"asked": 1}


async def test_a_dossier_that_comes_back_and_is_returned_again_is_not_asked_about_twice(
    survey: SurveyDesk,
) -> None:
    survey.returned()
    assert await survey.questions(DAY) == [FIRST]
    survey.desk.clock.step(8 * DAY)
    survey.notices.change(State.PROCESSING)
    survey.returned()
    assert await survey.questions(DAY) == []
    assert survey.results.counts == {"asked": 1, "asked_before": 1}


async def test_what_went_on_since_is_not_asked_about(survey: SurveyDesk) -> None:
    survey.returned()
    await survey.look(HOUR)
    survey.notices.change(State.PROCESSING)
    assert await survey.questions(DAY) == []
    assert survey.results.counts == {"moved_on": 1}


async def test_who_acts_for_the_owner_is_asked_and_what_is_no_person_never(
    survey: SurveyDesk,
) -> None:
    survey.returned(1, owners=(AN,), authorised=(HOTLINE, BINH))
    survey.returned(2, owners=(CUONG, AN), authorised=())
    survey.returned(3, owners=(HOTLINE,), authorised=())
    assert len(await survey.questions(DAY)) == 2
    assert {mt.recipient for mt in survey.asked} == {BINH, CUONG}
    assert survey.results.counts == {"asked": 2, "no_phone": 1}


async def test_a_dossier_that_wants_no_texts_is_not_asked_about(survey: SurveyDesk) -> None:
    survey.returned(sms_allowed=False)
    assert await survey.questions(DAY) == []
    assert survey.results.counts == {"sms_off": 1}


@pytest.mark.parametrize("about", ["", dossier_id()])
async def test_who_opted_out_before_is_not_asked(survey: SurveyDesk, about: str) -> None:
    survey.returned()
    await survey.notices.opt_out(about)
    assert await survey.questions(DAY) == []
    assert survey.results.counts == {"opted_out": 1}


@pytest.mark.parametrize("about", ["", dossier_id()])
async def test_who_opts_out_while_the_question_waits_does_not_get_it(
    survey: SurveyDesk, about: str
) -> None:
    survey.returned()
    await survey.look(DAY)
    await survey.notices.opt_out(about)
    assert await survey.questions(60) == []
    assert survey.results.counts == {"asked": 1}


async def test_at_night_nobody_is_asked_and_in_the_morning_it_is_looked_again(
    survey: SurveyDesk,
) -> None:
    survey.desk.clock.step(11 * HOUR)  # a quarter past nine in the evening
    survey.returned(1, owners=(AN,))
    survey.returned(2, owners=(BINH,))
    assert await survey.questions(DAY) == []
    survey.notices.change(State.PROCESSING, 2, owners=(BINH,))
    assert await survey.questions(9 * HOUR) == []
    assert await survey.questions(HOUR) == [FIRST]


async def test_a_question_that_could_not_leave_in_the_evening_waits_for_the_morning(
    survey: SurveyDesk,
) -> None:
    survey.desk.clock.step(10.7 * HOUR)  # five to nine
    survey.returned()
    await survey.look(DAY)
    assert len(await survey.rows()) == 1
    assert await survey.questions(600) == []
    assert await survey.questions(11 * HOUR) == [FIRST]


async def test_about_what_was_returned_long_ago_nobody_is_asked(survey: SurveyDesk) -> None:
    at = survey.desk.clock.at
    for number, days in ((1, 5), (2, 7)):
        survey.notices.change(State.FINISHED, number, owners=(Address(f"+8490000010{number}"),))
        case = survey.notices.feed.now[dossier_id(number)]
        back = replace(case, dossier=replace(case.dossier, state=State.RETURNED))
        survey.notices.feed.put(back, at, source_time=at - timedelta(days=days))
    assert await survey.questions(DAY) == [FIRST]
    assert survey.results.counts == {"asked": 1, "stale": 1}


async def test_a_dossier_that_was_never_seen_before_is_asked_about_only_with_its_day_of_return(
    survey: SurveyDesk,
) -> None:
    survey.notices.change(State.RETURNED, 1)
    survey.notices.change(State.RETURNED, 2, owners=(BINH,))
    entry = survey.notices.feed.entries[-1]
    survey.notices.feed.entries[-1] = replace(entry, source_time=survey.desk.clock.at)
    assert await survey.questions(DAY) == ["170703-0002"]
    assert survey.results.counts == {"asked": 1, "first_seen": 1}


async def test_a_day_has_its_bound_and_the_next_day_another(desk: Desk) -> None:
    survey = SurveyDesk(desk, most_per_day=2)
    await survey.look()
    for number in range(1, 5):
        survey.returned(number, owners=(Address(f"+8490000010{number}"),))
    assert len(await survey.questions(DAY)) == 2
    survey.returned(5, owners=(Address("+84900000105"),))
    assert await survey.questions(DAY) == ["170703-0005"]
    assert survey.results.counts == {"asked": 3, "full": 2}


async def test_a_bulk_fix_asks_nobody_and_the_return_of_another_day_is_asked_about(
    desk: Desk,
) -> None:
    survey = SurveyDesk(desk, bulk=30)
    await survey.look()
    survey.returned(1)
    desk.clock.step(5 * HOUR)
    for number in range(2, 42):
        survey.returned(number, owners=(BINH,))
        desk.clock.step(1)  # looks fall between
    questions = await survey.questions(19 * HOUR)
    for _ in range(20):
        questions = [*questions, *await survey.questions(900)]
    assert questions == [FIRST]
    assert survey.results.counts == {"asked": 1, "bulk": 40}


async def test_a_bulk_fix_that_ripens_piece_by_piece_asks_nobody(desk: Desk) -> None:
    survey = SurveyDesk(desk, bulk=30)
    await survey.look()
    for number in range(1, 41):
        survey.returned(number, owners=(BINH,))
        desk.clock.step(10)
    desk.clock.step(DAY - 400)
    for _ in range(50):
        await survey.look(10)
    assert await survey.rows() == []
    assert survey.results.counts == {"bulk": 40}


async def test_who_has_a_question_open_gets_no_second_one(survey: SurveyDesk) -> None:
    survey.returned(1)
    survey.returned(2)
    assert await survey.questions(DAY) == [FIRST]
    survey.returned(3)
    assert await survey.questions(DAY) == []
    await survey.answered(dossier_id(1), 5)
    survey.returned(4)
    assert await survey.questions(DAY) == ["170703-0004"]
    assert survey.results.counts == {"asked": 2, "open_question": 2}


async def test_the_question_is_in_the_language_that_its_number_chose(survey: SurveyDesk) -> None:
    mo = await survey.desk.receive(sender=AN)
    chosen = replace(survey.desk.answer(mo), preference=PreferenceChange(Language.EN))
    assert await survey.notices.store.answer([chosen]) == [True]
    survey.returned()
    await survey.questions(DAY)
    assert [mt.language for mt in survey.asked] == [Language.EN]


async def test_nothing_is_asked_while_a_restored_copy_is_held_nor_of_what_was_before(
    survey: SurveyDesk,
) -> None:
    survey.returned(1)
    await survey.notices.hold_restored()
    assert await survey.questions(DAY) == []
    assert await survey.notices.store.notices.mark(SURVEY) is None
    await survey.notices.release_restored()
    assert await survey.questions(HOUR) == []
    survey.returned(2)
    assert await survey.questions(DAY) == ["170703-0002"]


async def test_what_was_returned_while_a_restored_copy_was_held_is_never_asked_about(
    survey: SurveyDesk,
) -> None:
    survey.returned(1)
    assert await survey.questions(DAY) == [FIRST]
    await survey.notices.hold_restored()
    survey.returned(2, owners=(BINH,))
    await survey.look(DAY)
    await survey.notices.release_restored()
    assert [await survey.questions(HOUR) for _ in range(3)] == [[], [], []]


async def test_what_was_queued_when_the_copy_was_held_is_not_asked_once_more(
    survey: SurveyDesk,
) -> None:
    survey.returned()
    await survey.look(DAY)
    await survey.notices.hold_restored()
    assert await survey.questions(60) == []
    await survey.notices.release_restored()
    assert await survey.questions() == []


async def test_only_the_node_that_leads_asks(survey: SurveyDesk) -> None:
    survey.returned()
    survey.leads = False
    assert await survey.questions(DAY) == []
    survey.leads = True
    assert await survey.questions() == [FIRST]


async def test_what_cannot_be_read_now_is_asked_later(survey: SurveyDesk) -> None:
    survey.returned()
    survey.notices.feed.down = True
    assert await survey.questions(DAY) == []
    survey.notices.feed.down = False
    assert await survey.questions(HOUR) == [FIRST]


async def test_older_dossiers_that_are_put_in_place_are_not_asked_about(
    survey: SurveyDesk,
) -> None:
    survey.returned(1)
    survey.returned(2, owners=(BINH,))
    assert len(await survey.questions(DAY)) == 2
    del survey.notices.feed.entries[1:]
    await survey.look(10)
    survey.returned(3, owners=(CUONG,))
    assert await survey.questions(DAY) == ["170703-0003"]


async def test_what_is_returned_after_older_dossiers_were_put_in_place_is_asked_about(
    survey: SurveyDesk,
) -> None:
    survey.returned(1)
    survey.returned(2, owners=(BINH,))
    assert len(await survey.questions(DAY)) == 2
    survey.notices.feed.restored(1)
    survey.returned(3, owners=(CUONG,))
    await survey.look(10)
    assert await survey.questions(DAY) == ["170703-0003"]


async def test_a_process_that_dies_goes_on_where_it_was(survey: SurveyDesk) -> None:
    survey.returned(1)
    await survey.look(DAY)
    survey.returned(2, owners=(BINH,))
    await survey.desk.die()
    survey.notices.begin()
    survey.begin()
    assert await survey.questions() == [FIRST]
    assert await survey.questions(DAY) == ["170703-0002"]
