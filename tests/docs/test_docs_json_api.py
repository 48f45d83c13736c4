"""What the handbook says of case databases is what the code says of itself."""

import asyncio
import re
import tomllib
from datetime import UTC

import pytest

from sms_gateway.cases.http import Around, open_http
from sms_gateway.cases.http.answer import UNAUTHORISED
from sms_gateway.cases.presets import KINDS, preset_of
from sms_gateway.settings import decode
from sms_gateway.settings.cases_http import HttpCases
from tests.docs.pages import DOCS, Block, blocks, first_cells, made, section
from tests.structure.tree import PACKAGE
from tests.virtual_time import StandingClock

PAGE = DOCS / "case-databases.md"
OF_HTTP = [block for block in blocks(PAGE, "toml") if "[cases.http" in block.text]


def told(kind: str) -> str:
    """What the handbook repeats of a preset."""
    preset = preset_of(kind)
    needs = [f"| `{key}` | {meaning} |" for key, meaning in preset.needs.items()]
    sure = [f"| {part} | {how} |" for part, how in preset.sure.items()]
    tables = (["| must be set | what it is |", "|---|---|", *needs],
              ["| part | how sure |", "|---|---|", *sure])  # fmt: skip
    return "\n\n".join("\n".join(table) for table in tables)


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_handbook_says_of_a_preset_is_what_it_says_of_itself(kind: str) -> None:
    assert f"#### `{kind}`: {preset_of(kind).title}\n" in PAGE.read_text("utf-8")
    stands, wanted = made(PAGE, kind, told(kind))
    assert stands == wanted


def test_each_word_for_why_there_is_no_answer_is_explained() -> None:
    code = "\n".join(path.read_text("utf-8") for path in (PACKAGE / "cases" / "http").glob("*.py"))
    words = {*re.findall(r'Away\(\s*"(\w+)"', code), UNAUTHORISED}
    assert len(words) > 5
    assert set(first_cells(section(PAGE, "Limits, and what stands in the log"))) == words


@pytest.mark.parametrize("block", OF_HTTP, ids=str)
async def test_each_example_of_a_json_api_opens(block: Block) -> None:
    first = tomllib.loads(OF_HTTP[0].text)["cases"]["http"]
    own = tomllib.loads(block.text)["cases"]["http"]
    table = own if "url" in own else {**first, **own}
    cases = await asyncio.to_thread(decode, table, HttpCases, "cases.http")
    remote = await open_http(cases, Around(StandingClock(), UTC, 1.0))
    await remote.close()
