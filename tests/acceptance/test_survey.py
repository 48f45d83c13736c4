"""Who got a result is asked by text, answers by a mark, is thanked, and is counted."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.acceptance.house import open_house
from tests.acceptance.telco import mo
from tests.acceptance.test_notices import learn, row

pytestmark = pytest.mark.acceptance

OWNER = "0900000181"
SAID = {
    "NOTICES__DOOR": "ack",
    "NOTICES__LOOK_S": "0.2",
    "NOTICES__QUIET": "",
    "SURVEY__ON": "true",
    "SURVEY__AFTER_HOURS": "0",
}


def returned(number: int, phone: str, at: datetime) -> dict[str, object]:
    """A dossier whose result was handed over at a moment."""
    here = at + timedelta(hours=7)
    return {**row(10, number, phone), "NgayTra": f"{here:%Y%m%d%H%M%S}"}


async def test_a_return_is_asked_about_once_and_the_last_mark_is_counted(
    tmp_path: Path, samples: Path
) -> None:
    env = {f"SMS_GATEWAY_{name}": value for name, value in SAID.items()}
    async with open_house(tmp_path, samples, env=env) as house:
        await house.until((1,), "SELECT count(*) FROM notice_mark WHERE name = 'survey'")
        now = datetime.now(UTC)
        old = returned(182, "0900000182", now - timedelta(days=9))
        await learn(house, tmp_path, old, returned(181, OWNER, now))
        (question,) = await house.telco.received(OWNER)
        assert "tu 1" in question.text
        thanks = await house.telco.deliver("local", mo(OWNER, "4"))
        assert "Cam on" in thanks.body.decode()
        again = await house.telco.deliver("local", mo(OWNER, "5"))
        assert "Cam on" in again.body.decode()
        days = [f"{now + timedelta(days=by):%Y-%m-%d}" for by in (-1, 2)]
        report = ("report", "survey", "--from", days[0], "--to", days[1], "--format", "json")
        total = json.loads(await house.command(*report))["tables"]["month"]["total"]
        assert total["asked"]["ids"] == ["000.00.12.H32-261120-0181"]
        assert total["mark_5"]["ids"] == total["asked"]["ids"]
        assert (total["rate"], total["mean"], total["index"]) == (100.0, 5.0, 100.0)
        assert house.telco.to("0900000182") == []
        assert await house.figure("sms_surveys_total", result="stale") == 1
        assert OWNER not in house.process.output
