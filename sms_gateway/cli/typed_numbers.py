"""Phone numbers that a person types, as the store knows them."""

import asyncio
from collections.abc import Mapping, Sequence

import click

from sms_gateway.cli.group import Fault
from sms_gateway.domain.ids import NumberHash
from sms_gateway.domain.msisdn import AddressKind, read_address
from sms_gateway.folder import NUMBER_KEY, number_hasher
from sms_gateway.settings import Settings
from sms_gateway.store.opening import open_reading


def number_hashes(
    settings: Settings, phone: str, option: str = "'--phone'"
) -> Sequence[NumberHash]:
    """The hashes under which a phone number that a person typed is found, today's the first.

    Args:
        settings: see there.
        phone: the number.
        option: what to name in the error.

    Raises:
        click.BadParameter: it is none.
        Fault: messages are written by a key that is not here, so that none of these would be found.
        FolderError, and what opening the store raises.
    """
    address = read_address(phone, settings.gateway.region)
    if address is None or address.kind is AddressKind.NAME:
        message = "no phone number: write it as 0900000001 or +84900000001"
        raise click.BadParameter(message, param_hint=option)
    hasher = number_hasher(settings.data_path)
    used = asyncio.run(_keys_used(settings)).get(NUMBER_KEY)
    if used is not None and used not in {one.key_id for one in hasher.each()}:
        message = (
            f"the messages are written by key {used}, which is not here: put its copy into "
            f"{settings.data_path / 'keys'} first"
        )
        raise Fault(message)
    return hasher.numbers(address)


async def _keys_used(settings: Settings) -> Mapping[str, str]:
    async with open_reading(settings.store_at) as reading:
        return await reading.keys_used()
