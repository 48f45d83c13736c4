"""The page about case databases is walked from the table to the changed answer."""

import asyncio
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from sms_gateway.cases.sql.trouble import WORDS
from sms_gateway.domain.dossier import UNREADABLE
from tests.docs.console import fits
from tests.docs.pages import DOCS, Block, blocks, first_cells, section
from tests.postgres import Postgres
from tests.real_process import PATIENCE_S
from tests.structure.tree import ROOT

PAGE = DOCS / "case-databases.md"
URL = "postgresql://sms_reader@db.example.vn/onestop"
TITLE = "An SQL database, from the table to the phone page"


def part(language: str) -> list[Block]:
    """The blocks of that section."""
    text = section(PAGE, TITLE)
    return [block for block in blocks(PAGE, language) if block.text in text]


def run(words: list[str], folder: Path) -> str:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SMS_GATEWAY_")}
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-m", "sms_gateway", *words],
        cwd=folder,
        env={**kept, "HOME": str(folder), "PYTHONWARNINGS": "error"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )
    return done.stdout + done.stderr


def change(url: str, lines: str) -> None:
    async def told() -> None:
        connection = await asyncpg.connect(url)
        await connection.execute(lines)
        await connection.close()

    asyncio.run(told())


@pytest.mark.acceptance
def test_the_way_from_the_table_to_the_changed_answer_is_as_shown(
    tmp_path: Path, postgres_server: Postgres
) -> None:
    url = postgres_server.database()
    table, view, update = part("sql")
    doctor, before, after = part("text")
    change(url, table.text + view.text)
    config = tmp_path / "config"
    config.mkdir()
    for name in ("keywords.toml", "agencies.toml", "replies"):
        (config / name).symlink_to(ROOT / "config" / name)
    (settings,) = part("toml")
    assert URL in settings.text
    reader = url.replace("//gateway@", "//sms_reader@")
    (config / "gateway.toml").write_text(settings.text.replace(URL, reader), encoding="utf-8")
    commands = [line for block in part("sh") for line in block.text.splitlines()]
    init, look, ask = (shlex.split(c)[1:] for c in commands if c.startswith("sms-gateway "))
    run(init, tmp_path)
    told = [line for line in run(look, tmp_path).splitlines() if "their cases" in line]
    assert fits("\n".join(told), doctor.text.strip())
    assert fits(run(ask, tmp_path), before.text.strip())
    change(url, update.text)
    assert fits(run(ask, tmp_path), after.text.strip())


def test_each_word_for_what_is_wrong_is_explained() -> None:
    listed = first_cells(section(PAGE, "How it behaves"))
    assert len(set(listed)) == len(listed)
    assert set(listed) == {*WORDS, "schema", UNREADABLE}


def test_each_name_that_is_bound_is_explained() -> None:
    listed = first_cells(section(PAGE, "What the two SELECTs may be"))
    shown = {name for block in blocks(PAGE, "toml") for name in re.findall(r":(\w+)", block.text)}
    assert {f":{name}" for name in shown if name in ("codes", "since", "after", "limit")} <= set(
        listed
    )
    assert set(listed) == {":codes", ":keys", ":since", ":after", ":limit"}
