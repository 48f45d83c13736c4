"""Which events webhooks wait for, in every store."""

import asyncio
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from sms_gateway.domain.acts import AnswerOrder, AnswerQueued
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.outcome import Delivery as Reported
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.staff import AgencyId
from sms_gateway.domain.webhooks import (
    MOST_OF_TOKEN,
    WAITS,
    Attempted,
    Delivery,
    Event,
    EventPage,
    EventWalk,
    Webhook,
    WebhookAgain,
    WebhookEnd,
    WebhookId,
    WebhookReplay,
    WebhookSecret,
    WebhookSwitch,
    WebhookWhyNot,
)
from sms_gateway.store.operations import webhooks as operations
from tests.contracts.purge_desk import store
from tests.contracts.store_desk import DOOR, START, VALID, Desk

BEFORE = START - timedelta(minutes=1)


def webhook(name: str = "portal", made_at: datetime = BEFORE) -> Webhook:
    return Webhook(
        WebhookId(f"id-{name}"), name, "https://portal.example/", "whsec_x", tuple(sorted(Event)),
        None, with_number=False, with_text=True, enabled=True, made_at=made_at, by="os:an",
    )  # fmt: skip


async def found(desk: Desk, name: str = "portal") -> list[tuple[Event, str]]:
    """What waits after a walk over all there is."""
    at = desk.clock.step(60)
    while await store(desk).webhooks.find(EventWalk(at, at, 2)):
        pass
    due = await store(desk).webhooks.due(WebhookId(f"id-{name}"), at, 99)
    return sorted((one.event, one.message) for one in due)


async def test_tokens_have_so_many_at_a_time_and_people_as_many_as_they_need(desk: Desk) -> None:
    hooks = store(desk).webhooks
    own = [replace(webhook(f"own-{number}"), by="token:x") for number in range(MOST_OF_TOKEN + 2)]
    kept = await asyncio.gather(*map(hooks.add, own))
    assert sorted(map(str, kept)) == ["None"] * MOST_OF_TOKEN + ["too_many"] * 2
    theirs = [webhook(f"their-{number}") for number in range(MOST_OF_TOKEN + 2)]
    assert {await hooks.add(one) for one in theirs} == {None}
    assert await hooks.add(theirs[0]) is WebhookWhyNot.NAME_TAKEN


async def test_each_end_of_a_text_is_found_once(desk: Desk) -> None:
    await store(desk).webhooks.add(webhook())
    mts = [await desk.reply() for _ in range(3)]
    ids = [str(row[0]) for row in await desk.rows("SELECT id FROM inbox ORDER BY id")]
    assert await found(desk) == [(Event.ANSWERED, mo_id) for mo_id in ids]
    assert len(await found(desk)) == len(mts)


async def test_a_text_that_ends_after_the_walk_came_by_is_found_all_the_same(desk: Desk) -> None:
    await store(desk).webhooks.add(webhook())
    mo = await desk.receive()
    assert await found(desk) == []
    await desk.reply(mo=mo)
    assert await found(desk) == [(Event.ANSWERED, mo.id)]
    assert await desk.rows("SELECT mo_id FROM webhook_wait") == []


async def test_a_final_delivery_report_is_found_and_no_other_one(desk: Desk) -> None:
    await store(desk).webhooks.add(replace_events(Event.DELIVERED))
    mt = await desk.reply()
    await desk.sent(mt, "t-1")
    await desk.reported("t-1", Reported.ENROUTE)
    assert await found(desk) == []
    await desk.reported("t-1", Reported.DELIVERED)
    assert await found(desk) == [(Event.DELIVERED, mt.id)]


