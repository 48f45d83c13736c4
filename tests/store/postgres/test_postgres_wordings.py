"""Two nodes at once keep to what one may do about wordings."""

import asyncio
from collections.abc import Coroutine

from sms_gateway.domain.staff import StaffId
from sms_gateway.domain.wordings import MOST_WAITING, Wording, WordingDone, WordingVersion
from sms_gateway.store.store import SqlStore
from tests.store.postgres.nodes_desk import Nodes

SAID = Wording("Đang xử lý.", "", "In progress.", "")
HIRED = (
    "INSERT INTO staff (id, login, name, role, language, disabled, password, totp, totp_offered,"
    " totp_step, added_at, added_by)"
    " VALUES ('1', 'an', 'An', 'supervisor', 'vi-accented', 0, 'x', '', '', 0, 0, 'os:chi')"
    " RETURNING id"
)


def proposal(node: str, number: int, nodes: Nodes) -> WordingVersion:
    return WordingVersion(
        *(f"{node}-{number}", "S4", "", SAID, "a" * 12, "f" * 12, "", None),
        *(nodes.clock.at, "staff:an", StaffId("1")),
    )


async def test_two_nodes_that_propose_at_once_let_no_more_wait_than_may(nodes: Nodes) -> None:
    stores = {name: await nodes.start(name) for name in ("alpha", "beta")}
    await nodes.rows(HIRED)
    proposals: list[Coroutine[None, None, WordingDone]] = []
    for name, store in stores.items():
        assert isinstance(store, SqlStore)
        some = [proposal(name, number, nodes) for number in range(MOST_WAITING)]
        proposals += map(store.wordings.propose, some)
    done = await asyncio.gather(*proposals)
    assert sorted(done) == sorted([WordingDone.DONE, WordingDone.FULL] * MOST_WAITING)
    waiting = await nodes.rows("SELECT count(*) FROM template_version WHERE state = 'waiting'")
    assert waiting == [(MOST_WAITING,)]
