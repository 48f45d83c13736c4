"""What the command line asks, and how it is told what was not done."""

from typing import TypeVar

from sms_gateway.access.access import Access
from sms_gateway.access.signing_in import plain_login
from sms_gateway.access.values import NotDone
from sms_gateway.commands import CommandError

T = TypeVar("T")


def done(result: T | NotDone) -> T:
    """What an act gave.

    Raises:
        CommandError: it was not done; says why.
    """
    if isinstance(result, NotDone):
        raise CommandError(result.line)
    return result


async def end_sessions(access: Access, login: str, by: str) -> int:
    """End all sessions of the person of that login; how many. Raises CommandError."""
    name = plain_login(login)
    for row in await access.staff():
        if row.login == name:
            return await access.revoke_all(row.person, by)
    message = f"nobody has the login {name[:64]!r}: see sms-gateway staff list"
    raise CommandError(message)
