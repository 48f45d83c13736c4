"""`audit verify`: whether the chain holds."""

import asyncio
import re
from typing import assert_never

import click

from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import as_json, places
from sms_gateway.cli.output import print_json, print_text
from sms_gateway.domain.audit_chain import ChainFault, Check, Head, Wrong
from sms_gateway.folder import number_hasher
from sms_gateway.settings import Settings
from sms_gateway.store.opening import open_reading
from sms_gateway.store.verifying import verified

_HEAD = re.compile(r"(?P<seq>[1-9][0-9]{0,17}):(?P<hash>[0-9a-f]{64})")


@click.command(short_help="See that no line was changed or lost.")
@click.option(
    "--head",
    metavar="SEQ:HASH",
    help="See also that this line is the one that the journal knows (event audit.head).",
)
@as_json
@places
def verify(head: str | None, *, as_json: bool) -> None:
    """See that no line of the audit was changed, taken away, put in or moved.

    Prints one line for each fault, and one at the end with what was met. The status is 1 where
    anything is wrong, else 0. With --json each fault is one line with the keys wrong, first and
    last; then comes one with faults, lines, blanked, purged, seq and hash. Works while the gateway
    runs.
    """
    settings = load_settings()
    require_store(settings)
    known = None if head is None else _head_of(head)
    check = Check(number_hasher(settings.data_path).seals, known)
    faults = asyncio.run(_told(settings, check, as_json=as_json))
    if as_json:
        met = {"lines": check.lines, "blanked": check.blanked, "purged": check.purged}
        print_json({"faults": faults, **met, "seq": check.at.seq, "hash": check.at.hash})
    else:
        print_text(_summary(check, faults))
    if faults:
        click.get_current_context().exit(1)


async def _told(settings: Settings, check: Check, *, as_json: bool) -> int:
    faults = 0
    async with open_reading(settings.store_at) as reading:
        async for fault in verified(reading.trail, check):
            faults += 1
            if as_json:
                print_json({"wrong": fault.wrong, "first": fault.first, "last": fault.last})
            else:
                print_text(sentence(fault))
    return faults


def sentence(fault: ChainFault) -> str:
    """What is wrong, for people."""
    lines = f"line {fault.first}"
    if fault.last > fault.first and fault.wrong is not Wrong.HEAD:
        lines = f"lines {fault.first} to {fault.last}"
    match fault.wrong:
        case Wrong.CHANGED:
            told = "changed after it was written"
        case Wrong.MISSING:
            told = "missing, and no purge took them"
        case Wrong.FORK:
            told = "there is another one of this number, or it was purged before"
        case Wrong.DETACHED:
            told = "does not follow the line before it"
        case Wrong.UNSIGNED:
            told = "gone, and what says so is signed by no key in keys/"
        case Wrong.HEAD:
            told = f"the chain says that it ends here: it ends at {fault.last}"
        case Wrong.OTHER:
            told = "not the line that the journal knows"
        case Wrong.UNCHAINED:
            return f"{fault.last} lines are not in the chain yet: a running gateway takes them in"
        case _:
            assert_never(fault.wrong)
    return f"{lines}: {told}"


def _summary(check: Check, faults: int) -> str:
    met = f"{check.lines} lines, {check.blanked} of them blanked; {check.purged} purged before"
    verdict = f"{faults} faults" if faults else "ok"
    return f"{verdict}: {met}; head {check.at.seq}:{check.at.hash}"


def _head_of(text: str) -> Head:
    found = _HEAD.fullmatch(text)
    if found is None:
        message = "write the number and the hash of the line in the journal: 12:9f86..."
        raise click.BadParameter(message, param_hint="'--head'")
    return Head(int(found["seq"]), found["hash"])
