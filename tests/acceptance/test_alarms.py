"""The real process tells the people on call what is wrong: once, and once when it is over."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.acceptance.house import House, open_house
from tests.acceptance.receiver import SECRET, Receiver, open_receiver
from tests.acceptance.telco import PATIENCE, mo

pytestmark = pytest.mark.acceptance

ON_CALL = "0900000077"
PROBING = "0900000066"
LONG = 2 * PATIENCE
"""What is gone must be gone for some seconds before it is over."""


def settings(receiver: Receiver) -> Mapping[str, str]:
    said = {
        "ALARMS__NUMBERS": ON_CALL,
        "ALARMS__DOOR": "ack",
        "ALARMS__WEBHOOK_URL": receiver.url,
        "ALARMS__WEBHOOK_SECRET": SECRET,
        "ALARMS__LOOK_S": "0.1",
        "ALARMS__HOLD_S": "0.2",
        "ALARMS__CALM_S": "0.5",
        "ALARMS__MUTE": "disk",
        "GATEWAY__NODE": "an-giang",
        "DOORS__ACK__PROBE__SENDER": PROBING,
        "DOORS__ACK__PROBE__TEXT": "thu cong",
        "DOORS__ACK__PROBE__WITHIN_S": "3600",
    }
    return {f"SMS_GATEWAY_{name}": value for name, value in said.items()}


@asynccontextmanager
async def watched_house(folder: Path, samples: Path) -> AsyncIterator[tuple[House, Receiver]]:
    async with (
        open_receiver() as receiver,
        open_house(folder, samples, env=settings(receiver)) as house,
    ):
        yield house, receiver


async def test_a_dead_case_directory_is_told_once_and_once_more_when_it_is_over(
    tmp_path: Path, samples: Path
) -> None:
    async with watched_house(tmp_path, samples) as (house, receiver):
        with house.stuck_directory():
            (begun,) = await receiver.received(1)
            (text,) = await house.telco.received(ON_CALL)
            assert (begun["type"], begun["trouble"]) == ("incident.opened", "cases_down")
            assert (begun["node"], begun["closed_at"]) == ("an-giang", None)
            assert text.text.startswith("CANH BAO an-giang: khong tra duoc kho ho so. Luc ")
            assert await house.figure("sms_incident_open", trouble="cases_down", door="") == 1
            # A start in the middle tells nobody again.
            await house.stop()
            await house.start()
            await house.telco.deliver("local", mo("0900000001", "MCKH_170703-0001"))
        said = await receiver.received(2, LONG)
        texts = await house.telco.received(ON_CALL, 2)
        assert [one["type"] for one in said] == ["incident.opened", "incident.closed"]
        assert said[1]["id"] == begun["id"]
        assert texts[1].text.startswith("HET CANH BAO an-giang: khong tra duoc kho ho so. Tu ")
        (listed,) = (json.loads(line) for line in (await alarms(house)).splitlines())
        assert (listed["trouble"], listed["id"]) == ("cases_down", begun["id"])
        assert [text["template"] for text in listed["texts"]] == ["alarm", "over"]
        assert len(receiver.calls) == len(house.telco.to(ON_CALL)) == 2
        assert ON_CALL not in house.process.output


async def alarms(house: House) -> str:
    return await house.command("alarms", "--json")


async def test_a_store_that_cannot_write_is_told_by_the_webhook_at_once_and_by_sms_afterwards(
    tmp_path: Path, samples: Path
) -> None:
    async with watched_house(tmp_path, samples) as (house, receiver):
        with house.full_disk():
            (begun,) = await receiver.received(1)
            assert begun["trouble"] == "store_down"
            assert not house.telco.to(ON_CALL)
        await receiver.received(2, LONG)
        (text,) = await house.telco.received(ON_CALL)
        assert text.text.startswith("HET CANH BAO an-giang: khong ghi duoc tin nhan vao kho")


async def test_a_test_reaches_everybody(tmp_path: Path, samples: Path) -> None:
    async with watched_house(tmp_path, samples) as (house, receiver):
        assert await house.command("alarms", "--test") == (
            "queued 1 texts through door ack\nthe webhook took it\n"
        )
        (said,) = await receiver.received(1)
        (text,) = await house.telco.received(ON_CALL)
        assert (said["type"], said["trouble"]) == ("test", "")
        assert text.text == "THU CANH BAO an-giang: day la tin thu, khong can lam gi."


async def test_a_probe_text_is_noted_and_not_answered(tmp_path: Path, samples: Path) -> None:
    async with watched_house(tmp_path, samples) as (house, _):
        probe = mo(PROBING, "Thu  Cong")
        await house.telco.deliver("ack", probe)
        await house.mo_is(probe, "suppressed", "probe")
        asked = mo(PROBING, "MCKH_170703-0001")
        await house.telco.deliver("ack", asked)
        await house.mt_is(asked, "accepted")
        assert await house.figure("sms_probes_total", door="ack") == 1
        assert await house.figure("sms_probe_last_timestamp_seconds", door="ack") > 0
        assert len(house.telco.to(PROBING)) == 1
