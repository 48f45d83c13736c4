"""A citizen's own data through the control socket of a running service."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest

from sms_gateway.cli.changing import Answer, RunningService, running_service
from sms_gateway.commands import CommandError
from sms_gateway.domain.rights import EraseBatch, ErasedBatch, EraseEnd, EraseRest, EraseWalk
from sms_gateway.ports import StoreDownError
from sms_gateway.retention.rights import CitizenRights
from sms_gateway.web.control import build_control, open_control
from sms_gateway.web.rights import add_rights
from tests.cli.control_desk import ME, NOW, House

HASH, OLDER = "0" * 32, "1" * 32


class Shelf:
    """What of the store an erasure needs."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, str]] = []
        self.down = False

    async def erase(self, batch: EraseBatch) -> ErasedBatch:
        if self.down:
            message = "SQLITE_FULL"
            raise StoreDownError(message)
        mine = batch.walk is EraseWalk.TEXTS and batch.whose == OLDER and not batch.after
        return ErasedBatch(3, 1, 0, ("code 17",), "x") if mine else ErasedBatch(0, 0, 0, (), "")

    async def end_erase(self, end: EraseEnd) -> EraseRest:
        self.told.append((end.by, " ".join(end.numbers), end.told))
        return EraseRest(subscriptions=2)

    async def scrub(self) -> bool:
        return True

    async def note(self, at: datetime, by: str, act: str, subject: str, detail: str) -> None:
        assert at == NOW
        self.told.append((by, f"{act} {subject}", detail))


@asynccontextmanager
async def opened(folder: Path, shelf: Shelf) -> AsyncIterator[RunningService]:
    def now() -> datetime:
        return NOW

    app = build_control(House().controls())
    add_rights(app, CitizenRights(shelf, now))
    async with open_control(app, folder):
        service = await asyncio.to_thread(running_service, folder)
        assert service is not None
        yield service


async def erase(service: RunningService, *numbers: str) -> list[Answer]:
    said = json.dumps({"numbers": numbers, "reason": " tại \n quầy "}).encode()
    return await asyncio.to_thread(
        lambda: list(service.stream("POST", "/citizens/erase", iter([said])))
    )


async def test_a_number_is_erased_by_all_its_hashes_with_the_callers_name(tmp_path: Path) -> None:
    shelf = Shelf()
    async with opened(tmp_path, shelf) as service:
        *steps, last = await erase(service, HASH, OLDER)
        assert {"looked": 4} in steps
        told = last["erased"]
        assert (told["texts"], told["held"], told["holds"]) == (3, 1, ["code 17"])
        assert told["rest"]["subscriptions"] == 2
        await asyncio.to_thread(service.ask, "POST", "/citizens/exporting", {"number": HASH})
    assert shelf.told == [
        (ME, f"citizen.erase number {HASH}", "tại quầy"),
        (ME, f"{HASH} {OLDER}", "texts=3 messages=0 held=1 open=0"),
        (ME, f"citizen.export number {HASH}", ""),
    ]


async def test_a_number_itself_is_never_taken_and_a_store_that_is_down_is_told(
    tmp_path: Path,
) -> None:
    shelf = Shelf()
    async with opened(tmp_path, shelf) as service:
        with pytest.raises(CommandError, match="of another version"):
            await erase(service, "0900000001")
        shelf.down = True
        with pytest.raises(CommandError, match="cannot write now"):
            await erase(service, HASH)
    assert [act for _, act, _ in shelf.told] == [f"citizen.erase number {HASH}"]
