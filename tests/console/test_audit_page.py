"""Audit log: what it shows, how it is filtered, and what it says of its chain."""

import re

import pytest

from sms_gateway.console.audit_words import ACTS
from sms_gateway.console.pages.audit import WRONG
from sms_gateway.domain.audit_chain import Wrong
from sms_gateway.domain.staff import Role
from sms_gateway.store.store import SqlStore
from tests.console.console_desk import Browser, ConsoleHouse
from tests.structure.tree import PACKAGE

AUDIT = "/console/audit"
WORD = re.compile(r'_ACT\b[^=\n]*= "([a-z_]+\.[a-z_]+)"')


async def noted(house: ConsoleHouse, *acts: str, subject: str = "x", detail: str = "") -> None:
    assert isinstance(house.desk.store, SqlStore)
    for act in acts:
        await house.desk.store.note_audit(house.desk.clock.at, "os:duc", act, subject, detail)


async def reader(house: ConsoleHouse) -> Browser:
    return await house.signed_in(Role.SUPERVISOR)


def test_each_act_of_ours_and_each_fault_is_said_in_words() -> None:
    code = "".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.py"))
    assert set(WORD.findall(code)) <= set(ACTS)
    assert set(WRONG) == set(Wrong)


async def test_acts_are_said_in_words_newest_first_and_strange_ones_as_they_are(
    house: ConsoleHouse,
) -> None:
    await noted(house, "door.pause", "what.ever", detail="<script>alert(1)</script>")
    page = await (await reader(house)).get(AUDIT)
    assert page.text.index("what.ever") < page.text.index('title="door.pause"')
    assert 'title="door.pause">tạm dừng một cổng<' in page.text
    assert "&lt;script&gt;alert(1)" in page.text


async def test_it_is_filtered_by_who_what_subject_and_day(house: ConsoleHouse) -> None:
    await noted(house, "door.pause", subject="north")
    await noted(house, "door.resume", subject="south")
    boss = await reader(house)

    async def shown(query: str) -> set[str]:
        page = await boss.get(f"{AUDIT}?{query}")
        return set(re.findall(r'<td title="([^"]+)"', page.text))

    assert await shown("by=os:duc") == {"door.pause", "door.resume"}
    assert await shown("act=door.resume") == {"door.resume"}
    assert await shown("act=door.&subject=north") == {"door.pause"}
    day = f"{house.desk.clock.at:%Y-%m-%d}"
    assert await shown(f"by=os:duc&from={day}&to={day}") == {"door.pause", "door.resume"}
    assert await shown("by=os:duc&to=2020-01-01") == set()
    assert await shown("by=os:duc&from=no-day&before=x") == {"door.pause", "door.resume"}


async def test_the_form_leads_to_an_address_without_a_number(house: ConsoleHouse) -> None:
    boss = await reader(house)
    got = await boss.post(
        f"{AUDIT}/find", {"by": "an", "subject": "0912 345 678"}, await boss.get(AUDIT)
    )
    led = got.headers["Location"]
    assert "by=staff%3Aan" in led
    assert re.search(r"subject=[0-9a-f]{32}$", led)


async def test_what_is_older_is_on_the_next_page(house: ConsoleHouse) -> None:
    await noted(house, *(f"trial.{at}" for at in range(60)))
    boss = await reader(house)
    page = await boss.get(f"{AUDIT}?by=os:duc")
    (older,) = re.findall(r'href="([^"]+)" rel="next"', page.text)
    assert ">trial.59<" in page.text
    assert ">trial.0<" not in page.text
    page = await boss.get(older.replace("&amp;", "&"))
    assert ">trial.0<" in page.text
    assert 'rel="next"' not in page.text


async def test_a_chain_that_holds_is_said_to_hold_and_that_it_was_checked_is_written_down(
    house: ConsoleHouse,
) -> None:
    await noted(house, "door.pause")
    boss = await reader(house)
    got = await boss.post(f"{AUDIT}/check", {}, await boss.get(AUDIT))
    assert got.status == 200
    assert "toàn vẹn" in got.text
    (newest,) = await house.desk.rows("SELECT by, act FROM audit ORDER BY id DESC LIMIT 1")
    assert newest == ("staff:supervisor-1", "audit.verify")


async def test_a_line_that_was_changed_is_named(house: ConsoleHouse) -> None:
    await noted(house, "door.pause", subject="north")
    ((seq,),) = await house.desk.rows("SELECT seq FROM audit WHERE subject = 'north'")
    await house.desk.change("UPDATE audit SET subject = 'south' WHERE subject = 'north'")
    boss = await reader(house)
    got = await boss.post(f"{AUDIT}/check", {}, await boss.get(AUDIT))
    assert 'role="alert"' in got.text
    assert f"{seq}: đã bị sửa sau khi ghi" in got.text


async def test_the_file_runs_no_formula_and_taking_it_is_written_down(house: ConsoleHouse) -> None:
    await noted(house, "door.pause", detail="=1+2")
    boss = await reader(house)
    fields = {"by": "os:duc"}
    got = await boss.post(f"{AUDIT}/export", fields, await boss.get(AUDIT))
    assert got.status == 200, got.text
    assert got.headers["Content-Type"].startswith("text/csv")
    assert "'=1+2" in got.text
    assert "tạm dừng một cổng" in got.text
    assert "staff:" not in got.text
    (newest,) = await house.desk.rows("SELECT act, detail FROM audit ORDER BY id DESC LIMIT 1")
    assert newest == ("audit.export", "by=os:duc")


@pytest.mark.parametrize("act", ["", "/check", "/export", "/find"])
async def test_who_sees_some_agencies_only_does_not_see_who_did_what(
    house: ConsoleHouse, act: str
) -> None:
    some = await house.signed_in(Role.SUPERVISOR, agencies=["H32.01"])
    page = await some.get("/console/account")
    got = await (some.post(AUDIT + act, {}, page) if act else some.get(AUDIT))
    assert got.status == 403
