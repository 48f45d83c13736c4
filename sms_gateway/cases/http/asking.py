"""One question to a case database, with its session and its next page."""

import asyncio
from dataclasses import replace
from functools import partial

from yarl import URL

from sms_gateway.cases.http.answer import LARGE, UNAUTHORISED, Page, Reader, place_of
from sms_gateway.cases.http.calling import Line, Reply
from sms_gateway.cases.http.login import Session, Sessions
from sms_gateway.cases.http.request import Outgoing, Writer
from sms_gateway.cases.remote import Away
from sms_gateway.described.body import Value
from sms_gateway.described.places import at_path
from sms_gateway.settings import SettingsError
from sms_gateway.settings.cases_http import HttpPaging

PAGE_NAMES = ("page", "offset", "end", "limit")
"""Placeholders of paging."""

_LONGEST_ADDRESS = 2_000
_NO_ADDRESS = Away("broken", "the next page has no address, or one on another host")


class Asker:
    """Asks, logs in before and once more where the session is refused."""

    def __init__(self, line: Line, reader: Reader, sessions: Sessions | None) -> None:
        self._line = line
        self._reader = reader
        self._sessions = sessions

    async def ask(
        self,
        writer: Writer,
        values: dict[str, Value],
        codes: tuple[str, ...] = (),
        next_page: URL | None = None,
    ) -> Page | Away:
        """The answer to one request.

        Args:
            writer: what writes it.
            values: of its placeholders, without the session.
            codes: numbers that it asks for.
            next_page: an address that stands in place of its own.
        """
        if self._sessions is None:
            request = writer.write(values, codes)
            return await self._read(await self._once(request, next_page), writer, codes)
        answer: Page | Away = Away(UNAUTHORISED, "")
        for _attempt in ("with the session that is there", "with a new one"):
            session = await self._sessions.get()
            if not isinstance(session, Session):
                return session
            request = writer.write({**values, "session": session.value}, codes)
            answer = await self._read(await self._once(request, next_page), writer, codes)
            if not isinstance(answer, Away) or answer.reason != UNAUTHORISED:
                break
            self._sessions.forget(session)
        return answer

    async def _once(self, request: Outgoing, next_page: URL | None) -> Reply | Away:
        if next_page is not None:
            request = replace(request, url=next_page)
        return await self._line.call(request)

    async def _read(
        self, reply: Reply | Away, writer: Writer, codes: tuple[str, ...]
    ) -> Page | Away:
        if not isinstance(reply, Reply):
            return reply
        in_path = writer.code_in_path
        read = partial(self._reader.read, reply, may_be_missing=in_path, of_number=bool(codes))
        return read() if len(reply.body) <= LARGE else await asyncio.to_thread(read)


class Paging:
    """Which page comes after one."""

    def __init__(self, paging: HttpPaging, base: URL, at: str) -> None:
        """Read the settings; SettingsError where they cannot be used.

        Args:
            paging: the settings.
            base: of all addresses.
            at: dotted key of `paging`, named in errors.
        """
        if (paging.kind == "next") != bool(paging.next):
            msg = f"{at}: set next, the place of the address of the next page, with kind next only"
            raise SettingsError(msg)
        self._kind = paging.kind
        self._first = paging.first
        self._size = paging.size
        self._next = place_of(paging.next)
        self._base = base

    def size(self, most: int) -> int:
        """Rows to ask for."""
        return min(self._size, most)

    def values(self, place: str, size: int) -> dict[str, Value]:
        """The placeholders of a page; an empty place is the first one."""
        number = int(place) if place.isdecimal() else 0
        page = number if self._kind == "page" and place else self._first
        offset = number if self._kind == "offset" else 0
        return {"page": page, "offset": offset, "end": offset + size, "limit": size}

    def address(self, place: str) -> URL | None:
        """Where the page is, where the answer before said so."""
        return URL(place, encoded=True) if self._kind == "next" and place else None

    def after(self, place: str, page: Page, size: int) -> str | Away:
        """The place of the page after one; empty where that is the last one."""
        if self._kind == "next":
            return self._named(at_path(page.document, self._next))
        if self._kind == "none" or len(page.rows) < size:
            return ""
        at = self.values(place, size)
        return str(int(str(at["page"])) + 1 if self._kind == "page" else at["end"])

    def _named(self, said: object) -> str | Away:
        if said in (None, ""):
            return ""
        if not isinstance(said, str) or len(said) > _LONGEST_ADDRESS:
            return _NO_ADDRESS
        try:
            url = self._base.join(URL(said))
        except ValueError:
            return _NO_ADDRESS
        if not url.host or url.origin() != self._base.origin():
            return _NO_ADDRESS
        return str(url.with_fragment(None))