async def test_a_report_whose_message_is_known_long_after_it_came_is_found(desk: Desk) -> None:
    """A telco may report before it has answered the call that brought the text."""
    await store(desk).webhooks.add(replace_events(Event.DELIVERED))
    mt = await desk.reply()
    await desk.reported("t-1", Reported.DELIVERED)
    assert await found(desk) == []
    await desk.sent(mt, "t-1")
    assert await found(desk) == [(Event.DELIVERED, mt.id)]
    assert await desk.rows("SELECT receipt_id FROM webhook_late") == []


async def test_where_nobody_is_told_nothing_is_noted_of_such_reports(desk: Desk) -> None:
    mt = await desk.reply()
    await desk.reported("t-1", Reported.DELIVERED)
    await desk.sent(mt, "t-1")
    assert await desk.rows("SELECT receipt_id FROM webhook_late") == []


async def test_an_answer_that_a_person_writes_is_found_once(desk: Desk) -> None:
    await store(desk).webhooks.add(webhook())
    await desk.reply(MtState.HELD)
    ((mo_id,),) = await desk.rows("SELECT id FROM inbox")
    assert await found(desk) == [(Event.PARKED, mo_id)]
    for key in ("one", "two"):
        known = (desk.new_id(), MessageId(str(mo_id)), key, DOOR, "Da xong", "gsm7", 1)
        at = desk.clock.at
        written = await desk.store.answer_by_hand(AnswerOrder(*known, at, at + VALID, "staff:an"))
        assert isinstance(written, AnswerQueued)
    assert await found(desk) == [(Event.ANSWERED, mo_id), (Event.PARKED, mo_id)]


def replace_events(*events: Event) -> Webhook:
    one = webhook()
    return Webhook(
        one.id, one.name, one.url, one.secret, events, one.agencies, one.with_number,
        one.with_text, one.enabled, one.made_at, one.by,
    )  # fmt: skip


async def test_nobody_is_told_of_another_agencys_messages_nor_of_older_ones(desk: Desk) -> None:
    stranger = Webhook(
        WebhookId("id-stranger"), "stranger", "https://x/", "s", tuple(Event),
        (AgencyId("H99"),), with_number=False, with_text=False, enabled=True, made_at=BEFORE,
        by="os:an",
    )  # fmt: skip
    await desk.reply()
    desk.clock.step(60)
    for one in (stranger, webhook("late", desk.clock.at), webhook()):
        await store(desk).webhooks.add(one)
    assert len(await found(desk)) == 1
    assert await found(desk, "stranger") == []
    assert await found(desk, "late") == []


async def test_what_was_given_up_is_sent_again_when_a_person_says_so(desk: Desk) -> None:
    hooks = store(desk).webhooks
    await hooks.add(webhook())
    await desk.reply()
    await found(desk)
    at = desk.clock.at
    (one,) = await hooks.due(WebhookId("id-portal"), at, 9)
    later = at + WAITS[0]
    await hooks.attempted([Attempted(one, 500, taken=False, at=at, next_at=later)])
    assert await hooks.due(WebhookId("id-portal"), at, 9) == []
    (again,) = await hooks.due(WebhookId("id-portal"), later, 9)
    assert again == Delivery(one.webhook, one.event, one.message, one.at, 1)
    await hooks.attempted([Attempted(again, 500, taken=False, at=at, next_at=None)])
    (state,) = await hooks.webhooks()
    assert (state.waiting, state.dead, state.last_status) == (0, 1, 500)
    assert await hooks.replay(WebhookReplay("portal", None, at, "os:an")) == 1
    assert await hooks.replay(WebhookReplay("nobody", None, at, "os:an")) is None
    (first,) = await hooks.due(WebhookId("id-portal"), at, 9)
    await hooks.attempted([Attempted(first, 200, taken=True, at=at, next_at=None)])
    assert await hooks.replay(WebhookReplay("portal", None, at, "os:an")) == 0
    assert await hooks.replay(WebhookReplay("portal", BEFORE, at, "os:an")) == 1


