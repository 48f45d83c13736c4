"""The audit as a chain, on every store."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from sms_gateway.domain.acts import LOOK_ACT, UNMASK_ACT
from sms_gateway.domain.audit_chain import ChainFault, Check, Head, Wrong
from sms_gateway.domain.audit_trail import AuditFilter, AuditRow
from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.retention import HoldKind, PurgeBatch, PurgedBatch, Walk
from sms_gateway.domain.secret import Secret
from sms_gateway.retention.rights import CitizenRights
from sms_gateway.store.asked import StoreReading
from sms_gateway.store.verifying import verified
from tests.contracts.purge_desk import DAY, hold, store
from tests.contracts.store_desk import AN, DOOR, START, Desk, number

KEYS = Secret("07" * 32), Secret("08" * 32)
SEALS = Hasher(KEYS[0]).seals
ROTATED = Hasher(KEYS[1], (KEYS[0],)).seals


PUT_IN = (
    "INSERT INTO audit (at, by, act, subject, detail, seq, salt, content, prev, hash) "
    "SELECT at, by, act, subject, detail, 6, salt, content, hash, hash FROM audit WHERE seq = 5"
)


async def wrote(desk: Desk, count: int, act: str = "cases.import", by: str = "os:an") -> None:
    for one in range(count):
        await store(desk).note_audit(desk.clock.step(1), by, act, f"{act}-{one}", "how")


async def old_code_wrote(desk: Desk, count: int) -> None:
    for one in range(count):
        await desk.change(
            "INSERT INTO audit (at, by, act, subject, detail) "  # noqa: S608  # our words
            f"VALUES ({desk.clock.milliseconds()}, 'os:binh', 'door.pause', 'old-{one}', '')"
        )


async def faults(desk: Desk, known: Head | None = None) -> Sequence[ChainFault]:
    return await checked(desk, Check(ROTATED, known))


async def checked(desk: Desk, check: Check) -> Sequence[ChainFault]:
    return [one async for one in verified(reading(desk).trail, check)]


def reading(desk: Desk) -> StoreReading:
    assert isinstance(desk.reading, StoreReading)
    return desk.reading


async def purge(desk: Desk, limit: int = 3, seals: object = SEALS) -> int:
    """Purge lines of the audit that are a day old; how many went."""
    assert isinstance(seals, tuple)
    after, count = "", 0
    before = desk.clock.at - timedelta(days=1)
    while True:
        step = PurgeBatch(Walk.AUDIT, before, after, limit, desk.clock.at, seals)
        done: PurgedBatch = await store(desk).retention.purge(step)
        after, count = done.upto, count + done.purged
        if not after:
            return count


async def test_an_empty_audit_is_whole(desk: Desk) -> None:
    assert await faults(desk) == []
    assert await desk.reading.audit_head() == Head(0, "0" * 64)


async def test_every_act_has_its_place_when_it_is_committed(desk: Desk) -> None:
    await wrote(desk, 3)
    await desk.store.set_paused(DOOR, START, "os:an", paused=True)
    check = Check(SEALS)
    assert await checked(desk, check) == []
    assert (check.lines, check.at) == (4, await desk.reading.audit_head())
    assert await desk.rows("SELECT seq FROM audit ORDER BY id") == [(1,), (2,), (3,), (4,)]


async def test_what_older_code_wrote_is_told_of_and_taken_in_by_the_next_act(desk: Desk) -> None:
    await wrote(desk, 1)
    await old_code_wrote(desk, 2)
    assert await faults(desk) == [ChainFault(Wrong.UNCHAINED, 0, 2)]
    await wrote(desk, 1)
    assert await faults(desk) == []
    assert (await desk.reading.audit_head()).seq == 4


async def test_lines_of_before_there_was_a_chain_are_taken_in_step_by_step(desk: Desk) -> None:
    await old_code_wrote(desk, 7)
    assert [await store(desk).chain_more(3) for _ in range(4)] == [3, 3, 1, 0]
    assert await faults(desk) == []
    rows = await desk.rows("SELECT seq, subject FROM audit ORDER BY id")
    assert rows == [(number + 1, f"old-{number}") for number in range(7)]


@pytest.mark.parametrize("how", [
    "UPDATE audit SET detail = 'other' WHERE seq = 3",
    "UPDATE audit SET at = at + 1 WHERE seq = 3",
    "UPDATE audit SET by = 'os:x' WHERE seq = 3",
    "UPDATE audit SET hash = NULL WHERE seq = 3",
    "UPDATE audit SET salt = NULL WHERE seq = 3",
    "UPDATE audit SET seq = NULL WHERE seq = 3",
    "DELETE FROM audit WHERE seq = 1",
    "DELETE FROM audit WHERE seq = 3",
    "DELETE FROM audit WHERE seq = 5",
    "DELETE FROM audit",
    "UPDATE audit SET seq = 9 WHERE seq = 3",
    PUT_IN,
    "DELETE FROM audit_head",
    "UPDATE audit_head SET seq = 3",
])  # fmt: skip
async def test_what_was_done_behind_our_back_is_found(desk: Desk, how: str) -> None:
    await wrote(desk, 5)
    assert await faults(desk) == []
    await desk.change(how)
    assert await faults(desk)


async def test_a_line_that_went_is_missing_for_good_whatever_is_written_later(desk: Desk) -> None:
    await wrote(desk, 3)
    await desk.change("UPDATE audit SET seq = NULL WHERE seq = 2")
    await wrote(desk, 1)
    assert ChainFault(Wrong.MISSING, 2, 2) in await faults(desk)


async def test_a_purge_leaves_one_signed_anchor_however_many_steps_it_takes(desk: Desk) -> None:
    await wrote(desk, 8)
    desk.clock.step(3 * DAY)
    await wrote(desk, 2)
    known = await desk.reading.audit_head()
    assert await purge(desk) == 8
    check = Check(SEALS, known)
    assert await checked(desk, check) == []
    assert (check.lines, check.purged) == (2, 8)
    assert await desk.rows("SELECT first, last FROM audit_anchor") == [(1, 8)]
    # The next night joins it, by the key of then.
    desk.clock.step(3 * DAY)
    assert await purge(desk, seals=ROTATED) == 2
    assert await faults(desk) == []
    key = ROTATED[0].key_id
    assert await desk.rows("SELECT first, last, key_id FROM audit_anchor") == [(1, 10, key)]
    # All of it is gone, and it goes on where it ended.
    await wrote(desk, 1)
    assert await faults(desk, known) == []


async def test_lines_that_are_held_stay_between_two_anchors(desk: Desk) -> None:
    await wrote(desk, 3)
    await hold(desk, HoldKind.CODE, "1707030001")
    await wrote(desk, 3)
    desk.clock.step(3 * DAY)
    assert await purge(desk) == 6
    spans = await desk.rows("SELECT first, last FROM audit_anchor ORDER BY first")
    assert spans == [(1, 3), (5, 7)]
    assert await faults(desk) == []
    await desk.change("DELETE FROM audit WHERE seq = 4")
    assert await faults(desk) == [ChainFault(Wrong.MISSING, 4, 4)]


async def test_an_anchor_that_we_did_not_sign_is_not_joined_to_one_of_ours(desk: Desk) -> None:
    await wrote(desk, 4)
    desk.clock.step(3 * DAY)
    await desk.change("DELETE FROM audit WHERE seq = 1")
    await desk.change(
        "INSERT INTO audit_anchor (first, last, before, hash, at, key_id, mark) "
        "SELECT 1, 1, '', prev, at, '', '' FROM audit WHERE seq = 2"
    )
    assert await purge(desk) == 3
    assert Wrong.UNSIGNED in {one.wrong for one in await faults(desk)}


async def test_lines_that_have_no_place_yet_wait_with_their_purge(desk: Desk) -> None:
    await old_code_wrote(desk, 2)
    desk.clock.step(3 * DAY)
    assert await purge(desk) == 0
    await store(desk).chain_more(10)
    assert await purge(desk) == 2
    assert await faults(desk) == []


async def test_what_lines_say_of_somebody_goes_and_their_places_stay(desk: Desk) -> None:
    mo = await desk.receive()
    await desk.store.answer([desk.answer(mo)])
    for act in (UNMASK_ACT, LOOK_ACT):
        await store(desk).note_audit(desk.clock.at, "staff:an", act, mo.id, "why")
    rights = CitizenRights(store(desk).retention, desk.clock.now)
    await rights.erase([number(AN)], "", "os:an")
    check = Check(SEALS)
    assert await checked(desk, check) == []
    assert (check.lines, check.blanked) == (4, 1)
    told = await desk.reading.audit(AuditFilter())
    assert [(row.subject, row.detail, row.blanked) for row in told[2:]] == [
        (mo.id, "why", False),
        ("", "", True),
    ]
    assert await desk.rows("SELECT salt FROM audit WHERE seq = 1") == [("",)]


async def test_a_line_that_has_no_place_yet_goes_too(desk: Desk) -> None:
    mo = await desk.receive()
    await desk.store.answer([desk.answer(mo)])
    await desk.change(
        "INSERT INTO audit (at, by, act, subject, detail) "  # noqa: S608  # our words
        f"VALUES (0, 'os:an', '{UNMASK_ACT}', '{mo.id}', 'why')"
    )
    rights = CitizenRights(store(desk).retention, desk.clock.now)
    await rights.erase([number(AN)], "", "os:an")
    await store(desk).chain_more(10)
    assert await desk.rows("SELECT count(*) FROM audit WHERE detail = 'why'") == [(0,)]
    assert await faults(desk) == []


async def listed(desk: Desk, wanted: AuditFilter) -> Sequence[int]:
    return [row.seq for row in await desk.reading.audit(wanted)]


async def test_lines_are_read_newest_first_page_by_page(desk: Desk) -> None:
    await wrote(desk, 5)
    assert await listed(desk, AuditFilter(limit=2)) == [5, 4]
    assert await listed(desk, AuditFilter(before=4, limit=2)) == [3, 2]
    assert await listed(desk, AuditFilter(before=1)) == []
    (row,) = await desk.reading.audit(AuditFilter(limit=1))
    assert row == AuditRow(5, desk.clock.at, "os:an", "cases.import", "cases.import-4", "how")


async def test_what_somebody_typed_stays_within_its_line(desk: Desk) -> None:
    typed = "door\n2026-11-23\r\nstaff:adm\u2028paused"
    await store(desk).note_audit(desk.clock.at, typed, typed, typed, typed)
    (row,) = await desk.reading.audit(AuditFilter())
    one_line = "door 2026-11-23 staff:adm paused"
    assert [row.by, row.act, row.subject, row.detail] == [one_line] * 4
    assert await faults(desk) == []


async def test_lines_are_found_by_who_what_and_when(desk: Desk) -> None:
    await wrote(desk, 2, "staff.add", "os:an")
    await wrote(desk, 2, "staff.remove", "os:binh")
    await wrote(desk, 1, "hold.add", "os:an")
    assert await listed(desk, AuditFilter(by="os:an")) == [5, 2, 1]
    assert await listed(desk, AuditFilter(by="os:an", act="staff.")) == [2, 1]
    assert await listed(desk, AuditFilter(act="staff.")) == [4, 3, 2, 1]
    assert await listed(desk, AuditFilter(act="staff.", before=4, limit=2)) == [3, 2]
    assert await listed(desk, AuditFilter(act="staff.remove")) == [4, 3]
    assert await listed(desk, AuditFilter(subject="staff.add-1")) == [2]
    assert await listed(desk, AuditFilter(subject="staff.add-1", by="os:binh")) == []
    assert await listed(desk, AuditFilter(act="nobody")) == []
    assert await listed(desk, AuditFilter(act="%")) == []


async def test_lines_are_found_by_their_time(desk: Desk) -> None:
    for _ in range(4):
        await wrote(desk, 1)
        desk.clock.step(3 * DAY)
    third = desk.clock.at - timedelta(days=6, seconds=1)
    assert await listed(desk, AuditFilter(since=third)) == [4, 3]
    assert await listed(desk, AuditFilter(until=third)) == [2, 1]
    assert await listed(desk, AuditFilter(since=third, until=third + timedelta(days=1))) == [3]
    later = AuditFilter(by="os:an", act="cases.", since=third, until=third + timedelta(days=1))
    assert await listed(desk, later) == [3]
