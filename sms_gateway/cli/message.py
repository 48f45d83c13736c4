"""`message`: all that happened to one message, in order of time."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from types import MappingProxyType
from zoneinfo import ZoneInfo

import click

from sms_gateway.cli.group import Fault
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import as_json, places
from sms_gateway.cli.output import local, print_json, print_text, safe
from sms_gateway.cli.rows import ended
from sms_gateway.domain.acts import HANDLE_ACT, SETTLE_ACT
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.message import MtKind
from sms_gateway.domain.owed import Fate, OwedState
from sms_gateway.reading import ActRow, AttemptRow, MoRow, MtRow, RefusedRow, Timeline
from sms_gateway.reports.log_json import (
    described,
    described_mt,
    described_refused,
    described_report,
    iso,
)
from sms_gateway.settings import Settings
from sms_gateway.store.opening import open_reading

Event = tuple[datetime, str]

_WORDS = MappingProxyType({
    MtKind.FOLLOW_UP: "follow-up",
    MtKind.NOTICE: "notice",
    MtKind.SURVEY: "question",
})  # fmt: skip
_OWED = MappingProxyType({
    Fate.SENT: "the true state follows",
    Fate.ANSWERED: "the true state does not follow: the citizen was told since",
    Fate.LATE: "the true state does not follow: the case database was away for a day",
    Fate.NOTHING: "the true state does not follow: there is nothing to tell",
    Fate.UNWANTED: "the true state does not follow: the citizen wants no more texts",
    Fate.RESTORED: "the true state does not follow: it may have before the restore",
})  # fmt: skip
_MOMENT = "%Y-%m-%d %H:%M:%S.%f"


@click.command(short_help="Show all that happened to one message.")
@click.argument("message_id", metavar="ID")
@click.option(
    "--raw",
    is_flag=True,
    help="Also show the telco's request as received: it holds the full phone number.",
)
@as_json
@places
def message(message_id: str, *, raw: bool, as_json: bool) -> None:
    """Show all that happened to the message ID: received, understood, answered, sent, reported.

    What people did about it by hand stands there too, with their names.

    ID is that of a citizen's text, of a reply, or of a part of a long text, as `messages` and the
    logs show it; or the trace_id of a line `call.refused` in the log, for a call that could not be
    read. Phone numbers show their last three digits. Works while the gateway runs.
    """
    settings = load_settings()
    require_store(settings)
    found = asyncio.run(_find(settings, message_id.strip().lower()))
    if found is None:
        sentence = "no message has that id: give all of it, as sms-gateway messages shows it"
        raise Fault(sentence)
    zone = ZoneInfo(settings.gateway.timezone)
    if as_json:
        print_json(_described(found, zone, raw=raw))
        return
    print_text("\n".join(_lines(found, zone)))
    if raw:
        requests = [found.raw, *(kept.request for kept in found.refused)]
        shown = [_text_of(request) for request in requests if request is not None]
        for request in shown or [_text_of(None)]:
            print_text("\nrequest as received:\n" + request)


async def _find(settings: Settings, message_id: str) -> Timeline | None:
    async with open_reading(settings.store_at) as reading:
        return await reading.timeline(MessageId(message_id))


def _lines(found: Timeline, zone: tzinfo) -> Iterator[str]:
    events: list[Event] = []
    if found.mo is not None:
        who = "purged," if found.mo.purged_at else f"from {found.mo.sender.masked}"
        yield f"{found.mo.id}  {who} to {found.mo.short_code}"
        events += _of_mo(found.mo)
    for part in found.parts:
        told = f"part {part.number} of {part.total} received ({part.id})"
        events.append((part.received_at, told))
    if found.owed is not None and found.owed.fate is not None and found.owed.ended_at is not None:
        events.append((found.owed.ended_at, _OWED[found.owed.fate]))
    for mt in found.mts:
        events += _made(mt)
    for refused in found.refused:
        events += _refused(refused.row)
    events += attempted(found.attempts)
    events += [(act.at, _act(act)) for act in found.acts]
    events += [_settled(mt, mt.settled_at) for mt in found.mts if mt.settled_at]
    for receipt in found.receipts:
        told = f", by its clock {local(receipt.telco_time, zone)}" if receipt.telco_time else ""
        error = f", error {receipt.error}" if receipt.error else ""
        events.append((receipt.received_at, f"report: {receipt.delivery}{error}{told}"))
    # A stable sort: what happened in the same moment keeps the order of the walk.
    for at, what in sorted(events, key=lambda event: event[0]):
        yield f"{at.astimezone(zone).strftime(_MOMENT)[:-3]}  {safe(what)}"
    if found.mo is not None and found.mo.outcome is None:
        yield f"{'':23}  not answered yet{_failures(found.mo.failures)}"
    if found.owed is not None and found.owed.fate is None:
        yield f"{'':23}  the true state is owed: it follows when the case database answers"


def _of_mo(mo: MoRow) -> Iterator[Event]:
    named = f", telco's id {mo.telco_id}" if mo.telco_id else ""
    by = f", operator {mo.operator}" if mo.operator else ""
    said = "(purged)" if mo.purged_at else mo.text
    yield mo.received_at, f"received through {mo.door}{named}{by}: {said}"
    if mo.purged_at is not None:
        yield mo.purged_at, "number, words and dossier purged"
    if mo.answered_at is not None:
        code = f" of {mo.code_key}" if mo.code_key else ""
        dossier = f", dossier {mo.dossier_id}" if mo.dossier_id else ""
        yield mo.answered_at, f"understood as {mo.intent}{code}{dossier}"
        yield mo.answered_at, f"ended as {ended(mo)}{_failures(mo.failures)}"


def _refused(row: RefusedRow) -> Iterator[Event]:
    yield row.first_at, f"not read, came through {row.door}: {row.reason}"
    if row.times > 1:
        yield row.last_at, f"the same came again, {row.times} times in all"


def _made(mt: MtRow) -> Iterator[Event]:
    size = f"{mt.language}, {mt.alphabet}, {mt.segments} segments"
    bill = f"{mt.billing} ({mt.billing_reason})" if mt.billing_reason else mt.billing
    said = "(purged)" if mt.purged_at else mt.text
    word = _WORDS.get(mt.kind, "reply")
    yield mt.created_at, f"{word} {mt.template} made: {said}"
    yield mt.created_at, f"{word} {mt.id}: {size}, {bill}, through {mt.door}"


def _settled(mt: MtRow, at: datetime) -> Event:
    why = f" ({mt.hold_reason})" if mt.hold_reason else ""
    return (
        at,
        f"{_WORDS.get(mt.kind, 'reply')} {mt.id} stands as {mt.state}{why}{_failures(mt.failures)}",
    )


def attempted(attempts: Sequence[AttemptRow]) -> Iterator[Event]:
    """One line per attempt; of deferrals in a row only the first and the last are kept."""
    before: AttemptRow | None = None
    for attempt in attempts:
        part = f", part {attempt.part}" if attempt.part > 1 else ""
        why = f" ({attempt.reason})" if attempt.reason else ""
        named = f", telco's id {attempt.telco_id}" if attempt.telco_id else ""
        tried = f"attempt {attempt.attempt}{part} through {attempt.door}"
        too = _left_out(before, attempt)
        yield attempt.at, f"{tried}: {attempt.result}{why}{named}{too}"
        before = attempt


def _left_out(before: AttemptRow | None, attempt: AttemptRow) -> str:
    if before is None or before.mt_id != attempt.mt_id or attempt.result != "deferred":
        return ""
    skipped = before.result == attempt.result and attempt.attempt - before.attempt > 1
    return f", and so all from {before.attempt + 1}" if skipped else ""


def _act(act: ActRow) -> str:
    if act.act == SETTLE_ACT:
        return f"{act.by} settled reply {act.subject}: {act.detail}"
    note = f": {act.detail}" if act.detail else ""
    if act.act == HANDLE_ACT:
        return f"{act.by} handled it{note}"
    return f"{act.by} did {act.act}{note}"


def _failures(number: int) -> str:
    return f", after {number} failures" if number else ""


def _described(found: Timeline, zone: tzinfo, *, raw: bool) -> dict[str, object]:
    whole: dict[str, object] = {
        "message": None if found.mo is None else described(found.mo, zone),
        "parts": [
            {
                "id": part.id,
                "received_at": iso(part.received_at, zone),
                "number": part.number,
                "total": part.total,
            }
            for part in found.parts
        ],
        "sent": [described_mt(mt, zone) for mt in found.mts],
        "attempts": _attempts(found.attempts, zone),
        "reports": [described_report(receipt, zone) for receipt in found.receipts],
        "acts": [
            {
                "at": iso(act.at, zone),
                "by": act.by,
                "act": act.act,
                "message_id": act.subject,
                "detail": act.detail,
            }
            for act in found.acts
        ],
        "owed": _described_owed(found.owed, zone),
        "dossier": None if found.snapshot is None else json.loads(found.snapshot),
        "refused": [
            {
                **described_refused(kept.row, zone),
                **({"raw": _text_of(kept.request)} if raw else {}),
            }
            for kept in found.refused
        ],
    }
    return {**whole, "raw": _text_of(found.raw)} if raw else whole


def _described_owed(owed: OwedState | None, zone: tzinfo) -> dict[str, object] | None:
    if owed is None:
        return None
    ended_at = None if owed.ended_at is None else iso(owed.ended_at, zone)
    return {"since": iso(owed.at, zone), "fate": owed.fate, "ended_at": ended_at}


def _attempts(attempts: Sequence[AttemptRow], zone: tzinfo) -> Sequence[dict[str, object]]:
    return [
        {
            "message_id": attempt.mt_id,
            "attempt": attempt.attempt,
            "part": attempt.part,
            "at": iso(attempt.at, zone),
            "door": attempt.door,
            "result": attempt.result,
            "reason": attempt.reason,
            "telco_id": attempt.telco_id,
        }
        for attempt in attempts
    ]


def _text_of(raw: bytes | None) -> str:
    return "(not kept)" if raw is None else raw.decode("utf-8", "backslashreplace")
