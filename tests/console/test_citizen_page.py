"""One number: its conversation, and what staff decide of it."""

from msgspec.structs import replace

from sms_gateway.domain.ids import DossierId
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.records import OptOutChange
from sms_gateway.domain.staff import Role
from tests.console.console_desk import Browser, ConsoleHouse, Reply
from tests.contracts.store_desk import AN, BINH, START, number
from tests.contracts.test_pushing_contract import notice

PAGE = f"/console/citizens/{number(AN)}"
NOTE = {"note": "công dân gọi điện"}


async def texts(house: ConsoleHouse, sender: Address, words: str, agency: str) -> str:
    """A text of a number that was answered for an agency; its id."""
    desk = house.desk
    mo = await desk.receive(words, sender=sender)
    mt = replace(desk.mt(mo, text=f"Tra loi {words}"), dedupe_key=f"reply:{mo.id}")
    answer = replace(desk.answer(mo, mt), agency=agency, usage=desk.usage())
    assert await desk.store.answer([answer]) == [True]
    return mo.id


async def decides(browser: Browser, page: Reply, act: str, **more: str) -> Reply:
    return await browser.post(f"{PAGE}/decide", {"act": f"citizen.{act}", **NOTE, **more}, page)


async def audited(house: ConsoleHouse) -> list[tuple[object, ...]]:
    rows = await house.desk.rows(
        "SELECT act, by, detail FROM audit WHERE act LIKE 'citizen.%' ORDER BY id"
    )
    return [tuple(row) for row in rows]


async def test_texts_and_our_messages_stand_in_one_thread_masked_and_escaped(
    house: ConsoleHouse,
) -> None:
    mo_id = await texts(house, AN, "<script>hoi</script>", "H32.01")
    await texts(house, BINH, "cua Binh", "H32.01")
    told = notice(house.desk)
    await house.desk.store.queue_pushes([told])
    clerk = await house.signed_in()
    page = await clerk.get(PAGE)
    for said in ("&lt;script&gt;hoi", "Tra loi &lt;script&gt;", told.text, "09xx xxx 001"):
        assert said in page.text
    assert "<script>hoi" not in page.text
    assert "<title>09xx xxx 001: " in page.text
    assert "cua Binh" not in page.text
    assert "900000001" not in page.text
    for one in (mo_id, told.id):
        assert f'href="/console/messages/{one}"' in page.text
    assert PAGE in (await clerk.get(f"/console/messages/{mo_id}")).text


async def test_the_newest_text_is_answered_on_the_page_while_it_waits_for_a_person(
    house: ConsoleHouse,
) -> None:
    desk = house.desk
    await texts(house, AN, "MCKH 1", "H32.01")
    clerk = await house.signed_in()
    assert "/answer" not in (await clerk.get(PAGE)).text
    mo = await desk.receive("toi can hoi")
    await desk.reply(MtState.HELD, mo)
    page = await clerk.get(PAGE)
    assert f'action="/console/messages/{mo.id}/answer"' in page.text
    assert 'hx-post="/console/messages/count"' in page.text
    assert "/answer" not in (await (await house.signed_in(Role.VIEWER, "xem")).get(PAGE)).text
    fields = {"text": "Da xong", "key": desk.new_id(), "from": "number", "most": "3"}
    done = await clerk.post(f"/console/messages/{mo.id}/answer", fields, page)
    assert done.headers["Location"] == f"{PAGE}?done=answered"
    after = await clerk.get(f"{PAGE}?done=answered")
    assert "Da xong" in after.text
    assert "/answer" not in after.text


async def test_a_long_thread_has_older_pages_and_each_message_once(house: ConsoleHouse) -> None:
    words = [f"tin so {n:02}" for n in range(30)]
    for one in words:
        await texts(house, AN, one, "H32.01")
        house.desk.clock.step(60)
    clerk = await house.signed_in()
    first = (await clerk.get(PAGE)).text
    before = first.partition("?before=")[2].partition('"')[0]
    second = (await clerk.get(f"{PAGE}?before={before}")).text
    for shown in words:
        assert (f">{shown}<" in first) != (f">{shown}<" in second)
        assert (f">Tra loi {shown}<" in first) == (f">{shown}<" in first)


async def test_a_number_of_another_agency_is_not_there(house: ConsoleHouse) -> None:
    mine = await texts(house, AN, "cua Mot", "H32.01")
    await texts(house, AN, "cua Hai", "H32.02")
    await texts(house, BINH, "chi Hai", "H32.02")
    clerk = await house.signed_in(Role.SUPERVISOR, "one", ["H32.01"])
    page = await clerk.get(PAGE)
    assert mine in page.text
    assert "cua Hai" not in page.text
    binh = f"/console/citizens/{number(BINH)}"
    # Nor by the way of a number that is theirs to see.
    both = f"/console/citizens/{number(AN)},{number(BINH)}"
    for path in (binh, both, "/console/citizens/nobody", f"/console/citizens/{'0' * 32}"):
        assert (await clerk.get(path)).status == 404
        order = {"act": "citizen.block", **NOTE}
        assert (await clerk.post(f"{path}/decide", order, page)).status == 404
    assert await audited(house) == []


