"""Reports for the console come from the databases that the gateway serves."""

import asyncio
import contextlib
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from sms_gateway.cases.embedded import migrate_cases
from sms_gateway.clock import SystemClock
from sms_gateway.reports.document import Document
from sms_gateway.reports.making import Kind, Wanted
from sms_gateway.reports.period import Period
from sms_gateway.service.reports import reports_of
from sms_gateway.settings import load
from tests.contracts.store_desk import START, Desk, maker_of
from tests.parts import rules

RULES = rules()
CONFIG = Path(__file__).parents[2] / "config"
DAYS = Period(date(2026, 11, 1), date(2026, 11, 30), ZoneInfo("Asia/Ho_Chi_Minh"))


async def test_a_report_is_made_while_the_store_is_served(tmp_path: Path) -> None:
    settings = await asyncio.to_thread(load, CONFIG, None, {}, tmp_path)
    settings.data_path.mkdir()
    await migrate_cases(settings.cases_at, 0)
    made = reports_of(settings, lambda: RULES, SystemClock())
    async with contextlib.AsyncExitStack() as stack:
        desk = await stack.enter_async_context(Desk(maker_of("sqlite"), settings.data_path))
        await desk.reply()
        found = {kind: await made.make(Wanted(kind, DAYS), START) for kind in Kind}
    counted = {}
    for kind, document in found.items():
        assert isinstance(document, Document)
        counted[kind] = len(document.tables[0].rows)
    assert counted == {Kind.MESSAGES: 1, Kind.DOSSIERS: 0, Kind.SURVEY: 0, Kind.BILLING: 1}
