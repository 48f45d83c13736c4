"""`citizen export`: all that is kept of a number, as a file for its owner."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import TextIOWrapper
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import msgspec

from sms_gateway.cli.changing import RunningService, change, myself, open_own_store
from sms_gateway.cli.citizen_rows import message_of, push_of
from sms_gateway.cli.complaints_change import described_complaint
from sms_gateway.cli.group import Fault
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import places
from sms_gateway.cli.typed_numbers import number_hashes
from sms_gateway.clock import SystemClock
from sms_gateway.domain.ids import NumberHash
from sms_gateway.log_question import MessageFilter
from sms_gateway.retention.rights import CitizenRights
from sms_gateway.settings import Settings
from sms_gateway.store.asked import StoreReading
from sms_gateway.store.opening import open_reading

_PAGE = 100
_MOST_PUSHES = 100_000
_HEADING = (
    "Dữ liệu cá nhân mà hệ thống tra cứu hồ sơ qua tin nhắn đang lưu về số điện thoại này, cấp "
    "theo yêu cầu của chủ thể dữ liệu (Luật Bảo vệ dữ liệu cá nhân). Tin đã hết thời hạn lưu chỉ "
    "còn thời điểm và kết quả, không còn nội dung. Vui lòng bảo quản tệp này cẩn thận."
)


@click.command("export", short_help="Write all that is kept of a number into a file.")
@click.argument("number")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    required=True,
    help="The file, which must not be there yet; only you may read it.",
)
@places
def export(number: str, out: Path) -> None:
    """Write all that is kept of NUMBER into FILE: JSON, with a heading in Vietnamese.

    Texts with their requests, how they were answered and by which dossier, replies and notices with
    each attempt and report, what staff did to them, the language that was chosen, what was refused
    or is followed, the survey, and the budgets of the last day. Calls that nobody could read bear
    no number and are not in it; dossiers are the office's own. The audit names you and the hash of
    the number. Works while the gateway runs.
    """
    settings = load_settings()
    require_store(settings)
    numbers = number_hashes(settings, number, "'NUMBER'")
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        message = f"{out} is there already: name another file"
        raise Fault(message) from error
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        try:
            _note(settings, numbers[0])
            count = asyncio.run(_write(settings, numbers, file))
        except BaseException:
            with suppress(OSError):
                out.unlink()  # half of it would pass for all of it
            raise
    click.echo(f"wrote {out}: {count} messages", err=True)


def _note(settings: Settings, number: NumberHash) -> None:
    """Tell the audit, before anything is given."""

    def through(service: RunningService) -> None:
        service.ask("POST", "/citizens/exporting", {"number": number})

    async def directly() -> None:
        clock = SystemClock()
        async with open_own_store(settings, clock) as store:
            await CitizenRights(store.retention, clock.now).exporting(number, myself())

    change(settings, through, directly)


async def _write(settings: Settings, numbers: Sequence[NumberHash], file: TextIOWrapper) -> int:
    zone, now = ZoneInfo(settings.gateway.timezone), datetime.now(UTC)
    async with open_reading(settings.store_at) as reading:
        head = {
            "tieu_de": _HEADING,
            "lap_luc": now.astimezone(zone).isoformat(timespec="seconds"),
            "number_hashes": list(numbers),
            **msgspec.to_builtins(await reading.kept_of(numbers)),
            "held_since": await _holds(reading, numbers),
            "complaints": await _complaints(reading, numbers, zone),
            "budgets": await _budgets(reading, numbers, now, zone),
        }
        text = json.dumps(head, ensure_ascii=False, indent=1)
        await asyncio.to_thread(file.write, text.removesuffix("\n}") + ',\n "messages": [')
        count = await _listed(_messages(reading, numbers, zone), file.write)
        await asyncio.to_thread(file.write, '\n ],\n "other_messages": [')
        count += await _listed(_pushes(reading, numbers, zone), file.write)
        await asyncio.to_thread(file.write, "\n ]\n}\n")
    return count


async def _listed(
    values: AsyncIterator[Mapping[str, object]], write: Callable[[str], object]
) -> int:
    count = 0
    async for value in values:
        line = json.dumps(value, ensure_ascii=False)
        await asyncio.to_thread(write, f"{',' if count else ''}\n  {line}")
        count += 1
    return count


async def _messages(
    reading: StoreReading, numbers: Sequence[NumberHash], zone: ZoneInfo
) -> AsyncIterator[Mapping[str, object]]:
    wanted = MessageFilter(sender_hash=numbers[0], older_hashes=numbers[1:], limit=_PAGE)
    while page := await reading.messages(wanted):
        for row in page:
            timeline = await reading.timeline(row.id)
            if timeline is not None:
                yield message_of(timeline, zone)
        wanted = replace(wanted, before=page[-1].id)


async def _pushes(
    reading: StoreReading, numbers: Sequence[NumberHash], zone: ZoneInfo
) -> AsyncIterator[Mapping[str, object]]:
    for row in await reading.pushes(numbers, _MOST_PUSHES):
        timeline = await reading.timeline(row.id)
        if timeline is not None:
            yield push_of(row, timeline, zone)


async def _complaints(
    reading: StoreReading, numbers: Sequence[NumberHash], zone: ZoneInfo
) -> list[Mapping[str, object]]:
    return [
        described_complaint(one, zone)
        for closed in (False, True)
        for one in await reading.complaints(_MOST_PUSHES, closed=closed)
        if one.number_hash in numbers
    ]


async def _holds(reading: StoreReading, numbers: Sequence[NumberHash]) -> list[str]:
    return [
        hold.at.isoformat() for hold in await reading.retention.holds() if hold.value in numbers
    ]


async def _budgets(
    reading: StoreReading, numbers: Sequence[NumberHash], now: datetime, zone: ZoneInfo
) -> list[Mapping[str, object]]:
    since = now - timedelta(days=1)
    known = [await reading.citizen(number, since) for number in numbers]
    return [
        {
            "at": event.at.astimezone(zone).isoformat(), "code": event.key or None,
            "template": event.template, "misses": event.miss, "failure": event.failure,
        }
        for citizen in known
        for event in citizen.history
    ]  # fmt: skip
