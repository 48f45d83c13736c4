"""Words of staff through the control socket of a running service."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sms_gateway.cli.changing import Answer, RunningService, running_service
from sms_gateway.commands import CommandError
from sms_gateway.replay.synonyms import SynonymCommands
from sms_gateway.web.control import build_control, open_control
from sms_gateway.web.keywords import add_keywords
from tests.cli.control_desk import ME, House
from tests.parts import START
from tests.replay.replay_desk import WORDS, Log, Wall


@asynccontextmanager
async def opened(folder: Path, wall: Wall, log: Log) -> AsyncIterator[RunningService]:
    app = build_control(House().controls())
    add_keywords(app, SynonymCommands(wall, log, WORDS, lambda: START))
    async with open_control(app, folder):
        service = await asyncio.to_thread(running_service, folder)
        assert service is not None
        yield service


async def add(service: RunningService, word: str, keyword: str, note: str = "") -> list[Answer]:
    said = json.dumps({"word": word, "keyword": keyword, "note": note}).encode()
    return await asyncio.to_thread(
        lambda: list(service.stream("POST", "/keywords/add", iter([said])))
    )


async def test_a_word_is_tried_while_lines_tell_of_it_and_added_with_the_callers_name(
    tmp_path: Path,
) -> None:
    wall, log = Wall(), Log("HOSOCUATOI AB12")
    async with opened(tmp_path, wall, log) as service:
        *steps, last = await add(service, "HOSOCUATOI", "MCKH", "tờ rơi")
        assert steps == [{"read": 1}]
        assert last["added"]["better"] == 1
        (kept,) = wall.kept
        assert (kept.word, kept.by, kept.note) == ("HOSOCUATOI", ME, "tờ rơi")
        await asyncio.to_thread(service.ask, "POST", "/keywords/remove", {"word": "HOSOCUATOI"})
    assert wall.kept == []


async def test_what_cannot_be_added_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    wall, log = Wall(), Log("MCKH TRANVANTEO 170703-0001", "TRANVANTEO")
    async with opened(tmp_path, wall, log) as service:
        with pytest.raises(CommandError, match="no digits"):
            await add(service, "HOSO2", "MCKH")
        with pytest.raises(CommandError, match="the note has"):
            await add(service, "HOSOCUATOI", "MCKH", "x" * 201)
        *_, last = await add(service, "TRANVANTEO", "HUY")
        assert last["worse"]["worse"] >= 1
        assert last["ids"]
        with pytest.raises(CommandError, match="nobody added"):
            await asyncio.to_thread(service.ask, "POST", "/keywords/remove", {"word": "x"})
    assert wall.kept == []
