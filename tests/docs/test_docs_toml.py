"""The settings that the handbook shows are settings that the gateway takes."""

import asyncio
import tomllib
from collections.abc import Mapping
from datetime import UTC
from pathlib import Path

import pytest

from sms_gateway.channels import DoorContext, door_opener
from sms_gateway.clock import SystemClock
from sms_gateway.domain.ids import DoorName
from sms_gateway.enquiry.keyword_file import load_grammars
from sms_gateway.enquiry.replies import load_replies
from sms_gateway.notices.table import load_table
from sms_gateway.settings import load, load_agencies, load_calendar, load_states
from tests.docs.pages import PAGES, Block, blocks
from tests.docs.settings_of import environment, gateway_blocks
from tests.structure.tree import ROOT

CONFIG = ROOT / "config"
OTHERS = [block for page in PAGES for block in blocks(page, "toml") if block.words]


def shipped(name: str) -> dict[str, object]:
    return tomllib.loads((CONFIG / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "block", [block for page in PAGES for block in gateway_blocks(page)], ids=str
)
async def test_each_part_of_gateway_toml_is_taken_and_its_doors_open(
    block: Block, tmp_path: Path
) -> None:
    (tmp_path / "gateway.toml").write_text(block.text, encoding="utf-8")
    doors = tomllib.loads(block.text).get("doors", {})
    found = {
        name: value
        for name, value in environment(block.page, tmp_path).items()
        if any(
            name.startswith(f"SMS_GATEWAY_DOORS__{d.upper().replace('-', '_')}__") for d in doors
        )
    }
    settings = await asyncio.to_thread(load, tmp_path, None, found, tmp_path)
    context = DoorContext("VN", SystemClock(), UTC)
    for name, table in settings.doors.items():
        async with door_opener(str(table["kind"]))(DoorName(name), table, context) as door:
            assert door.webhook or door.sender


def merged(whole: Mapping[str, object], part: Mapping[str, object]) -> dict[str, object]:
    """A file with what a block says laid over it."""
    result = dict(whole)
    for name, value in part.items():
        below = result.get(name)
        both = isinstance(value, dict) and isinstance(below, dict)
        result[name] = merged(below, value) if both else value  # type: ignore[arg-type]  # both are tables here
    return result


@pytest.mark.parametrize("block", OTHERS, ids=str)
def test_each_part_of_another_file_is_taken(block: Block) -> None:
    (file,) = block.words
    part = tomllib.loads(block.text)
    if file == "keywords.toml":
        load_grammars(merged(shipped(file), part))
    elif file == "agencies.toml":
        load_agencies(part)
    elif file == "states.toml":
        load_states(merged(shipped(file), part))
    elif file == "notices.toml":
        load_table(part, "VN")
    elif file == "calendar.toml":
        load_calendar(part)
    else:
        assert file in ("replies/vi.toml", "replies/en.toml")
        vi, en = shipped("replies/vi.toml"), shipped("replies/en.toml")
        changed = merged(vi if file.endswith("vi.toml") else en, part)
        load_replies(*((changed, en) if file.endswith("vi.toml") else (vi, changed)))
