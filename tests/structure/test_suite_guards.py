"""The guards of the suite itself: each finds what it is there to find."""

import asyncio
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

import aiohttp
import pytest
import structlog
from blockbuster import BlockingError

from sms_gateway import logs
from sms_gateway.domain.ids import DoorName, MessageId, ShortCode
from sms_gateway.domain.message import MobileOriginated, MobileTerminated
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Billing
from sms_gateway.domain.secret import Secret
from sms_gateway.folder import prepare_folder
from tests.conftest import PRIVATE
from tests.log_watch import Private, leaks
from tests.real_process import Gateway, Program

ID = "019aa8c4-7c1e-7000-8000-123456789012"


def line(**fields: object) -> str:
    return json.dumps({"time": "2026-11-23T10:00:00.123+00:00", "event": "mo.stored", **fields})


@pytest.mark.parametrize(
    "bad",
    [
        line(reason="0900000001"),
        line(reason="+84 900 000 001"),
        line(reason="090-000-0001"),
        line(reason="x84900000001x"),
        line(count=84900000001),
        line(reason="170703-0001"),
        line(reason="MCKH EN"),
        line(reason="your dossier is now ready"),
        line(**{"0900000001": 1}),
        line(trace_id="84900000001-7000"),
        "called by 0900000001",
        "Traceback (most recent call last):",
        '{"time": 0900000001',
    ],
)
def test_a_number_or_text_in_a_log_is_found(bad: str) -> None:
    assert leaks(bad)


@pytest.mark.parametrize(
    "good",
    [
        line(message_id=ID, trace_id=ID, mt_id=ID),
        line(duration_ms=0.123456789, count=200_000, outcome=None, state=True),
        line(where="answering.py:164 answer", error="ValueError"),
        line(address="192.168.100.200"),
        "The phone page is http://127.0.0.1:54321/phone",
        "",
    ],
)
def test_what_a_log_is_for_is_not_taken_for_a_leak(good: str) -> None:
    assert not leaks(good)


def test_the_texts_and_secrets_that_a_test_makes_are_known_to_the_log_check() -> None:
    Secret("open sesame")
    MobileOriginated(None, Address("+84900000001"), ShortCode("8083"), text="Where is my dossier")
    MobileTerminated(
        id=MessageId(ID),
        door=DoorName("telco"),
        recipient=Address("+84900000001"),
        short_code=ShortCode("8083"),
        text="It is on its way",
        alphabet="gsm7",
        segments=1,
        billing=Billing.FREE,
        valid_until=datetime(2026, 11, 23, tzinfo=UTC),
        attempt=1,
    )

    assert {"open sesame", "Where is my dossier", "It is on its way"} <= PRIVATE.words
    assert leaks(line(reason="open sesame"), PRIVATE.words)


def test_a_word_too_short_to_be_told_apart_is_not_looked_for() -> None:
    private = Private()
    private.note("hi")
    private.note("  hi there  ")
    assert private.words == {"hi there"}


def test_the_words_of_one_test_are_forgotten_by_the_next() -> None:
    assert "open sesame" not in PRIVATE.words


def test_a_test_may_name_words_of_its_own(private: Callable[[str], None]) -> None:
    private("a secret of mine")
    assert "a secret of mine" in PRIVATE.words


def test_what_a_test_logs_is_what_is_checked(captured_logs: io.StringIO) -> None:
    structlog.get_logger().info("mo.stored", door="local")
    assert "mo.stored" in captured_logs.getvalue()


@pytest.mark.acceptance
async def test_what_the_real_program_logs_is_what_is_checked(
    program: Program, gateway: Gateway
) -> None:
    mo = {"id": "1", "from": "0900000001", "to": "8083", "text": "MCKH_170703-0001"}
    async with (
        aiohttp.ClientSession(gateway.url) as session,
        session.post("/mo/local", json=mo) as answer,
    ):
        assert answer.status == HTTPStatus.OK
    assert await asyncio.to_thread(gateway.stop) == 0

    assert '"event":"mo.answered"' in program.output
    assert not leaks(program.output)


def test_a_field_that_is_not_listed_is_a_fault_in_every_test() -> None:
    with pytest.raises(logs.UnlistedFieldError):
        structlog.get_logger().info("mo.stored", sender="x")


async def test_a_blocking_call_of_ours_in_the_loop_is_found(tmp_path: Path) -> None:
    with pytest.raises(BlockingError):
        prepare_folder(tmp_path / "var")


def test_outside_the_loop_it_may_block(tmp_path: Path) -> None:
    prepare_folder(tmp_path / "var")
    assert (tmp_path / "var").is_dir()
