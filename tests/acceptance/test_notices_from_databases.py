"""A row that changes in somebody else's database reaches its citizen as a text, by itself."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.acceptance.house import House, open_house
from tests.acceptance.telco import citizen, mo
from tests.acceptance.test_cases_in_sql import CODE, LATER, on, until_shown
from tests.cases.sql.conftest import BY_CODES, BY_TIME, NAMES, Office

pytestmark = [pytest.mark.acceptance, pytest.mark.asyncio(loop_scope="session")]

QUICK = {"look_s": 0.2, "stands_s": 0.5}
RECEIPT = "261127-0001"


def settings_of(office: Office, poll_s: float, notices: Mapping[str, object]) -> str:
    """What an operator writes into `gateway.toml`."""
    columns = "\n".join(f"{name} = {json.dumps(column)}" for name, column in NAMES.items())
    said = "\n".join(f"{name} = {json.dumps(value)}" for name, value in notices.items())
    return f"""
[cases]
kind = "sql"
poll_s = {poll_s}

[cases.sql]
url = "{office.url}"
by_codes = '''{BY_CODES}'''
by_time = '''{BY_TIME}'''
time_column = "cap_nhat"
time_kind = "utc"

[cases.sql.columns]
{columns}

[notices]
on = true
door = "ack"
quiet = ""
{said}
"""


@asynccontextmanager
async def served(folder: Path, samples: Path, office: Office) -> AsyncIterator[House]:
    """A gateway that asks the office, after the first look of its messages."""
    more = settings_of(office, 0.1, QUICK)
    async with open_house(folder, samples, more=more) as house:
        await house.until((1,), "SELECT count(*) FROM notice_mark WHERE name = 'changes'")
        yield house


@pytest.mark.parametrize("kind", ["postgres", "mariadb"])
async def test_a_row_that_changes_is_told_once_by_itself_as_the_reply_says_it(
    tmp_path: Path, samples: Path, kind: str
) -> None:
    async with on(kind) as (office, _server), served(tmp_path, samples, office) as house:
        owner = citizen()
        known = {"so_bien_nhan": RECEIPT, "dien_thoai": owner}
        await asyncio.to_thread(office.put, CODE, 4, LATER, **known)
        await until_shown(house, CODE, "4 processing (sql")
        await house.first_seen(CODE)
        soon = LATER.replace("00:00:00", "00:00:01")
        await asyncio.to_thread(office.put, CODE, 5, soon, **known)
        (told,) = await house.telco.received(owner)
        assert RECEIPT in told.text
        assert "can bo sung giay to" in told.text
        assert told.reply_to == ""
        ((kind_of, inbox, template),) = house.rows(
            "SELECT kind, inbox_id, template FROM outbox WHERE recipient LIKE ?", f"%{owner[1:]}"
        )
        assert (kind_of, inbox, template) == ("notice", None, "S5-undated")
        # Who asks reads the same, and that answer is no second message of the change.
        heard = await house.telco.deliver("ack", mo(owner, f"MCKH {RECEIPT}"))
        assert heard.status == 200
        _, answer = await house.telco.received(owner, 2)
        assert answer.text == told.text
        assert answer.reply_to != ""
        # The same news with a newer time, as after a bulk UPDATE: nobody is told again.
        later = LATER.replace("00:00:00", "00:00:02")
        other = citizen()
        await asyncio.to_thread(office.put, CODE, 5, later, **known)
        second = {"so_bien_nhan": "261127-0002", "dien_thoai": other}
        await asyncio.to_thread(office.put, CODE[:-1] + "2", 4, later, **second)
        await until_shown(house, CODE[:-1] + "2", "4 processing (sql")
        await house.first_seen(CODE[:-1] + "2")
        last = LATER.replace("00:00:00", "00:00:03")
        await asyncio.to_thread(office.put, CODE[:-1] + "2", 5, last, **second)
        await house.telco.received(other)
        assert len(house.telco.to(owner)) == 2
        assert owner not in house.process.output
