"""What citizens are told by themselves, and when."""

from datetime import timedelta

from msgspec.structs import replace

from sms_gateway.domain.dossier import ReturnVia, State
from sms_gateway.domain.message import Language
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.records import PreferenceChange
from tests.contracts.store_desk import Desk
from tests.notices.notices_desk import NoticesDesk, dossier_id
from tests.parts import AN, BINH

HOUR = 3600


async def test_the_first_look_begins_at_the_present(desk: Desk) -> None:
    notices = NoticesDesk(desk)
    notices.change(State.PROCESSING)
    notices.change(State.FINISHED)
    assert await notices.told() == []
    assert await notices.told() == []


async def test_a_change_is_told_after_it_stood_and_within_a_minute_and_a_half(
    notices: NoticesDesk,
) -> None:
    notices.change(State.PROCESSING)
    await notices.told(60)
    notices.change(State.FINISHED)
    told: list[tuple[int, str]] = []
    for seconds in range(10, 100, 10):
        told += [(seconds, name) for name in await notices.told(10)]
    assert [name for _, name in told] == ["S9-undated"]
    assert 45 <= told[0][0] <= 60
    (mt,) = notices.texted
    assert (mt.recipient, mt.language) == (AN, Language.VI)
    assert "da co ket qua" in mt.text


async def test_what_goes_back_while_it_stands_is_not_told(notices: NoticesDesk) -> None:
    notices.change(State.PROCESSING)
    await notices.told()
    notices.change(State.FINISHED)
    await notices.look(20)
    notices.change(State.PROCESSING)
    assert await notices.told() == []
    assert notices.noted.decisions[-1] == ("silent", "back_again")


async def test_of_many_steps_the_newest_state_is_told_once(notices: NoticesDesk) -> None:
    notices.change(State.PROCESSING)
    await notices.told()
    notices.change(State.PAPERS_NEEDED)
    await notices.look(10)
    notices.change(State.PROCESSING)
    await notices.look(10)
    notices.change(State.FINISHED)
    assert await notices.told() == ["S9-undated"]
    assert await notices.told(5 * HOUR) == []


async def test_what_never_stands_still_is_told_all_the_same(notices: NoticesDesk) -> None:
    notices.change(State.PROCESSING)
    await notices.told()
    told: list[str] = []
    for state in [State.PAPERS_NEEDED, State.FEE_DUE] * 3:
        notices.change(state)
        told += await notices.told(30)
    assert told


async def test_a_dossier_of_the_counter_gets_no_receipt_text(notices: NoticesDesk) -> None:
    notices.change(State.REGISTERED, submitted_via=ReturnVia.COUNTER)
    await notices.told()
    notices.change(State.ACCEPTED, submitted_via=ReturnVia.COUNTER)
    assert await notices.told() == []
    notices.change(State.ACCEPTED, 2, submitted_via=None, state_at=notices.desk.clock.at)
    assert await notices.told() == []


async def test_older_dossiers_that_are_put_in_place_are_no_news_and_what_comes_then_is(
    notices: NoticesDesk,
) -> None:
    for number in (1, 2, 3):
        notices.change(State.PROCESSING, number)
    await notices.told()
    older = notices.feed.entries[:1]
    notices.feed.entries[:] = older
    notices.feed.now = {change.case.dossier.id: change.case for change in older}
    assert await notices.told() == []
    notices.change(State.FINISHED, 1)
    assert await notices.told() == ["S9-undated"]


async def test_what_happens_after_older_dossiers_were_put_in_place_is_told_whatever_its_place(
    notices: NoticesDesk,
) -> None:
    for number in range(1, 7):
        notices.change(State.PROCESSING, number)
    await notices.told()
    notices.feed.restored(4)
    # Before anybody looks: two take places that were read of the newer ones, two others do not.
    for number in range(1, 5):
        notices.change(State.FINISHED, number)
    told = [*await notices.told(), *await notices.told(600)]  # one after the other
    assert told == ["S9-undated"] * 4


async def test_what_happened_in_a_long_pause_is_never_told(notices: NoticesDesk) -> None:
    notices.change(State.PROCESSING)
    await notices.told()
    notices.change(State.PAPERS_NEEDED)
    notices.leads = False
    await notices.look(30 * HOUR)
    notices.leads = True
    assert [await notices.told() for _ in range(3)] == [[], [], []]
    notices.change(State.FINISHED)
    assert await notices.told() == ["S9-undated"]


async def test_what_was_told_of_dossiers_that_are_gone_is_not_told_again(
    notices: NoticesDesk,
) -> None:
    notices.change(State.PROCESSING, 1)
    await notices.told()
    notices.change(State.FINISHED, 1)
    assert await notices.told() == ["S9-undated"]
    notices.feed.restored(1)
    # The case database tells it once more.
    notices.change(State.FINISHED, 1)
    assert await notices.told() == []


async def test_a_new_dossier_is_told_of_where_it_is_fresh(notices: NoticesDesk) -> None:
    at = notices.desk.clock.at
    notices.change(State.ACCEPTED, 1, state_at=at - timedelta(hours=2))
    notices.change(State.ACCEPTED, 2, state_at=at - timedelta(days=2))
    notices.change(State.ACCEPTED, 3, state_at=None, received_at=None)
    assert await notices.told() == ["S2"]
    assert notices.texted[0].params["code"] == "170703-0001"