async def test_what_others_dossiers_it_follows_is_not_theirs_to_see(house: ConsoleHouse) -> None:
    await texts(house, AN, "cua Mot", "H32.01")
    mo = await house.desk.receive("TC")
    other = DossierId("000.00.12.H32-170703-0001")
    change = OptOutChange(opted_out=True, dossier_id=other)
    answer = replace(house.desk.answer(mo), agency="H32.02", opt_out=change)
    await house.desk.store.answer([answer])
    one = await house.signed_in(Role.SUPERVISOR, "one", ["H32.01"])
    page = await one.get(PAGE)
    assert "000.00.12.H32" not in page.text
    assert (await decides(one, page, "opt_in", dossier=other)).status == 422
    assert await audited(house) == []
    everything = await house.signed_in(Role.SUPERVISOR)
    page = await everything.get(PAGE)
    assert other in page.text
    assert (await decides(everything, page, "opt_in", dossier=other)).status == 303
    assert other not in (await one.get(PAGE)).text


async def test_a_number_is_blocked_and_let_in_again(house: ConsoleHouse) -> None:
    await texts(house, AN, "MCKH 1", "H32.01")
    boss = await house.signed_in(Role.SUPERVISOR)
    page = await boss.get(PAGE)
    done = await decides(boss, page, "block")
    assert done.headers["Location"] == f"{PAGE}?done=blocked"
    known = await house.desk.store.citizens([number(AN)], START)
    assert known[number(AN)].blocked
    assert "Bỏ chặn" in (await boss.get(PAGE)).text
    await decides(boss, page, "unblock")
    assert not (await house.desk.store.citizens([number(AN)], START))[number(AN)].blocked
    assert await audited(house) == [
        ("citizen.block", "staff:supervisor-1", NOTE["note"]),
        ("citizen.unblock", "staff:supervisor-1", NOTE["note"]),
    ]


async def test_a_budget_begins_anew(house: ConsoleHouse) -> None:
    await texts(house, AN, "MCKH 1", "H32.01")
    boss = await house.signed_in(Role.SUPERVISOR)
    page = await boss.get(PAGE)
    assert '<td class="number">1' in page.text
    await decides(boss, page, "reset")
    assert '<td class="number">1<' not in (await boss.get(PAGE)).text
    assert [act for act, _, _ in await audited(house)] == ["citizen.reset"]


async def test_a_citizens_choice_told_to_a_person_is_written_down(house: ConsoleHouse) -> None:
    await texts(house, AN, "MCKH 1", "H32.01")
    boss = await house.signed_in(Role.SUPERVISOR)
    page = await boss.get(PAGE)
    await decides(boss, page, "opt_out")
    assert "không nhận tin báo tự động" in (await boss.get(PAGE)).text
    await decides(boss, page, "opt_in")
    assert "không nhận tin báo tự động" not in (await boss.get(PAGE)).text


async def test_who_may_not_or_says_not_why_changes_nothing(house: ConsoleHouse) -> None:
    await texts(house, AN, "MCKH 1", "H32.01")
    clerk, boss = await house.signed_in(), await house.signed_in(Role.SUPERVISOR)
    page = await clerk.get(PAGE)
    assert "/decide" not in page.text
    assert (await decides(clerk, page, "block")).status == 403
    page = await boss.get(PAGE)
    assert (await decides(boss, page, "block", note="a")).status == 422
    assert (await decides(boss, page, "erase")).status == 422
    assert await audited(house) == []
    assert (await (await house.signed_in(Role.VIEWER)).get(PAGE)).status == 403


async def test_that_somebody_looked_is_noted_once_an_hour(house: ConsoleHouse) -> None:
    await texts(house, AN, "MCKH 1", "H32.01")
    clerk = await house.signed_in()
    for seconds in (0, 1799, 1799, 1799):
        house.desk.clock.step(seconds)
        assert (await clerk.get(PAGE)).status == 200
    looks = await house.desk.rows("SELECT subject FROM audit WHERE act = 'message.look'")
    assert [row[0] for row in looks] == [number(AN), number(AN)]


async def test_who_sees_one_agency_decides_nothing_for_all_and_reads_no_note_of_others(
    house: ConsoleHouse,
) -> None:
    await texts(house, AN, "cua Mot", "H32.01")
    dossier = DossierId("H32.01-170703-0001")
    mo = await house.desk.receive("TC")
    change = OptOutChange(opted_out=True, dossier_id=dossier)
    answer = replace(house.desk.answer(mo), agency="H32.01", opt_out=change)
    await house.desk.store.answer([answer])
    one = await house.signed_in(Role.SUPERVISOR, "one", ["H32.01"])
    boss = await house.signed_in(Role.SUPERVISOR, "boss")
    page = await one.get(PAGE)
    for act in ("block", "unblock", "reset", "opt_out", "opt_in"):
        assert (await decides(one, page, act)).status == 403
    assert (await decides(one, page, "block", dossier=dossier)).status == 403
    assert await audited(house) == []
    assert (await decides(boss, await boss.get(PAGE), "block")).status == 303
    shown = (await one.get(PAGE)).text
    assert "bị chặn" in shown.lower() or "đã chặn" in shown.lower()
    assert NOTE["note"] not in shown
    assert 'value="citizen.unblock"' not in shown
    assert "mọi cơ quan" in shown
    assert NOTE["note"] in (await boss.get(PAGE)).text
    assert (await decides(one, page, "opt_in", dossier=dossier)).status == 303
    # What they chose for the citizen they may take back; nobody else of one agency sees it.
    after = await one.get(PAGE)
    assert dossier in after.text
    assert (await decides(one, after, "opt_out", dossier=dossier)).status == 303
    two = await house.signed_in(Role.SUPERVISOR, "two", ["H32.02"])
    await texts(house, AN, "cua Hai", "H32.02")
    page = await two.get(PAGE)
    assert dossier not in page.text
    assert (await decides(two, page, "opt_in", dossier=dossier)).status == 422
