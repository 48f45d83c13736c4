"""The look along the newest lines of the audit."""

from pathlib import Path

from sms_gateway.domain.audit_chain import Wrong
from sms_gateway.service.audit_tail import tail_seen
from sms_gateway.store.store import SqlStore
from tests.contracts.store_desk import HASHER, Desk, maker_of


async def test_only_the_newest_lines_are_looked_at(tmp_path: Path) -> None:
    async with Desk(maker_of("sqlite"), tmp_path) as desk:
        store = desk.store
        assert isinstance(store, SqlStore)
        for at in range(10):
            await store.note_audit(desk.clock.at, "os:chi", "trial", str(at), "")
        await desk.change("UPDATE audit SET subject = 'other' WHERE subject = '2'")
        seen = await tail_seen(store.reading.trail, HASHER.seals, most=5)
        assert (seen.last - seen.first, list(seen.faults)) == (4, [])
        whole = await tail_seen(store.reading.trail, HASHER.seals)
        assert [one.wrong for one in whole.faults] == [Wrong.CHANGED]
