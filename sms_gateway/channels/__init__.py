"""Doors to telcos: one folder each, strangers to one another.

What enters: a telco's calls as octets, and MTs to hand over. What leaves: MOs and DLRs as values,
replies as octets, and the fate of each MT. A new telco is a folder with `channel.py`, one line in
`KINDS`, and `tests/channels/<kind>/contract_case.py`.
"""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from sms_gateway.channels.door import DoorContext, DoorOpener
from sms_gateway.settings import SettingsError

__all__ = ["KINDS", "DoorContext", "DoorOpener", "door_opener"]

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "http": "sms_gateway.channels.http.channel:open_door",
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
        msg = f"kind {kind!r} is not known; known here: {', '.join(sorted(KINDS))}"
        raise SettingsError(msg)
    module, _, function = KINDS[kind].partition(":")
    opener: DoorOpener = getattr(import_module(module), function)
    return opener
