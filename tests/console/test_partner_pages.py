"""API tokens and webhooks: what an administrator does about other systems."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sms_gateway.api.tokens import token_hash
from sms_gateway.console.partner_words import EVENTS, NO_TOKEN, NO_WEBHOOK, SCOPES
from sms_gateway.domain.api import Scope, TokenWhyNot
from sms_gateway.domain.staff import Role
from sms_gateway.domain.webhooks import Attempted, Event, EventWalk, WebhookWhyNot
from sms_gateway.store.store import SqlStore
from tests.console.console_desk import Browser, ConsoleHouse, console_house
from tests.contracts.store_desk import Desk, maker_of

TOKENS, HOOKS = "/console/tokens", "/console/webhooks"
PORTAL = f"{HOOKS}/portal"
SHOWN = re.compile(r'value="((?:sgw_|whsec_)[^"]+)"')
TOKEN = {"name": "portal", "may.messages:read": "on", "scope": "some", "agency.H32.01": "on"}
HOOK = {
    "name": "portal", "url": "https://10.20.0.9/secret-path", "event.message.answered": "on",
    "event.message.parked": "on", "scope": "all", "with_text": "on",
}  # fmt: skip


def test_each_scope_event_and_refusal_has_a_sentence() -> None:
    assert (set(SCOPES), set(EVENTS)) == (set(Scope), set(Event))
    assert set(NO_TOKEN) == set(TokenWhyNot)
    assert set(NO_WEBHOOK) == set(WebhookWhyNot)


async def last_act(house: ConsoleHouse) -> Sequence[object]:
    (row,) = await house.desk.rows("SELECT by, act FROM audit ORDER BY id DESC LIMIT 1")
    return row


def store(house: ConsoleHouse) -> SqlStore:
    assert isinstance(house.desk.store, SqlStore)
    return house.desk.store


async def made(boss: Browser, **changes: str) -> str:
    """The secret of a new webhook."""
    got = await boss.post(HOOKS, {**HOOK, **changes}, await boss.get(HOOKS))
    found = SHOWN.search(got.text)
    assert found is not None, got.text
    return found[1]


async def told(house: ConsoleHouse, failed: int = 0) -> None:
    """Three texts are answered and found, and so many attempts to tell of them failed."""
    for _ in range(3):
        await house.desk.reply()
    at, hooks = house.desk.clock.step(60), store(house).webhooks
    await hooks.find(EventWalk(at, at, 99))
    (state,) = await hooks.webhooks()
    due = await hooks.due(state.webhook.id, at, failed)
    ends = [Attempted(one, 503, taken=False, at=at, next_at=None) for one in due]
    await hooks.attempted(ends)


async def test_a_token_is_shown_once_and_opens_what_was_ticked(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.ADMINISTRATOR)
    got = await boss.post(TOKENS, {**TOKEN, "days": "30"}, await boss.get(TOKENS))
    found = SHOWN.search(got.text)
    assert found is not None
    assert got.headers["Cache-Control"] == "no-store"
    one = await store(house).api.token_of(token_hash(found[1]))
    assert one is not None
    assert (one.scopes, one.agencies, one.by) == (
        ("messages:read",), ("H32.01",), "staff:administrator-1",
    )  # fmt: skip
    assert one.expires_at == one.made_at + timedelta(days=30)
    assert await last_act(house) == ("staff:administrator-1", "api_token.add")
    listed = await boss.get(TOKENS)
    assert found[1] not in listed.text
    assert (
        'đọc tin nhắn, số điện thoại che bớt <span class="faint mono">messages:read<' in listed.text
    )
    again = await boss.post(TOKENS, TOKEN, listed)
    assert (again.status, SHOWN.search(again.text)) == (409, None)


async def test_a_token_that_is_revoked_opens_nothing(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.ADMINISTRATOR)
    got = await boss.post(TOKENS, TOKEN, await boss.get(TOKENS))
    found = SHOWN.search(got.text)
    assert found is not None
    page = await boss.get(TOKENS)
    done = await boss.post(f"{TOKENS}/portal/revoke", {}, page)
    assert (done.status, done.headers["Location"]) == (303, f"{TOKENS}?done=token_ended")
    one = await store(house).api.token_of(token_hash(found[1]))
    assert one is not None
    assert one.revoked_at == house.desk.clock.at
    assert await last_act(house) == ("staff:administrator-1", "api_token.revoke")
    assert (await boss.post(f"{TOKENS}/portal/revoke", {}, page)).status == 404
    assert "/revoke" not in (await boss.get(TOKENS)).text


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "<b>Portal</b>"}, {"name": ""}, {"may.messages:read": None}, {"days": "0"},
        {"days": "99999"}, {"days": "²"}, {"days": "-3"}, {"agency.H32.01": None},
        {"agency.H32.01": None, "agency.H99": "on"},
    ],
)  # fmt: skip
async def test_a_token_that_makes_no_sense_is_not_made_and_what_was_typed_stays(
    house: ConsoleHouse, changes: dict[str, str | None]
) -> None:
    boss = await house.signed_in(Role.ADMINISTRATOR)
    fields = {name: value for name, value in {**TOKEN, **changes}.items() if value is not None}
    got = await boss.post(TOKENS, fields, await boss.get(TOKENS))
    assert (got.status, 'role="alert"' in got.text) == (422, True)
    assert "<b>Portal" not in got.text
    assert await store(house).reading.api_tokens() == []


async def test_a_webhook_is_added_and_its_secret_and_address_are_shown_no_more(
    house: ConsoleHouse,
) -> None:
    boss = await house.signed_in(Role.ADMINISTRATOR)
    secret = await made(boss)
    (state,) = await store(house).webhooks.webhooks()
    hook = state.webhook
    assert (hook.secret, hook.events, hook.agencies) == (
        secret, (Event.ANSWERED, Event.PARKED), None,
    )  # fmt: skip
    assert (hook.with_number, hook.with_text, hook.enabled) == (False, True, True)
    assert await last_act(house) == ("staff:administrator-1", "webhook.add")
    for page in (await boss.get(HOOKS), await boss.get(PORTAL)):
        assert "10.20.0.9" in page.text
        assert "secret-path" not in page.text
        assert secret not in page.text


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "https://127.0.0.1/"}, {"url": "http://10.20.0.9/"}, {"url": "https://a:b@h/"},
        {"url": "javascript:alert(1)"}, {"url": '"><script>'}, {"url": "https://h/" + "a" * 2000},
        {"name": "../x"}, {"event.message.answered": None, "event.message.parked": None},
        {"scope": "some"},
    ],
)  # fmt: skip
async def test_a_webhook_that_may_not_be_is_not_added(
    house: ConsoleHouse, changes: dict[str, str | None]
) -> None:
    boss = await house.signed_in(Role.ADMINISTRATOR)
    fields = {name: value for name, value in {**HOOK, **changes}.items() if value is not None}
    got = await boss.post(HOOKS, fields, await boss.get(HOOKS))
    assert (got.status, 'role="alert"' in got.text) == (422, True)
    assert '"><script>' not in got.text
    assert await store(house).webhooks.webhooks() == []


async def test_a_webhook_is_paused_resumed_given_a_secret_and_removed(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.ADMINISTRATOR)
    secret = await made(boss)
    page = await boss.get(PORTAL)
    for word, status in (("off", 303), ("off", 409), ("on", 303)):
        assert (await boss.post(f"{PORTAL}/{word}", {}, page)).status == status
    got = await boss.post(f"{PORTAL}/secret", {}, page)
    found = SHOWN.search(got.text)
    assert found is not None
    (state,) = await store(house).webhooks.webhooks()
    assert secret != found[1] == state.webhook.secret
    done = await boss.post(f"{PORTAL}/remove", {}, page)
    assert done.headers["Location"] == f"{HOOKS}?done=webhook_removed"
    rows = await house.desk.rows("SELECT act FROM audit WHERE act LIKE 'webhook.%' ORDER BY id")
    words = ("add", "off", "on", "secret", "remove")
    assert [row[0] for row in rows] == [f"webhook.{word}" for word in words]
    assert (await boss.get(PORTAL)).status == 404
    for act in ("on", "off", "secret", "remove", "replay", "again", "test"):
        assert (await boss.post(f"{PORTAL}/{act}", {}, page)).status == 404


async def test_what_was_not_taken_is_seen_and_sent_again(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.ADMINISTRATOR)
    await made(boss)
    await told(house, failed=2)
    page = await boss.get(f"{PORTAL}?show=failed")
    assert page.text.count("503") == 3
    ((message,),) = await house.desk.rows(
        "SELECT min(message) FROM webhook_event WHERE state = 'dead'"
    )
    one = {"event": "message.answered", "message": str(message)}
    done = await boss.post(f"{PORTAL}/again", one, page)
    assert (done.status, await last_act(house)) == (
        303, ("staff:administrator-1", "webhook.replay"),
    )  # fmt: skip
    (state,) = await store(house).webhooks.webhooks()
    assert (state.waiting, state.dead) == (2, 1)
    assert (await boss.post(f"{PORTAL}/replay", {"what": "dead"}, page)).status == 303
    (state,) = await store(house).webhooks.webhooks()
    assert (state.waiting, state.dead) == (3, 0)
    for wrong in ({"event": "message.answered", "message": "'; --"}, {"event": "x", **one}):
        answer = await boss.post(f"{PORTAL}/again", {**one, **wrong}, page)
        assert answer.status == (404 if wrong["message"] != message else 303)


@pytest.mark.parametrize(
    "since,status",
    [("2026-11-23T08:00", 303), ("2026-09-01T08:00", 422), ("2027-01-01T08:00", 422), ("", 422)],
)
async def test_all_since_a_time_of_the_last_days_is_sent_again(
    house: ConsoleHouse, since: str, status: int
) -> None:
    boss = await house.signed_in(Role.ADMINISTRATOR)
    await made(boss)
    await told(house, failed=3)
    page = await boss.get(PORTAL)
    got = await boss.post(f"{PORTAL}/replay", {"what": "since", "since": since}, page)
    (state,) = await store(house).webhooks.webhooks()
    assert (got.status, state.waiting) == (status, 3 if status == 303 else 0)


async def test_a_long_list_of_events_has_pages_that_skip_none(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.ADMINISTRATOR)
    await made(boss)
    (state,) = await store(house).webhooks.webhooks()
    values = ", ".join(
        f"('{state.webhook.id}', 'message.answered', '{house.desk.new_id()}', {1_700_000_000_000}, 0)"  # noqa: E501  # one row
        for _ in range(60)
    )
    await house.desk.change(
        f"INSERT INTO webhook_event (webhook, event, message, made_at, next_at) VALUES {values}"  # noqa: S608  # of this test
    )
    page, seen = await boss.get(PORTAL), set[str]()
    for count in (50, 10):
        found = re.findall(r'/console/messages/([0-9a-f-]{36})"', page.text)
        assert len(found) == count
        assert not seen & set(found)
        seen |= set(found)
        if (more := re.search(r'href="([^"]+behind=[^"]+)"', page.text)) is not None:
            page = await boss.get(more[1].replace("&amp;", "&"))
    assert (await boss.get(f"{PORTAL}?behind=999999999999999.message.x.{'0' * 36}")).status == 200


async def test_a_test_says_that_no_answer_came(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.ADMINISTRATOR)
    await made(boss, url="https://portal.example.vn/")
    got = await boss.post(f"{PORTAL}/test", {}, await boss.get(PORTAL))
    assert (got.status, 'role="alert"' in got.text) == (200, True)


async def test_who_sees_some_agencies_only_neither_sees_nor_does_any_of_it(
    house: ConsoleHouse,
) -> None:
    boss = await house.signed_in(Role.ADMINISTRATOR)
    await made(boss)
    limited = await house.signed_in(Role.ADMINISTRATOR, "hai", agencies=["H32.02"])
    page = await limited.get("/console/account")
    assert HOOKS not in page.text
    assert TOKENS not in page.text
    for path in (TOKENS, HOOKS, PORTAL):
        assert (await limited.get(path)).status == 403
    for path in (TOKENS, HOOKS, f"{PORTAL}/secret", f"{PORTAL}/remove"):
        assert (await limited.post(path, {**TOKEN, "scope": "all"}, page)).status == 403
    assert len(await store(house).webhooks.webhooks()) == 1


async def test_pages_name_who_made_a_token_and_a_webhook(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.ADMINISTRATOR)
    await made(boss)
    await boss.post(TOKENS, TOKEN, await boss.get(TOKENS))
    for page in (TOKENS, PORTAL):
        assert 'title="staff:administrator-1">Administrator-1<' in (await boss.get(page)).text


async def test_replaying_nothing_says_that_nothing_is_sent_again(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.ADMINISTRATOR)
    await made(boss)
    got = await boss.post(f"{PORTAL}/replay", {"what": "dead"}, await boss.get(PORTAL))
    page = await boss.get(got.headers["Location"])
    assert "Không có sự kiện nào để gửi lại" in page.text
    assert "vài giây" not in page.text


async def test_where_webhooks_are_off_no_page_says_to_add_one_below(tmp_path: Path) -> None:
    async with (
        Desk(maker_of("sqlite"), tmp_path) as desk,
        console_house(
            desk, change=lambda one: replace(one, partners=replace(one.partners, may_lead=False))
        ) as house,
    ):
        page = await (await house.signed_in(Role.ADMINISTRATOR)).get(HOOKS)
    assert "Chưa có webhook" in page.text
    assert "ở bên dưới" not in page.text
    assert 'name="url"' not in page.text
