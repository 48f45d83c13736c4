"""Whether who was let in is still who they were, while a long answer goes out."""

from sms_gateway.console.cookies import session_token
from sms_gateway.console.visit import Visit


async def is_still_there(visit: Visit) -> bool:
    """Whether the session goes on, and its person may do and see what they could at first.

    Asked for by a page itself, so that it keeps no session awake.

    Raises:
        StoreDownError: nobody knows.
    """
    access = visit.desk.access
    session = await access.session(session_token(visit.request), awake=False)
    if session is None or visit.session is None:
        return False
    now, then = session.person, visit.person
    return (now.id, now.role, now.agencies) == (then.id, then.role, then.agencies)
