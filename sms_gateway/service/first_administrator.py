"""The link for whoever is to be the first administrator, where nobody has an account yet.

It is written into a file that only the gateway's user reads: what is printed ends in a journal.
"""

import asyncio
import os
from pathlib import Path

from sms_gateway.access import Access
from sms_gateway.ports import StoreDownError

FILE = "first-administrator.txt"

_INVITE = "/console/invite/"


async def offer_first(access: Access, folder: Path, base: str) -> Path | None:
    """Write the link down; where, or None where somebody has an account, or the store is down.

    The link of an earlier start is worth nothing then.

    Args:
        access: knows the staff.
        folder: the data folder.
        base: address of the console's listener, without a slash at the end.

    Raises:
        OSError: the file cannot be written.
    """
    file = folder / FILE
    try:
        token = await access.first_administrator()
    except StoreDownError:
        return None
    if token is None:
        await asyncio.to_thread(file.unlink, missing_ok=True)
        return None
    await asyncio.to_thread(_write, file, f"{base}{_INVITE}{token.value}\n")
    return file


def _write(file: Path, line: str) -> None:
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(line)
