"""A telco's file compared beside a gateway that serves."""

import asyncio
import subprocess
import threading
from contextlib import AbstractAsyncContextManager
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from sms_gateway.reports import comparing
from sms_gateway.reports.comparing import BillSent, Comparing
from sms_gateway.reports.period import Period
from sms_gateway.reports.workbook import GivenUp, apart
from sms_gateway.settings.bills import Bill
from sms_gateway.store.asked import StoreReading

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def no_store() -> AbstractAsyncContextManager[StoreReading]:
    raise AssertionError


async def test_one_that_is_cancelled_ends_what_reads_the_workbook(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As at the gateway's stop, which its thread would keep waiting."""
    processes: list[subprocess.Popen[bytes]] = []
    begun = threading.Event()

    class Seen(GivenUp):
        def began(self, process: "subprocess.Popen[bytes]") -> None:
            super().began(process)
            processes.append(process)
            begun.set()

    monkeypatch.setattr(apart, "PROGRAM", "tests.reports.hostile_reader")
    monkeypatch.setattr(comparing, "GivenUp", Seen)
    bill = Bill(doors=("local",), number="N", time="T")
    sent = BillSent(
        "viettel", Period(date(2026, 11, 1), date(2026, 11, 30), ZONE), "a", b"PK hangs"
    )
    compared = Comparing({"viettel": bill}, no_store, ZONE, "VN", "").compare(sent)
    task = asyncio.create_task(compared)
    await asyncio.to_thread(begun.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(processes[0].wait, 60) != 0
