"""Opens every configured door."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from zoneinfo import ZoneInfo

from sms_gateway.channels import DoorContext, door_opener
from sms_gateway.clock import SystemClock
from sms_gateway.domain.ids import DoorName
from sms_gateway.ports import Door
from sms_gateway.reading import MoRow
from sms_gateway.settings import Settings, SettingsError


@asynccontextmanager
async def open_doors(
    settings: Settings, clock: SystemClock
) -> AsyncIterator[Mapping[DoorName, Door]]:
    """Every configured door, in the order of the settings.

    Raises:
        SettingsError: one of them cannot be opened.
    """
    context = DoorContext(
        region=settings.gateway.region,
        clock=clock,
        timezone=ZoneInfo(settings.gateway.timezone),
        inline_s=settings.intake.inline_deadline_s,
        acknowledge_s=settings.intake.acknowledge_deadline_s,
    )
    async with AsyncExitStack() as stack:
        doors = {}
        for key, raw in settings.doors.items():
            name = DoorName(key)
            try:
                opener_of = door_opener(str(raw["kind"]))
            except SettingsError as error:
                message = f"doors.{name}: {error}"
                raise SettingsError(message) from None
            opened = opener_of(name, raw, context)
            doors[name] = await stack.enter_async_context(opened)
        yield doors


def own_part(doors: Mapping[DoorName, Door], kept: bytes, mo: MoRow) -> bytes | None:
    """Of a request what came with one text, where its door is there and can tell."""
    door = doors.get(mo.door)
    return door.own_request(kept, mo) if door is not None and door.own_request else None