async def test_a_second_text_of_a_dossier_waits_and_tells_how_it_stands_then(
    notices: NoticesDesk,
) -> None:
    notices.change(State.ACCEPTED, state_at=notices.desk.clock.at)
    assert await notices.told() == ["S2"]
    notices.change(State.STOPPED)
    assert await notices.told(HOUR) == []
    notices.change(State.FINISHED)
    assert await notices.told(HOUR) == []
    assert await notices.told(3 * HOUR) == ["S9-undated"]


async def test_what_goes_at_once_does_not_wait_for_the_text_before(notices: NoticesDesk) -> None:
    notices.change(State.ACCEPTED, state_at=notices.desk.clock.at)
    assert await notices.told() == ["S2"]
    notices.change(State.PAPERS_NEEDED)
    assert await notices.told() == ["S5-undated"]


async def test_at_night_only_what_may_wake_somebody_goes(notices: NoticesDesk) -> None:
    for number in (1, 2, 3, 4):
        notices.change(State.PROCESSING, number)
    await notices.told(11 * HOUR)  # a quarter past nine in the evening
    notices.change(State.FINISHED, 1)
    notices.change(State.WITHDRAWN, 2)
    notices.change(State.FEE_DUE, 3)
    notices.change(State.PAPERS_NEEDED, 4)
    assert await notices.told() == ["S7-undated"]
    assert await notices.told(9 * HOUR) == []
    morning = [*await notices.told(HOUR), *await notices.told(10)]
    assert sorted(morning) == ["S5-undated", "S6", "S9-undated"]


async def test_what_goes_at_once_waits_for_the_morning_all_the_same(notices: NoticesDesk) -> None:
    notices.change(State.ACCEPTED, 1, state_at=notices.desk.clock.at)
    await notices.told(10 * HOUR)
    notices.change(State.FEE_DUE, 1)
    assert await notices.told(HOUR) == []  # a quarter past nine in the evening
    assert await notices.told(10 * HOUR) == ["S6"]


async def test_a_text_of_the_evening_that_could_not_go_waits_for_the_morning(
    notices: NoticesDesk,
) -> None:
    notices.change(State.PROCESSING)
    await notices.told(10.7 * HOUR)  # five to nine
    notices.change(State.FINISHED)
    await notices.look(60)
    notices.desk.clock.step(600)  # nobody could send
    assert await notices.leased() == []
    notices.desk.clock.step(10 * HOUR)
    assert [mt.template for mt in await notices.leased()] == ["S9-undated"]


async def test_what_waits_for_the_morning_is_overtaken(notices: NoticesDesk) -> None:
    notices.change(State.PROCESSING)
    await notices.told(11 * HOUR)
    notices.change(State.FINISHED)
    await notices.told()
    notices.change(State.RETURNED)
    await notices.told()
    assert await notices.told(10 * HOUR) == []


async def test_who_opted_out_is_not_told(notices: NoticesDesk) -> None:
    notices.change(State.PROCESSING, 1)
    notices.change(State.PROCESSING, 2, owners=(BINH,))
    await notices.told()
    await notices.opt_out()
    await notices.opt_out(dossier_id(2), phone=BINH)
    notices.change(State.FINISHED, 1)
    notices.change(State.FINISHED, 2, owners=(BINH,))
    assert await notices.told() == []
    assert notices.noted.decisions[-2:] == [("silent", "opted_out")] * 2
    await notices.opt_out(phone=BINH, out=False)
    notices.change(State.PAPERS_NEEDED, 3, owners=(BINH,), state_at=notices.desk.clock.at)
    assert await notices.told() == ["S5"]


async def test_who_opted_out_before_the_keys_were_rotated_is_not_told(
    notices: NoticesDesk,
) -> None:
    notices.change(State.PROCESSING)
    await notices.told()
    await notices.opt_out()
    notices.rotate()
    notices.change(State.PAPERS_NEEDED)
    assert await notices.told() == []
    assert notices.noted.decisions[-1] == ("silent", "opted_out")


async def test_who_opts_out_while_a_text_waits_does_not_get_it(notices: NoticesDesk) -> None:
    notices.change(State.PROCESSING)
    await notices.told(11 * HOUR)
    notices.change(State.FINISHED)
    await notices.told()
    await notices.opt_out()
    assert await notices.told(11 * HOUR) == []


async def test_a_dossier_without_the_flag_is_not_told_of(notices: NoticesDesk) -> None:
    notices.change(State.PROCESSING, sms_allowed=False)
    await notices.told()
    notices.change(State.FINISHED, sms_allowed=False)
    assert await notices.told() == []
    assert notices.noted.decisions[-1] == ("silent", "sms_off")


async def test_the_authorised_person_is_told_and_not_the_owner(notices: NoticesDesk) -> None:
    notices.change(State.PROCESSING, authorised=(BINH,))
    await notices.told()
    notices.change(State.FINISHED, authorised=(BINH,))
    await notices.told()
    assert [mt.recipient for mt in notices.texted] == [BINH]


async def test_a_number_that_is_no_person_is_not_told(notices: NoticesDesk) -> None:
    notices.change(State.PROCESSING, owners=(Address("8083"),))
    await notices.told()
    notices.change(State.FINISHED, owners=(Address("8083"),))
    assert await notices.told() == []
    assert notices.noted.decisions[-1] == ("silent", "no_phone")


async def test_a_text_is_in_the_language_that_its_number_chose(notices: NoticesDesk) -> None:
    mo = await notices.desk.receive()
    chosen = replace(notices.desk.answer(mo), preference=PreferenceChange(Language.EN))
    await notices.store.answer([chosen])
    notices.change(State.PROCESSING)
    await notices.told()
    notices.change(State.FINISHED)
    await notices.told()
    assert [mt.language for mt in notices.texted] == [Language.EN]
