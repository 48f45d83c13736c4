"""Needs attention: what waits for a person, and where its page leads."""

import re

from msgspec.structs import replace

from sms_gateway.console.waiting import Waiting, to_do
from sms_gateway.domain.ids import TraceId
from sms_gateway.domain.message import Language, MtKind
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Delivery, MtState
from sms_gateway.domain.pushes import Push
from sms_gateway.domain.records import RefusedRequest
from sms_gateway.domain.staff import LoginName, Person, Role, StaffId
from sms_gateway.log_question import Attention
from sms_gateway.ports import StoreDownError
from tests.console.console_desk import ConsoleHouse
from tests.contracts.store_desk import DOOR, Desk
from tests.contracts.test_pushing_contract import notice
from tests.virtual_time import StandingClock

PAGE = "/console/attention"
HASH = "ab" * 16


def batched(desk: Desk, key: str) -> Push:
    held = replace(notice(desk, key), state=MtState.HELD)
    return replace(held, hold_reason="blast", batch_id="batch-1")


async def refuse(house: ConsoleHouse) -> None:
    desk = house.desk
    request = RefusedRequest(
        DOOR, HASH, desk.clock.at, "field text is missing", b"GET /mo?from=84900000001",
        TraceId("trace"),
    )  # fmt: skip
    await desk.store.keep_refused([request])


async def test_a_page_on_which_nothing_waits_says_what_would_be_here(house: ConsoleHouse) -> None:
    clerk = await house.signed_in()
    page = await clerk.get(PAGE)
    assert page.status == 200
    assert "Không có việc nào chờ xử lý" in page.text


async def test_whoever_may_answer_begins_there_and_others_with_the_messages(
    house: ConsoleHouse,
) -> None:
    for role, place in ((Role.CLERK, PAGE), (Role.VIEWER, "/console/messages")):
        browser = await house.signed_in(role)
        assert (await browser.get("/console/")).headers["Location"] == place


async def test_what_waits_stands_there_masked_with_a_link_to_it_and_is_counted(
    house: ConsoleHouse,
) -> None:
    desk = house.desk
    parked = await desk.receive("<b>toi</b>")
    await desk.reply(MtState.HELD, parked)
    unanswered = await desk.receive("MCKH 9")
    held = [batched(desk, f"notice:{n}") for n in range(2)]
    await desk.store.queue_pushes(held)
    await desk.reported("nobody-knows", Delivery.DELIVERED)
    await refuse(house)
    boss = await house.signed_in(Role.SUPERVISOR)
    page = await boss.get(PAGE)
    for one in (parked.id, unanswered.id):
        assert f'href="/console/messages/{one}?from=attention"' in page.text
    # A batch is one thing to decide, however many texts it has.
    assert not any(one.id in page.text for one in held)
    assert page.text.count('<td><a href="/console/notices">') == 1
    assert f'href="/console/refused/{HASH}"' in page.text
    assert "nobody-knows" in page.text
    assert "&lt;b&gt;toi" in page.text
    assert "09xx xxx 001" in page.text
    assert "900000001" not in page.text
    # Parked, unanswered and held: what a person can end.
    assert '<span class="count">4<' in page.text
    assert '<span class="count">4<' in (await boss.get("/console/messages")).text


async def test_a_question_of_the_survey_that_is_held_is_listed_and_counted(
    house: ConsoleHouse,
) -> None:
    desk = house.desk
    question = replace(notice(desk, "survey:1"), kind=MtKind.SURVEY, agency="H32.01")
    held = replace(question, state=MtState.HELD, hold_reason="restored")
    assert await desk.store.queue_pushes([held]) == [True]
    ours = await house.signed_in(Role.CLERK, "ours", ["H32.01"])
    page = await ours.get(PAGE)
    assert f'href="/console/messages/{held.id}?from=attention"' in page.text
    assert '<span class="count">1<' in page.text
    at = f"/console/messages/{held.id}"
    fields = {"reply": held.id, "as": "failed"}
    done = await ours.post(f"{at}/settle", fields, await ours.get(at))
    assert done.headers["Location"] == f"{at}?done=settled"
    theirs = await house.signed_in(Role.CLERK, "theirs", ["H32.02"])
    assert held.id not in (await theirs.get(PAGE)).text


async def test_each_kind_has_a_page_of_its_own(house: ConsoleHouse) -> None:
    desk = house.desk
    late = [notice(desk, f"notice:{n}") for n in range(12)]
    await desk.store.queue_pushes(late)
    await desk.change("UPDATE outbox SET state = 'expired'")
    clerk = await house.signed_in()
    some, whole = await clerk.get(PAGE), await clerk.get(f"{PAGE}?only=failed")
    assert [late[n].id in some.text for n in (0, 1, 2, 11)] == [False, False, True, True]
    assert all(one.id in whole.text for one in late)
    older = await clerk.get(f"{PAGE}?only=failed&before={late[1].id}")
    assert [one.id for one in late if one.id in older.text] == [late[0].id]


