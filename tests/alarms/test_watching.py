"""Once when it begins, once when it is over, also over a restart and while the store is down."""

import asyncio
import io
import json
from datetime import timedelta

import pytest
from msgspec.structs import replace

from sms_gateway.alarms.posting import AGAIN_SECONDS
from sms_gateway.alarms.wording import TEST
from sms_gateway.domain.incidents import NO_DOOR, Trouble
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.outcome import Billing
from sms_gateway.ports import StoreDownError
from tests.alarms.alarms_desk import FIGURES, MANY, ON_CALL, PROBE, TELCO, AlarmsDesk, plan
from tests.alarms.conftest import Open

HOLD, CALM = 60.0, 300.0
BEGUN = "CANH BAO an-giang: khong tra duoc kho ho so. Luc 10:16 23/11. sms-gateway alarms"
QUIET = plan(quiet="09:00-11:00")
TWO_AN_HOUR = plan(per_hour="2", calm_s="5", hold_s="5")
MUTE = plan(mute="cases_down")
FULL = StoreDownError("SQLITE_FULL")


async def test_what_stands_long_enough_is_told_once_to_everybody(desk: AlarmsDesk) -> None:
    desk.cases_down = "locked"
    await desk.pass_by(HOLD)
    assert (await desk.texts(), desk.told()) == ([], [])
    await desk.pass_by(HOLD)
    texts = await desk.texts()
    assert [mt.recipient for mt in texts] == list(ON_CALL)
    assert [mt.text for mt in texts] == [BEGUN, BEGUN]
    assert desk.told() == ["opened cases_down"]
    assert set(desk.queued) == {TELCO}
    await desk.pass_by(3_600)
    assert (await desk.texts(), desk.told()) == ([], ["opened cases_down"])


async def test_its_end_is_told_once_when_it_has_been_gone_for_long_enough(desk: AlarmsDesk) -> None:
    desk.cases_down = "locked"
    await desk.pass_by(2 * HOLD)
    desk.cases_down = ""
    await desk.pass_by(CALM - 10)
    assert desk.told() == ["opened cases_down"]
    await desk.pass_by(20)
    assert desk.told() == ["opened cases_down", "closed cases_down"]
    assert await desk.words() == [
        BEGUN,
        "HET CANH BAO an-giang: khong tra duoc kho ho so. Tu 10:16 23/11, keo dai 6 phut.",
    ]
    await desk.pass_by(3_600)
    assert (await desk.texts(), len(desk.posted)) == ([], 2)


async def test_the_texts_are_free_and_name_nobody(desk: AlarmsDesk) -> None:
    desk.cases_down = "locked"
    await desk.pass_by(2 * HOLD)
    for mt in await desk.texts():
        assert (mt.billing, mt.segments, mt.alphabet) == (Billing.FREE, 1, "gsm7")
        assert not any(number.national[-7:] in mt.text for number in ON_CALL)


async def test_what_is_over_at_once_is_told_to_nobody(desk: AlarmsDesk) -> None:
    for _ in range(20):
        desk.cases_down = "locked"
        await desk.pass_by(HOLD - 10)
        desk.cases_down = ""
        await desk.pass_by(10)
    assert (await desk.texts(), desk.posted, await desk.incidents()) == ([], [], [])


async def test_what_flaps_is_one_incident(desk: AlarmsDesk) -> None:
    desk.cases_down = "locked"
    await desk.pass_by(2 * HOLD)
    for _ in range(20):
        desk.cases_down = ""
        await desk.pass_by(CALM - 10)
        desk.cases_down = "locked"
        await desk.pass_by(10)
    assert desk.told() == ["opened cases_down"]


async def test_what_comes_again_must_be_gone_for_longer_each_time(desk: AlarmsDesk) -> None:
    for _ in range(10):
        desk.cases_down = "locked"
        await desk.pass_by(2 * HOLD, 30)
        desk.cases_down = ""
        await desk.pass_by(2 * CALM + 60, 30)
    assert desk.told() == ["opened cases_down", "closed cases_down"] * 2 + ["opened cases_down"]


async def test_a_restart_tells_nobody_again_and_the_end_is_told_all_the_same(
    desk: AlarmsDesk,
) -> None:
    desk.cases_down = "locked"
    await desk.pass_by(2 * HOLD)
    await desk.texts()
    desk.restart()
    await desk.pass_by(3_600)
    assert (await desk.texts(), desk.told()) == ([], ["opened cases_down"])
    desk.cases_down = ""
    await desk.pass_by(CALM + 10)
    assert desk.told() == ["opened cases_down", "closed cases_down"]
    assert len(await desk.words()) == 1


async def test_what_nobody_knows_after_a_restart_is_not_over(desk: AlarmsDesk) -> None:
    desk.cases_down = "locked"
    await desk.pass_by(2 * HOLD)
    desk.restart()
    desk.cases_down = None
    await desk.pass_by(3_600)
    assert desk.told() == ["opened cases_down"]


