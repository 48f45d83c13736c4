"""The other numbers of the dossiers that a code leads to, so that either one finds their texts."""

import asyncio
from collections.abc import Iterator, Sequence

from sms_gateway.cli.importing import open_directory
from sms_gateway.domain.dossier import (
    CaseLookup,
    Dossier,
    Unavailable,
    canonical_key,
)
from sms_gateway.domain.ids import CanonicalKey, DossierId
from sms_gateway.enquiry.choosing import dossiers_of
from sms_gateway.settings import Settings

Others = tuple[tuple[CanonicalKey, DossierId], ...]


def other_numbers(settings: Settings, key: CanonicalKey) -> tuple[Others, str]:
    """Each other number of a dossier that has this one, with that dossier.

    Also why the case database could not say, as one word; empty where it could.
    """
    found = asyncio.run(_ask(settings, key))
    why = found.reason if isinstance(found, Unavailable) else ""
    return tuple(_others(dossiers_of(found), key)), why


async def _ask(settings: Settings, key: CanonicalKey) -> CaseLookup:
    # Our own copy has all that anybody ever asked for.
    async with open_directory(settings, writable=False) as directory:
        return (await directory.find_many([key]))[key]


def _others(
    dossiers: Sequence[Dossier], key: CanonicalKey
) -> Iterator[tuple[CanonicalKey, DossierId]]:
    for dossier in dossiers:
        for number in (dossier.id, dossier.receipt):
            other = canonical_key(number)
            if other and other != key:
                yield other, dossier.id
