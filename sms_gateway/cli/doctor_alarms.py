"""What `doctor` says of the alarms: who would be told, and what stands."""

import asyncio
import contextlib
import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from sms_gateway.alarms.plan import Plan, plan_of
from sms_gateway.cli.faults import sentence_of
from sms_gateway.cli.findings import Finding, Level
from sms_gateway.cli.opened import stored
from sms_gateway.clock import SystemClock
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.outcome import MtState
from sms_gateway.ports import Door
from sms_gateway.reading import IncidentRow
from sms_gateway.service import open_doors
from sms_gateway.settings import Settings, SettingsError
from sms_gateway.store.opening import open_reading

_SHOWN = 50
_LATELY = timedelta(days=1)


def alarms(settings: Settings) -> Iterator[Finding]:
    """Who is told, and what there is to be told of."""
    plan = plan_of(settings, asyncio.run(_doors(settings)), "")
    yield Finding(Level.OK, "alarms", _described(plan))
    rows = _known(settings)
    for row in rows:
        if row.incident.closed_at is None:
            at = f" at door {row.incident.door}" if row.incident.door else ""
            told = f"{row.incident.trouble}{at} stands: see sms-gateway alarms"
            yield Finding(Level.WARN, "alarms", told)
    lost = sum(text.state is MtState.UNCERTAIN for row in rows for text in row.texts)
    if lost:
        told = (
            f"{lost} texts to people on call may or may not have come: sms-gateway alarms --json "
            "lists them, settle ends one"
        )
        yield Finding(Level.WARN, "alarms", told)


def _described(plan: Plan) -> str:
    ways = []
    if plan.texting:
        ways.append(f"{len(plan.texting.numbers)} phones through door {plan.texting.door}")
    if plan.posting:
        ways.append("a webhook" if plan.posting.key else "a webhook, without signature")
    if not ways:
        return "nobody is told: set numbers or webhook_url in [alarms]"
    return f"{', '.join(ways)}; sms-gateway alarms --test tries it"


async def _doors(settings: Settings) -> Mapping[DoorName, Door]:
    """Those that can be opened; what is wrong with the others stands in their own lines."""
    found: dict[DoorName, Door] = {}
    for name, table in settings.doors.items():
        alone = dataclasses.replace(settings, doors={name: table})
        with contextlib.suppress(SettingsError):
            async with open_doors(alone, SystemClock()) as opened:
                found.update(opened)
    return found


async def _incidents(settings: Settings) -> Sequence[IncidentRow]:
    async with open_reading(settings.store_at) as reading:
        return await reading.incidents(SystemClock().now() - _LATELY, _SHOWN)


def _known(settings: Settings) -> Sequence[IncidentRow]:
    """None where the store cannot be read: its own line says so."""
    if not stored(settings):
        return ()
    try:
        return asyncio.run(_incidents(settings))
    except Exception as error:
        if sentence_of(error) is None:
            raise
        return ()