async def test_what_the_webhook_takes_while_it_is_being_written_is_not_forgotten(
    desk: AlarmsDesk,
) -> None:
    async def taken_meanwhile() -> None:
        await desk.clock.settled()

    desk.faults.held["note"] = taken_meanwhile
    desk.cases_down = "locked"
    await desk.pass_by(2 * HOLD)
    (kept,) = await desk.incidents()
    assert kept.posted_at is not None
    assert kept.texted_at is not None
    desk.restart()
    await desk.pass_by(HOLD)
    assert desk.told() == ["opened cases_down"]


async def test_a_store_that_is_down_is_told_by_the_webhook_at_once(desk: AlarmsDesk) -> None:
    await desk.pass_by(10)
    desk.store_down, desk.faults.down = "SQLITE_FULL", FULL
    await desk.pass_by(2 * HOLD)
    assert desk.told() == ["opened store_down"]
    desk.store_down, desk.faults.down = "", None
    await desk.pass_by(CALM + 10)
    assert desk.told() == ["opened store_down", "closed store_down"]
    assert await desk.words() == [
        "HET CANH BAO an-giang: khong ghi duoc tin nhan vao kho. Tu 10:16 23/11, keo dai 6 phut."
    ]


async def test_a_store_that_is_down_at_the_start_is_told_too(desk: AlarmsDesk) -> None:
    desk.store_down, desk.faults.down = "SQLITE_FULL", FULL
    await desk.pass_by(2 * HOLD)
    assert desk.told() == ["opened store_down"]
    desk.store_down, desk.faults.down = "", None
    await desk.pass_by(10)
    (kept,) = await desk.incidents()
    assert (kept.trouble, kept.closed_at) == (Trouble.STORE_DOWN, None)


async def test_a_store_that_hangs_holds_no_look_up(desk: AlarmsDesk) -> None:
    await desk.pass_by(10)
    hang = asyncio.Event()
    for name in ("standing", "note", "add_traffic"):
        desk.faults.instead[name] = lambda *_args: hang.wait()
    desk.store_down = "hangs"
    looking = asyncio.create_task(desk.watch.run())
    await desk.clock.advance(4 * HOLD)
    assert desk.told() == ["opened store_down"]
    looking.cancel()
    await desk.clock.advance(30)
    assert looking.done()


async def test_what_was_told_while_the_store_was_down_is_told_by_sms_when_it_is_back(
    desk: AlarmsDesk,
) -> None:
    await desk.pass_by(10)
    desk.faults.down, desk.cases_down = FULL, "locked"
    await desk.pass_by(2 * HOLD)
    desk.faults.down = None
    await desk.pass_by(10)
    assert await desk.words() == [BEGUN]
    assert desk.told() == ["opened cases_down"]


async def test_in_quiet_hours_what_can_wait_waits(opening: Open) -> None:
    desk = opening(QUIET)
    desk.senses.saw(replace(FIGURES, parked=5))
    desk.cases_down = "locked"
    await desk.pass_by(2 * HOLD)
    assert len(await desk.words()) == 1
    assert set(desk.told()) == {"opened cases_down", "opened parked"}
    await desk.pass_by(3_600, 60)
    assert await desk.words() == [
        "CANH BAO an-giang: 5 tin cho nguoi xu ly. Luc 10:16 23/11. sms-gateway alarms"
    ]


async def test_what_is_over_before_it_was_told_is_told_to_nobody(opening: Open) -> None:
    desk = opening(QUIET)
    desk.senses.saw(replace(FIGURES, parked=5))
    await desk.pass_by(2 * HOLD)
    desk.senses.saw(FIGURES)
    await desk.pass_by(3_600, 60)
    assert await desk.words() == []
    (kept,) = await desk.incidents()
    assert kept.closed_at is not None


async def test_what_stands_unchanged_is_not_written_again_and_again(desk: AlarmsDesk) -> None:
    desk.cases_down = "locked"
    await desk.pass_by(3 * HOLD)
    written = desk.faults.calls.count("note")
    await desk.pass_by(3 * HOLD)
    assert desk.faults.calls.count("note") == written


async def test_there_is_no_storm(opening: Open) -> None:
    desk = opening(TWO_AN_HOUR)
    desk.senses.saw(replace(FIGURES, parked=100, late=100))
    desk.cases_down, desk.free = "locked", 1
    await desk.pass_by(600)
    assert len(await desk.words()) == 2
    assert len(desk.posted) <= 4
    await desk.pass_by(3_600)
    assert len(await desk.words()) == 2
    assert len(await desk.incidents()) == 4


async def test_what_is_muted_is_noted_and_told_to_nobody(opening: Open) -> None:
    desk = opening(MUTE)
    desk.cases_down = "locked"
    await desk.pass_by(2 * HOLD)
    assert (await desk.texts(), desk.posted) == ([], [])
    assert [i.trouble for i in await desk.incidents()] == [Trouble.CASES_DOWN]


