"""What replies say now: as the files have it, and as was approved at the console."""

import asyncio
from collections.abc import Iterator, Sequence

from sms_gateway.cli.copies_checks import unless_store_fails
from sms_gateway.cli.findings import Finding, Level
from sms_gateway.cli.opened import nobodys_hasher, stored
from sms_gateway.clock import SystemClock
from sms_gateway.domain.wordings import WordingVersion
from sms_gateway.enquiry.replies import Replies
from sms_gateway.enquiry.wordings import Versions, in_force
from sms_gateway.rules import by_staff, in_console, load_rules
from sms_gateway.settings import Settings
from sms_gateway.store.opening import open_reading


async def kept_versions(settings: Settings) -> Sequence[WordingVersion]:
    """All versions that anybody proposed. Raises StoreDownError, SchemaError."""
    async with open_reading(settings.store_at) as reading:
        return await reading.wordings()


def held(settings: Settings, versions: Sequence[WordingVersion]) -> Versions:
    """Those that hold now; none where the files are the source."""
    return in_force(versions, SystemClock().now()) if in_console(settings) else {}


def replies_now(settings: Settings) -> tuple[Replies, Versions, Sequence[WordingVersion]]:
    """What replies say, the versions that make them say so, and those that no longer fit.

    Where there is no message store, or the files are the source, none is asked for.

    Raises:
        StoreDownError, SchemaError: the store cannot be read.
    """
    asked = in_console(settings) and stored(settings)
    versions = held(settings, asyncio.run(kept_versions(settings)) if asked else ())
    rules, unfit = by_staff(load_rules(settings, nobodys_hasher()), settings, (), versions)
    lost = {one.template for one in unfit}
    told = {
        name: one for name, one in versions.items() if one.wording is not None and name not in lost
    }
    return rules.replies, told, unfit


def wordings(settings: Settings) -> Iterator[Finding]:
    """For `doctor`: which replies go by what was approved, and which approved wording is lost."""
    found = unless_store_fails(lambda: replies_now(settings))
    if found is None:
        return
    _, told, unfit = found
    for one in unfit:
        yield Finding(
            Level.WARN,
            "wording",
            f"{one.template}: the version that was approved breaks a rule of this gateway, so the "
            "file's wording holds: propose another one at the console",
        )
    if told:
        yield Finding(Level.OK, "wording", f"from the console: {' '.join(told)}; others: the files")
