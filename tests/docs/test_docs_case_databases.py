"""The page about case databases is walked from the table to the changed answer."""

import asyncio
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import asyncpg
import pytest

from sms_gateway.cases.sql.trouble import WORDS
from sms_gateway.domain.dossier import UNREADABLE
from tests.docs.console import fits
from tests.docs.pages import DOCS, Block, blocks, first_cells, section
from tests.postgres import Postgres
from tests.real_process import PATIENCE_S, Program
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


def settle(folder: Path, text: str, url: str) -> Path:
    """A folder of settings as the page has them, for a database of the tests."""
    config = folder / "config"
    config.mkdir()
    for name in ("keywords.toml", "agencies.toml", "notices.toml", "calendar.toml", "replies"):
        (config / name).symlink_to(ROOT / "config" / name)
    assert URL in text
    reader = url.replace("//gateway@", "//sms_reader@")
    (config / "gateway.toml").write_text(text.replace(URL, reader), encoding="utf-8")
    return config


@pytest.fixture
def office(postgres_server: Postgres) -> Iterator[str]:
    """Address of a database with the table and the view of the page; its role is the server's."""
    url = postgres_server.database()
    change(url, "".join(block.text for block in part("sql")[:2]))
    yield url
    change(url, "DROP OWNED BY sms_reader; DROP ROLE sms_reader")


@pytest.mark.acceptance
def test_the_way_from_the_table_to_the_changed_answer_is_as_shown(
    tmp_path: Path, office: str
) -> None:
    _, _, update, _ = part("sql")
    doctor, before, after, _ = part("text")
    settings, _ = part("toml")
    settle(tmp_path, settings.text, office)
    commands = [line for block in part("sh") for line in block.text.splitlines()]
    init, look, ask = (shlex.split(c)[1:] for c in commands if c.startswith("sms-gateway "))
    run(init, tmp_path)
    told = [line for line in run(look, tmp_path).splitlines() if "their cases" in line]
    assert fits("\n".join(told), doctor.text.strip())
    assert fits(run(ask, tmp_path), before.text.strip())
    change(office, update.text)
    assert fits(run(ask, tmp_path), after.text.strip())


@pytest.mark.acceptance
def test_the_row_that_changes_last_comes_to_the_phone_page_by_itself(
    tmp_path: Path, office: str
) -> None:
    _, _, update, again = part("sql")
    *_, told = part("text")
    settings, notices = part("toml")
    quick = settings.text.replace('kind = "sql"', 'kind = "sql"\npoll_s = 0.1', 1)
    # These tests run at night too, when the page has its reader wait for the morning.
    soon = f"{notices.text}quiet = ''\nlook_s = 0.1\nstands_s = 0\n"
    soon += "[doors.phone]\nkind = 'simulator'\n"
    config = settle(tmp_path, quick + soon, office)
    program = Program(tmp_path)
    try:
        gateway = program(data=program.new_data(), config=config)
        gateway.wait_for_line("notices.begun")
        change(office, update.text)
        gateway.wait_for_line("mt.settled")
        change(office, again.text)
        texts = until_shown(gateway.url, told.text.strip().removesuffix("..."))
        assert "tin tự động" in texts
    finally:
        program.end()


def until_shown(url: str, wanted: str) -> str:
    """The thread of the owner's phone, when it holds that text."""
    form = urlencode({"number": "0900000041", "short_code": "8083"}).encode()
    ends = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends:
        with urlopen(Request(f"{url}/phone/thread", form)) as page:  # noqa: S310  # our own
            shown = str(page.read().decode())
        if wanted in shown:
            return shown
    message = f"not shown: {wanted}"
    raise AssertionError(message)


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