async def test_a_receiver_that_fails_is_called_again_and_then_left_alone(desk: AlarmsDesk) -> None:
    desk.refusing, desk.cases_down = "503", "locked"
    await desk.pass_by(2 * HOLD + sum(AGAIN_SECONDS) + 3_600)
    assert desk.counted == ["failed"] * 4 + ["given_up"]
    desk.refusing, desk.cases_down = "", ""
    await desk.pass_by(2 * CALM)
    # Its end would say nothing to one who never heard that it began.
    assert desk.posted == []
    assert len(await desk.words()) == 2


async def test_a_call_that_was_not_made_is_made_after_a_restart(desk: AlarmsDesk) -> None:
    desk.refusing, desk.cases_down = "503", "locked"
    await desk.pass_by(600)
    desk.refusing = ""
    desk.restart()
    await desk.pass_by(10)
    assert desk.told() == ["opened cases_down"]


async def test_another_node_that_leads_is_left_to_tell(desk: AlarmsDesk) -> None:
    desk.leads, desk.cases_down = False, "locked"
    await desk.pass_by(2 * HOLD)
    assert (await desk.texts(), desk.posted, await desk.incidents()) == ([], [], [])
    desk.leads = True
    await desk.pass_by(2 * HOLD)
    assert desk.told() == ["opened cases_down"]


async def test_an_incident_that_another_node_began_is_not_told_twice(
    desk: AlarmsDesk, opening: Open
) -> None:
    other = opening()
    for one in (desk, other):
        one.cases_down = "locked"
        await one.pass_by(2 * HOLD)
    assert desk.told() == ["opened cases_down"]
    assert len(await desk.words()) == 1
    assert len(await desk.incidents()) == 1


async def test_a_door_that_is_configured_no_more_has_no_incidents(desk: AlarmsDesk) -> None:
    for _ in range(10):
        desk.senses.sent(TELCO, taken=False)
    await desk.pass_by(2 * HOLD)
    assert desk.stands == [(Trouble.FAILING, TELCO)]
    desk.doors = desk.doors[1:]
    desk.restart()
    await desk.pass_by(CALM + 10)
    assert desk.stands == []


async def test_what_stands_is_shown_in_the_metrics_and_logged_once(
    desk: AlarmsDesk, captured_logs: io.StringIO
) -> None:
    desk.free = 0
    await desk.pass_by(2 * HOLD)
    assert desk.stands == [(Trouble.DISK, NO_DOOR)]
    desk.free = MANY
    await desk.pass_by(2 * CALM)
    assert desk.stands == []
    lines = [json.loads(line) for line in captured_logs.getvalue().splitlines()]
    assert [(one["event"], one["reason"]) for one in lines] == [
        ("alarm.opened", "disk"),
        ("alarm.over", "disk"),
    ]


async def test_a_probe_text_that_does_not_come_is_an_incident_until_one_comes(
    opening: Open,
) -> None:
    desk = opening(probe=PROBE)
    desk.senses.probed(TELCO, desk.clock.now())
    await desk.pass_by(1_800, 60)
    assert desk.stands == []
    await desk.pass_by(600, 60)
    assert desk.stands == [(Trouble.NO_PROBE, TELCO)]
    desk.restart()
    await desk.pass_by(600, 60)
    assert desk.stands == [(Trouble.NO_PROBE, TELCO)]
    desk.senses.probed(TELCO, desk.clock.now())
    await desk.pass_by(600, 60)
    assert desk.stands == []
    assert desk.told() == ["opened no_probe", "closed no_probe"]


async def test_what_came_through_a_door_is_known_after_a_restart(opening: Open) -> None:
    desk = opening(probe=PROBE)
    desk.senses.probed(TELCO, desk.clock.now())
    desk.senses.came(TELCO, desk.clock.now())
    await desk.pass_by(120)
    came = desk.senses.usual.last(TELCO)
    desk.probes.clear()
    desk.restart()
    await desk.pass_by(10)
    assert desk.senses.usual.last(TELCO) == came is not None
    assert desk.probes == [TELCO]


async def test_what_came_is_written_down_later_where_the_store_is_down(desk: AlarmsDesk) -> None:
    await desk.pass_by(10)
    desk.senses.came(TELCO, desk.clock.now())
    desk.faults.down = FULL
    await desk.pass_by(120)
    desk.faults.down = None
    await desk.pass_by(120)
    with desk.clock.working():
        (kept,) = await desk.whole.incidents.traffic(desk.clock.now() - timedelta(days=1))
    assert (kept.door, kept.count) == (TELCO, 1)


async def test_a_test_goes_to_everybody_at_once(desk: AlarmsDesk) -> None:
    with desk.clock.working():
        told = await desk.watch.test()
    assert (told.texts, told.door, told.webhook) == (2, TELCO, "")
    texts: list[MobileTerminated] = await desk.texts()
    assert {mt.text for mt in texts} == {TEST.format(node="an-giang")}
    assert [event.type for event in desk.posted] == ["test"]
    desk.refusing = "503"
    with desk.clock.working():
        assert (await desk.watch.test()).webhook == "503"


async def test_a_test_without_a_store_is_refused(desk: AlarmsDesk) -> None:
    desk.faults.down = FULL
    with pytest.raises(StoreDownError):
        await desk.watch.test()
