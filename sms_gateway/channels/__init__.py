"""Doors to telcos: one folder each, strangers to one another.

What enters: a telco's calls as octets, and MTs to hand over. What leaves: MOs and DLRs as values,
replies as octets, and the fate of each MT. A new telco is a folder with `channel.py`, one line in
`KINDS`, and `tests/channels/<kind>/contract_case.py`; or, where settings can describe it, a folder
of `presets`.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from importlib import import_module
from types import MappingProxyType

from sms_gateway.channels import presets
from sms_gateway.channels.door import DoorContext, DoorOpener
from sms_gateway.domain.ids import DoorName
from sms_gateway.ports import Door
from sms_gateway.settings import SettingsError
from sms_gateway.settings.decode import advice

__all__ = ["KINDS", "DoorContext", "DoorOpener", "door_opener"]

_HTTP = "sms_gateway.channels.http.channel:open_door"

KINDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(presets.KINDS, _HTTP),
        "http": _HTTP,
        "simulator": "sms_gateway.channels.simulator.channel:open_door",
        "smpp": "sms_gateway.channels.smpp.channel:open_door",
    }
)
"""What `kind` of a door may say, to the function that opens it; imported only when it is used."""


def door_opener(kind: str) -> DoorOpener:
    """The function that opens doors of a kind.

    Raises:
        SettingsError: no such kind.
    """
    if kind not in KINDS:
        msg = f"kind {kind!r} is not known; {advice(kind, list(KINDS))}"
        raise SettingsError(msg)
    module, _, function = KINDS[kind].partition(":")
    opener: DoorOpener = getattr(import_module(module), function)
    return _over_preset(opener) if kind in presets.KINDS else opener


def _over_preset(opener: DoorOpener) -> DoorOpener:
    @asynccontextmanager
    async def opened(
        name: DoorName, raw: Mapping[str, object], context: DoorContext
    ) -> AsyncIterator[Door]:
        # In a thread, for presets are files.
        table = await asyncio.to_thread(_laid_over, name, raw)
        async with opener(name, table, context) as door:
            yield door

    return opened


def _laid_over(name: DoorName, raw: Mapping[str, object]) -> Mapping[str, object]:
    table = presets.laid_over(name, raw)
    if missing := presets.wanted(name, table):
        raise missing
    return table
