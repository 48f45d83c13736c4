"""What every store does for the alarms: incidents once, their texts with them, traffic by hours."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from sms_gateway.domain.ids import DoorName, IncidentId
from sms_gateway.domain.incidents import (
    NO_DOOR,
    TRAFFIC_HOURS,
    AlarmText,
    Incident,
    IncidentNote,
    Traffic,
    Trouble,
    hour_of,
)
from sms_gateway.domain.notices import BACKWARD, BLAST
from sms_gateway.domain.outcome import Billing, MtState
from tests.contracts.store_desk import AN, BINH, DOOR, START, Desk, number
from tests.contracts.test_pushing_contract import notice

DAY = timedelta(days=1)


def incident(desk: Desk, trouble: Trouble = Trouble.PARKED, door: DoorName = NO_DOOR) -> Incident:
    return Incident(IncidentId(desk.new_id()), trouble, door, 7, desk.clock.at)


def text(desk: Desk, about: Incident, template: str = "alarm", to: object = AN) -> AlarmText:
    recipient = BINH if to is BINH else AN
    return AlarmText(
        id=desk.new_id(),
        door=DOOR,
        short_code=desk.arrival().mo.short_code,
        recipient=recipient,
        recipient_hash=number(recipient),
        template=template,
        text="CANH BAO",
        alphabet="gsm7",
        at=desk.clock.at,
        valid_until=desk.clock.at + timedelta(hours=2),
        dedupe_key=f"alarm:{about.id}:{template}:{number(recipient)}",
    )


async def kept(desk: Desk) -> list[Incident]:
    return list(await desk.store.incidents.incidents(desk.clock.at - DAY))


async def test_an_incident_is_kept_over_a_crash_as_it_was_written(desk: Desk) -> None:
    one = replace(incident(desk, Trouble.SILENT, DOOR), texted_at=START, posted_at=START)
    assert await desk.store.incidents.note([IncidentNote(one)]) == [True]
    await desk.die()
    assert await kept(desk) == [one]


async def test_an_incident_changes_and_what_was_told_stays_told(desk: Desk) -> None:
    begun = incident(desk)
    await desk.store.incidents.note([IncidentNote(replace(begun, texted_at=START))])
    later = desk.clock.step(60)
    over = replace(begun, closed_at=later, posted_at=later, posted_over_at=later)
    assert await desk.store.incidents.note([IncidentNote(over)]) == [True]
    assert await kept(desk) == [replace(over, texted_at=START)]


async def test_of_one_subject_a_second_incident_is_not_begun_while_one_stands(desk: Desk) -> None:
    first, second = incident(desk), incident(desk)
    notes = [IncidentNote(first), IncidentNote(second, (text(desk, second),))]
    assert await desk.store.incidents.note(notes) == [True, False]
    assert await kept(desk) == [first]
    assert await desk.store.lease(DOOR, desk.clock.at, 10) == []
    closed = replace(first, closed_at=desk.clock.at)
    assert await desk.store.incidents.note([IncidentNote(closed), notes[1]]) == [True, True]
    assert await kept(desk) == [closed, second]


async def test_the_same_trouble_may_stand_at_several_doors(desk: Desk) -> None:
    doors = [DOOR, DoorName("other")]
    notes = [IncidentNote(incident(desk, Trouble.NO_PROBE, door)) for door in doors]
    assert await desk.store.incidents.note(notes) == [True, True]


async def test_what_ended_long_ago_is_not_told_and_what_stands_is(desk: Desk) -> None:
    stands, ended = incident(desk), replace(incident(desk, Trouble.DISK), closed_at=START)
    await desk.store.incidents.note([IncidentNote(stands), IncidentNote(ended)])
    desk.clock.step(2 * 86_400)
    assert await kept(desk) == [stands]


async def test_texts_to_people_on_call_go_before_replies_and_are_free(desk: Desk) -> None:
    reply = await desk.reply()
    one = incident(desk)
    told = [text(desk, one), text(desk, one, to=BINH)]
    await desk.store.incidents.note([IncidentNote(one, tuple(told))])
    leased = await desk.store.lease(DOOR, desk.clock.at, 10)
    assert [mt.id for mt in leased] == [told[0].id, told[1].id, reply.id]
    assert [mt.recipient for mt in leased[:2]] == [AN, BINH]
    assert {mt.billing for mt in leased[:2]} == {Billing.FREE}
    assert (leased[0].text, leased[0].short_code, leased[0].intent) == ("CANH BAO", "8083", "")
    assert await desk.store.settle([desk.accepted(told[0].id, 1, "T1")]) == [True]


async def test_the_same_text_about_an_incident_is_queued_once(desk: Desk) -> None:
    one = incident(desk)
    for _ in range(2):
        await desk.store.incidents.note([IncidentNote(one, (text(desk, one),))])
    assert len(await desk.store.lease(DOOR, desk.clock.at, 10)) == 1


async def test_what_people_on_call_get_counts_for_no_budget(desk: Desk) -> None:
    one = incident(desk)
    await desk.store.incidents.note([IncidentNote(one, (text(desk, one),))])
    await desk.store.incidents.queue([text(desk, incident(desk), "test")])
    assert await desk.store.citizens([number(AN)], desk.clock.at - DAY) == {}


async def test_people_see_each_incident_with_how_its_texts_stand(desk: Desk) -> None:
    one, other = incident(desk), incident(desk, Trouble.DISK)
    told = text(desk, one)
    await desk.store.incidents.note([IncidentNote(one, (told,)), IncidentNote(other)])
    await desk.store.lease(DOOR, desk.clock.at, 10)
    await desk.store.settle([desk.settlement(told.id, 1, MtState.UNCERTAIN)])
    rows = await desk.reading.incidents(START - DAY, 10)
    assert [row.incident for row in rows] == [other, one]
    (shown,) = rows[1].texts
    assert (shown.mt_id, shown.template, shown.state) == (told.id, "alarm", MtState.UNCERTAIN)
    assert (await desk.mt_row(told.id)).state is MtState.UNCERTAIN


async def test_what_stands_is_listed_before_what_ended_and_beyond_every_limit(desk: Desk) -> None:
    stands = incident(desk)
    ended = [replace(incident(desk, Trouble.DISK), closed_at=desk.clock.at) for _ in range(3)]
    await desk.store.incidents.note([IncidentNote(one) for one in (stands, *ended)])
    rows = await desk.reading.incidents(START - DAY, 2)
    assert [row.incident for row in rows] == [stands, ended[-1]]


async def test_uncertain_alarms_raise_no_alarm(desk: Desk) -> None:
    one = incident(desk)
    told = text(desk, one)
    reply = await desk.reply()
    await desk.store.incidents.note([IncidentNote(one, (told,))])
    await desk.store.lease(DOOR, desk.clock.at, 10)
    for mt_id in (told.id, reply.id):
        await desk.store.settle([desk.settlement(mt_id, 1, MtState.UNCERTAIN)])
    assert (await desk.store.incidents.standing()).uncertain == 1


@pytest.mark.parametrize("reason", [BLAST, BACKWARD])
async def test_it_is_known_how_many_texts_wait_for_a_person(desk: Desk, reason: str) -> None:
    held = {"state": MtState.HELD, "hold_reason": reason, "batch_id": "b1"}
    pushes = [replace(notice(desk, f"notice:{n}"), **held) for n in range(3)]
    await desk.store.queue_pushes([*pushes, notice(desk, "notice:9")])
    assert (await desk.store.incidents.standing()).held == 3


async def test_it_is_known_since_when_a_door_is_paused(desk: Desk) -> None:
    assert (await desk.store.incidents.standing()).paused == {}
    await desk.store.set_paused(DOOR, START, "os:an", paused=True)
    assert (await desk.store.incidents.standing()).paused == {DOOR: START}
    await desk.store.set_paused(DOOR, START, "os:an", paused=False)
    assert (await desk.store.incidents.standing()).paused == {}


async def test_what_came_within_an_hour_adds_up(desk: Desk) -> None:
    hour, later = hour_of(START), START + timedelta(minutes=5)
    came = [Traffic(DOOR, probe=False, hour=hour, count=3, last_at=later)]
    await desk.store.incidents.add_traffic(came)
    await desk.store.incidents.add_traffic([replace(came[0], count=2, last_at=START)])
    probes = Traffic(DOOR, probe=True, hour=hour, count=1, last_at=START)
    await desk.store.incidents.add_traffic([probes])
    assert await desk.store.incidents.traffic(START) == [replace(came[0], count=5), probes]
    assert await desk.store.incidents.traffic(START + timedelta(hours=1)) == []


async def test_hours_of_long_ago_are_forgotten(desk: Desk) -> None:
    hour = hour_of(START)
    old = Traffic(DOOR, probe=False, hour=hour, count=1, last_at=START)
    await desk.store.incidents.add_traffic([old])
    await desk.store.incidents.add_traffic([replace(old, hour=hour + TRAFFIC_HOURS)])
    assert len(await desk.store.incidents.traffic(START)) == 2
    await desk.store.incidents.add_traffic([replace(old, hour=hour + TRAFFIC_HOURS + 1)])
    assert len(await desk.store.incidents.traffic(START)) == 2
