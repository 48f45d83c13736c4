"""What `doctor` says of somebody else's case database."""

import asyncio
import time
from collections.abc import Iterator, Sequence

from sms_gateway.cases.embedded import CaseTablesError
from sms_gateway.cases.faulty import Faulty, faulty
from sms_gateway.cases.opening import open_remote
from sms_gateway.cases.places import cursor_name
from sms_gateway.cases.remote import Away, Told
from sms_gateway.cli.findings import Finding, Level
from sms_gateway.cli.importing import open_directory
from sms_gateway.clock import SystemClock
from sms_gateway.domain.untold import NOBODYS
from sms_gateway.settings import Settings

_WHAT = "their cases"
_NAMED = 3


def remote(settings: Settings) -> Iterator[Finding]:
    """Whether both of its questions are answered; nothing where the dossiers are our own."""
    yield from asyncio.run(_asked(settings))


async def _asked(settings: Settings) -> Sequence[Finding]:
    there = await open_remote(settings, SystemClock())
    if there is None:
        return []
    findings: list[Finding] = []
    try:
        for what, asked in (
            ("a number is looked up", there.find([NOBODYS])),
            ("what changed is told", there.changed("", 1)),
        ):
            began = time.monotonic()
            findings.append(_finding(what, await asked, time.monotonic() - began))
    finally:
        await there.close()
    return [*findings, *_faults(await _kept(settings))]


async def _kept(settings: Settings) -> Sequence[Faulty]:
    try:
        async with open_directory(settings, writable=False) as copy:
            return await faulty(copy, cursor_name(settings.cases))
    except CaseTablesError:
        # Of which another line tells.
        return ()


def _faults(kept: Sequence[Faulty]) -> Iterator[Finding]:
    if not kept:
        return
    fields = ", ".join(sorted({field for one in kept for field in one.fields}))
    some = ", ".join(one.key for one in kept[:_NAMED]) + (", ..." if kept[_NAMED:] else "")
    told = f"{len(kept)} dossiers changed and could not be read (wrong: {fields}), such as {some}"
    advice = "mend them there: until then no automatic message tells of that change"
    yield Finding(Level.WARN, _WHAT, f"{told}; {advice}")


def _finding(what: str, said: Told | Away, seconds: float) -> Finding:
    if isinstance(said, Away):
        return Finding(Level.FAIL, _WHAT, said.sentence)
    return Finding(Level.OK, _WHAT, f"{what} in {seconds * 1000:.0f} ms")