async def test_what_has_waited_longest_stands_first_and_says_how_long(house: ConsoleHouse) -> None:
    desk, texts = house.desk, []
    for n in range(12):
        texts.append(await desk.receive(f"cho {n}"))
        await desk.reply(MtState.HELD, texts[-1])
        desk.clock.step(60)
    page = await (await house.signed_in()).get(PAGE)
    at = [page.text.find(f"{PAGE[:-9]}messages/{one.id}") for one in texts]
    assert at[:10] == sorted(at[:10])
    assert at[0] > 0
    assert at[10:] == [-1, -1]
    assert "12 phút" in page.text
    told = "hoặc gọi điện cho người dân và đánh dấu đã xử lý"
    assert told in page.text
    assert told not in (await (await house.signed_in(Role.VIEWER)).get(PAGE)).text


async def test_who_is_limited_to_agencies_sees_theirs_and_nothing_that_is_no_agencys(
    house: ConsoleHouse,
) -> None:
    desk = house.desk
    parked = await desk.receive("cua co quan khac")
    await desk.reply(MtState.HELD, parked)
    unanswered = await desk.receive("MCKH 9")
    held = replace(batched(desk, "notice:1"), agency="H32.01")
    await desk.store.queue_pushes([held])
    await desk.reported("nobody-knows", Delivery.DELIVERED)
    await refuse(house)
    theirs = await house.signed_in(Role.SUPERVISOR, "theirs", ["H32.01"])
    page = await theirs.get(PAGE)
    assert 'id="s-held"' in page.text
    for other in (parked.id, unanswered.id, "nobody-knows", HASH):
        assert other not in page.text
    assert "nobody-knows" not in (await theirs.get(f"{PAGE}?only=unmatched")).text
    assert (await theirs.get(f"/console/refused/{HASH}")).status == 404


async def test_a_call_that_could_not_be_read_shows_its_request_for_a_reason_that_is_kept(
    house: ConsoleHouse,
) -> None:
    await refuse(house)
    boss = await house.signed_in(Role.SUPERVISOR)
    page = await boss.get(f"/console/refused/{HASH}")
    assert "mục text bị thiếu" in page.text
    assert "900000001" not in page.text
    at = f"/console/refused/{HASH}/show"
    assert (await boss.post(at, {"reason": "x"}, page)).status == 422
    shown = await boss.post(at, {"reason": "nhà mạng hỏi"}, page)
    assert "GET /mo?from=84900000001" in shown.text
    acts = await house.desk.rows(
        "SELECT act, subject, detail FROM audit WHERE subject LIKE 'abab%'"
    )
    assert [tuple(row) for row in acts] == [("message.unmask", HASH, "nhà mạng hỏi")]
    assert (await boss.get("/console/refused/ffff")).status == 404


class Ticking(StandingClock):
    """Goes on where a test says so."""

    passed = 0.0

    def monotonic(self) -> float:
        return self.passed


PERSON = Person(StaffId("1"), LoginName("an"), "An", Role.CLERK, None, Language.VI)


async def test_a_store_that_is_down_breaks_no_page() -> None:
    async def down(_since: object, _agencies: object) -> Attention:
        raise StoreDownError

    waiting = Waiting(down, StandingClock())
    assert to_do(await waiting.of(PERSON)) == 0


async def test_the_count_is_asked_for_once_in_a_few_seconds() -> None:
    asked = 0

    async def counts(_since: object, _agencies: object) -> Attention:
        nonlocal asked
        asked += 1
        return Attention(1, 2, 4, 100, 100, 8, 100)

    clock = Ticking()
    waiting = Waiting(counts, clock)
    assert [to_do(await waiting.of(PERSON)) for _ in range(3)] == [15, 15, 15]
    assert asked == 1
    clock.passed += 5
    await waiting.of(PERSON)
    assert asked == 2


async def test_the_count_of_the_page_after_an_act_is_without_what_was_done(
    house: ConsoleHouse,
) -> None:
    desk = house.desk
    first, _second = await desk.receive("một"), await desk.receive("hai")
    for mo in (first, _second):
        await desk.reply(MtState.HELD, mo)
    clerk = await house.signed_in()
    at = f"/console/messages/{first.id}"
    page = await clerk.get(at)
    assert '<span class="count">2<' in page.text
    done = await clerk.post(f"{at}/handled", {"note": "gọi rồi"}, page)
    assert '<span class="count">1<' in (await clerk.get(done.headers["Location"])).text


async def test_numbers_that_end_alike_are_told_apart_among_what_waits(house: ConsoleHouse) -> None:
    desk = house.desk
    for sender in ("+84912345001", "+84983456001", "+84912345001"):
        await desk.reply(MtState.HELD, await desk.receive("Xong chua?", sender=Address(sender)))
    page = (await (await house.signed_in()).get("/console/attention")).text
    signs = re.findall(r"#([0-9A-F]{3})</span>", page)
    assert len(signs) == 3
    assert len(set(signs)) == 2
