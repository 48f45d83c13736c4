"""An act of staff and its line in the audit are one commit: neither is there without the other."""

import asyncio
import contextlib
import sqlite3
from pathlib import Path

import pytest

from sms_gateway.domain.acts import HandleOrder, SettleAs, SettleOrder
from sms_gateway.domain.outcome import MtState
from sms_gateway.ports import StoreDownError
from tests.contracts.store_desk import DOOR, Desk, maker_of


def refuse_audits(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute(
            "CREATE TRIGGER no_audit BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
        db.commit()


async def test_what_cannot_be_audited_is_not_done(tmp_path: Path) -> None:
    async with Desk(maker_of("sqlite"), tmp_path) as desk:
        held = await desk.reply(MtState.HELD)
        before = await desk.line_of(held.id)
        assert before.mo is not None
        await asyncio.to_thread(refuse_audits, tmp_path / "gateway.db")
        at = desk.clock.step(60)
        for way in SettleAs:
            order = SettleOrder(held.id, way, at, "os:an", frozenset([DOOR]))
            with pytest.raises(StoreDownError):
                await desk.store.settle_by_hand(order)
        with pytest.raises(StoreDownError):
            await desk.store.handle(HandleOrder(before.mo.id, at, "os:an", ""))
        assert await desk.line_of(held.id) == before
