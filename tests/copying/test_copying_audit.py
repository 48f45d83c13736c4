"""The chain of the audit holds on the other side, octet by octet."""

from sms_gateway.domain.audit_chain import ChainFault, Check, Head, Wrong
from sms_gateway.store.verifying import verified
from tests.contracts.store_desk import START
from tests.copying.copy_desk import CopyDesk


async def test_the_chain_goes_on_where_it_was(desk: CopyDesk) -> None:
    (known,) = (await desk.here())["audit_head"]
    _, seq, digest = known
    head = Head(int(str(seq)), str(digest))
    await desk.copied()
    assert await desk.rows("SELECT * FROM audit_head") == [known]
    async with desk.node() as store:
        trail = store.reading.trail
        check = Check((), head)
        # Who copied it is not in the chain before the first node starts.
        found = [one async for one in verified(trail, check)]
        assert found == [ChainFault(Wrong.UNCHAINED, 0, 1)]
        await store.note_audit(START, "os:an", "cases.import", "b.csv", "")
        check = Check((), head)
        assert [one async for one in verified(trail, check)] == []
        assert check.at.seq == head.seq + 2