async def test_each_act_is_audited_without_the_secret(desk: Desk) -> None:
    hooks = store(desk).webhooks
    assert await hooks.add(webhook()) is None
    assert await hooks.add(webhook()) is WebhookWhyNot.NAME_TAKEN
    assert await hooks.switch(WebhookSwitch("portal", enabled=False, at=START, by="os:an"))
    assert not await hooks.switch(WebhookSwitch("portal", enabled=False, at=START, by="os:an"))
    await hooks.replay(WebhookReplay("portal", None, START, "os:an"))
    rows = await desk.rows("SELECT act, detail FROM audit ORDER BY id")
    said = "portal events=message.answered,message.delivered,message.parked"
    assert rows == [
        ("webhook.add", f"{said} agencies=all number=0 text=1"),
        ("webhook.off", "portal"),
        ("webhook.replay", "portal n=0 since=-"),
    ]
    await desk.reply()
    assert await found(desk) == []


async def test_events_stand_newest_first_a_page_at_a_time(desk: Desk) -> None:
    hooks, who = store(desk).webhooks, WebhookId("id-portal")
    await hooks.add(webhook())
    for _ in range(3):
        await desk.reply()
    await found(desk)
    at = desk.clock.at
    all_of = await hooks.events(EventPage(who, failed=False, behind=None, limit=9))
    assert [one.state for one in all_of] == ["waiting"] * 3
    first = all_of[0].delivery
    behind = (first.at, str(first.event), str(first.message))
    rest = await hooks.events(EventPage(who, failed=False, behind=behind, limit=9))
    assert rest == all_of[1:]
    await hooks.attempted([Attempted(first, 503, taken=False, at=at, next_at=None)])
    (bad,) = await hooks.events(EventPage(who, failed=True, behind=None, limit=9))
    assert (bad.delivery.message, bad.state, bad.status) == (first.message, "dead", 503)
    again = WebhookAgain("portal", first.event, first.message, at, "os:an")
    assert await hooks.again(again)
    assert not await hooks.again(msgspec.structs.replace(again, name="nobody"))
    assert not await hooks.again(msgspec.structs.replace(again, message=desk.new_id()))
    assert await hooks.events(EventPage(who, failed=True, behind=None, limit=9)) == []
    (state,) = await hooks.webhooks()
    assert (state.waiting, state.oldest) == (3, first.at)


async def test_one_that_is_removed_keeps_its_name_and_nothing_else(desk: Desk) -> None:
    hooks = store(desk).webhooks
    await hooks.add(webhook())
    await desk.reply()
    await found(desk)
    assert await hooks.replace_secret(WebhookSecret("portal", "whsec_new", START, "os:an"))
    (state,) = await hooks.webhooks()
    assert state.webhook.secret == "whsec_new"
    assert await hooks.remove(WebhookEnd("portal", START, "os:an"))
    assert not await hooks.remove(WebhookEnd("portal", START, "os:an"))
    assert not await hooks.replace_secret(WebhookSecret("portal", "whsec_x", START, "os:an"))
    assert not await hooks.switch(WebhookSwitch("portal", enabled=True, at=START, by="os:an"))
    assert await hooks.replay(WebhookReplay("portal", None, START, "os:an")) is None
    assert await hooks.add(webhook()) is WebhookWhyNot.NAME_TAKEN
    assert await hooks.webhooks() == []
    assert await desk.rows("SELECT url, secret FROM webhook") == [("", "")]
    assert await desk.rows("SELECT event FROM webhook_event") == []
    acts = [row[0] for row in await desk.rows("SELECT act FROM audit ORDER BY id")]
    assert acts == ["webhook.add", "webhook.secret", "webhook.remove"]


async def test_old_events_go(desk: Desk) -> None:
    await store(desk).webhooks.add(webhook())
    await desk.reply()
    assert await found(desk)
    desk.clock.step(operations._KEPT.total_seconds() + 1)  # noqa: SLF001  # how long they stay
    await found(desk)
    assert await desk.rows("SELECT event FROM webhook_event") == []
