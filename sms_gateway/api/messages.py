"""`GET /api/v1/messages` and one of them."""

import re
from collections.abc import Mapping
from typing import Final

from aiohttp import web

from sms_gateway.api.asked import fields_of, id_of, matching, moment_of, whole, word
from sms_gateway.api.described import told_message, told_timeline
from sms_gateway.api.desk import Call, Endpoint
from sms_gateway.api.problems import NOT_FOUND, Problem, said
from sms_gateway.domain.api import READ_ACT, Scope
from sms_gateway.domain.dossier import canonical_key
from sms_gateway.domain.ids import DoorName, MessageId
from sms_gateway.domain.message import Language
from sms_gateway.domain.outcome import Delivery, Outcome
from sms_gateway.log_question import MessageFilter

MOST: Final = 200
"""Messages of one answer."""

_USUAL: Final = 50
_OUTCOMES: Final = (*Outcome, "unanswered", "unhandled")
_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,32}")
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]{0,63}")
_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FIELDS: Final = (
    *("since", "until", "code", "outcome", "operator", "door", "delivery", "language"),
    *("before", "limit"),
)


async def list_messages(call: Call) -> web.Response | Problem:
    """Those that are wanted, newest first.

    Raises:
        AskedError: a field is not as the specification says.
        StoreDownError: see there.
    """
    found = await call.desk.reading.find(_question(call, fields_of(call.request, _FIELDS)))
    unmasked = await _unmasked(call, "", f"messages={len(found.rows)}")
    rows = [told_message(mo, unmasked=unmasked) for mo in found.rows]
    return said({"messages": rows, "next": found.go_on})


async def show_message(call: Call) -> web.Response | Problem:
    """All that happened to one; another agency's is as if it were not there.

    Raises:
        AskedError, StoreDownError: as above.
    """
    fields_of(call.request, ())
    wanted = call.request.match_info["id"]
    if not _ID.fullmatch(wanted):
        return NOT_FOUND
    found = await call.desk.reading.timeline(MessageId(wanted))
    if found is None or not call.token.sees(found.agency):
        return NOT_FOUND
    unmasked = await _unmasked(call, wanted, "")
    return said({"id": wanted, **told_timeline(found, unmasked=unmasked)})


async def _unmasked(call: Call, subject: str, detail: str) -> bool:
    """Whether full numbers are told; that they were is written down before."""
    unmasked = call.token.may(Scope.READ_UNMASKED)
    if unmasked:
        await call.desk.audit(call.desk.now(), call.token.actor, READ_ACT, subject, detail)
    return unmasked


def _question(call: Call, asked: Mapping[str, str]) -> MessageFilter:
    door, delivery = (
        matching("door", asked.get("door"), _NAME),
        word("delivery", asked.get("delivery"), tuple(Delivery)),
    )
    return MessageFilter(
        since=moment_of("since", asked.get("since")),
        until=moment_of("until", asked.get("until")),
        code_prefix=canonical_key(matching("code", asked.get("code"), _CODE) or ""),
        outcome=word("outcome", asked.get("outcome"), _OUTCOMES),
        operator=matching("operator", asked.get("operator"), _NAME),
        door=None if door is None else DoorName(door),
        delivery=None if delivery is None else Delivery(delivery),
        language=word("language", asked.get("language"), tuple(Language)),
        before=id_of("before", asked.get("before")),
        limit=whole("limit", asked.get("limit"), MOST) or _USUAL,
        agencies=call.agencies,
    )


ENDPOINTS: Final = (
    Endpoint("GET", "/api/v1/messages", Scope.READ_MESSAGES, list_messages),
    Endpoint("GET", "/api/v1/messages/{id}", Scope.READ_MESSAGES, show_message),
)
