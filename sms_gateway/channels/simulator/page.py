"""The pages of the phone: they show what the store holds and remember nothing themselves."""

from collections.abc import Sequence
from typing import Final

from sms_gateway.channels.door import DoorContext
from sms_gateway.channels.simulator.access import Access
from sms_gateway.channels.simulator.conversation import bubbles, waits
from sms_gateway.channels.simulator.form import (
    MAX_TEXT,
    Line,
    UnreadableError,
    read_cookie,
    read_form,
    read_line,
    write_cookie,
)
from sms_gateway.channels.simulator.responses import Problem, Responses
from sms_gateway.domain.ids import DoorName
from sms_gateway.log_question import MessageFilter
from sms_gateway.ports import (
    MAX_REQUEST,
    Page,
    PageContext,
    StoreDownError,
    WebhookReply,
    WebhookRequest,
)
from sms_gateway.reading import MoRow, MtRow

PATH: Final = "/phone"

EXAMPLES: Final = (
    ("MCKH_170703-0001", "của 0900000001: trả lời đầy đủ", "full answer"),
    ("MCKH_170703-0002", "của người khác: trả lời hạn chế", "limited answer"),
    ("MCKH EN 170703-0001", "trả lời bằng tiếng Anh", "in English"),
    ("MCKH_170703-9999", "không có hồ sơ này", "no such dossier"),
    ("MCKH ?", "hướng dẫn", "help"),
)
"""Texts to try: what to text, what it shows in Vietnamese and in English."""

# So long may a page without a script reload itself by itself while an answer is due.
_RELOAD_WITHIN_SECONDS: Final = 30

_DOWN = Problem("the store is down", "Kho tin đang ngừng. Xin thử lại sau ít giây.")
_TOO_LARGE = Problem(f"over {MAX_REQUEST} octets", "Yêu cầu quá dài.")


class PhonePages:
    """Everything under `/phone` that is not a telco's call."""

    def __init__(
        self,
        door: DoorName,
        lines: Sequence[Line],
        access: Access,
        responses: Responses,
        context: DoorContext,
    ) -> None:
        """Prepare.

        Args:
            door: whose messages are shown.
            lines: phones to choose from, at least one.
            access: who may look.
            responses: how it is written.
            context: zone and region.
        """
        self._door = door
        self._lines = lines
        self._access = access
        self._responses = responses
        self._zone = context.timezone
        self._region = context.region

    @property
    def pages(self) -> Sequence[Page]:
        """The routes; no path or query holds a number."""
        return (
            Page("GET", PATH, self._phone),
            Page("POST", f"{PATH}/line", self._choose),
            Page("POST", f"{PATH}/thread", self._thread),
            *(Page("GET", f"{PATH}/{name}", self._static) for name in self._responses.static),
        )

    async def _phone(self, request: WebhookRequest, context: PageContext) -> WebhookReply:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        line = read_cookie(request, self._region) or self._lines[0]
        try:
            rows, pushes = await self._found(line, context)
        except StoreDownError:
            return self._responses.refusal(request, 503, _DOWN)
        values = self._view(line, rows, pushes) | {
            "lines": self._lines,
            "examples": EXAMPLES,
            "draft": _draft(request.query),
            "max_text": MAX_TEXT,
            # Without a script the page itself must tell one sending from the next.
            "message_id": f"page-{context.now.timestamp():.6f}",
            "reload": waits(rows, context.now, _RELOAD_WITHIN_SECONDS),
        }
        return self._responses.html("phone.html", values)

    async def _thread(self, request: WebhookRequest, context: PageContext) -> WebhookReply:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        try:
            line = read_line(read_form(request), self._region)
            rows, pushes = await self._found(line, context)
        except UnreadableError as error:
            return self._responses.refusal(request, 400, error.as_problem())
        except StoreDownError:
            return self._responses.refusal(request, 503, _DOWN)
        return self._responses.html("thread.html", self._view(line, rows, pushes))

    async def _choose(self, request: WebhookRequest, _context: PageContext) -> WebhookReply:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        try:
            form = read_form(request)
            # A button of the list says `pick`, the typed number stands in `number`.
            line = read_line(
                {**form, "number": form.get("pick") or form.get("number", "")}, self._region
            )
        except UnreadableError as error:
            return self._responses.refusal(request, 400, error.as_problem())
        return self._responses.redirect(PATH, write_cookie(line))

    async def _static(self, request: WebhookRequest, _context: PageContext) -> WebhookReply:
        refusal = self._refusal(request)
        return refusal or self._responses.static[request.path.rpartition("/")[2]]

    def _refusal(self, request: WebhookRequest) -> WebhookReply | None:
        if (problem := self._access.denied(request)) is not None:
            return self._responses.refusal(request, 403, problem)
        if len(request.body) > MAX_REQUEST or len(request.query) > MAX_REQUEST:
            return self._responses.refusal(request, 413, _TOO_LARGE)
        return None

    async def _found(
        self, line: Line, context: PageContext
    ) -> tuple[Sequence[MoRow], Sequence[MtRow]]:
        """Texts with their replies, and what came without being asked for."""
        number, *older = numbers = context.hasher.numbers(line.number)
        wanted = MessageFilter(sender_hash=number, older_hashes=older)
        rows = await context.reading.messages(wanted)
        pushes = await context.reading.pushes(numbers)
        # What a real citizen with this number sent through another door is not shown here.
        own = [row for row in rows if row.door == self._door]
        return own, [mt for mt in pushes if mt.door == self._door]

    def _view(
        self, line: Line, rows: Sequence[MoRow], pushes: Sequence[MtRow]
    ) -> dict[str, object]:
        return {"line": line, "bubbles": bubbles(rows, self._zone, pushes)}


def _draft(query: str) -> str:
    """The text of the example that a link named by its place, or nothing."""
    name, _, place = query.partition("=")
    if name == "example" and place.isascii() and place.isdecimal() and len(place) == 1:
        return EXAMPLES[int(place)][0] if int(place) < len(EXAMPLES) else ""
    return ""
