"""Files that browsers keep, sent while they are made."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

from aiohttp import hdrs, web

from sms_gateway.console.guards import harden
from sms_gateway.console.staying import is_still_there
from sms_gateway.console.visit import Visit
from sms_gateway.ports import StoreDownError
from sms_gateway.reports.renderers.long_tables import CSV_HEAD, Line, LongSheet, csv_lines

FileForm = Literal["csv", "xlsx"]
FORMS: Final[Sequence[FileForm]] = ("csv", "xlsx")

_KINDS: Final = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_LONGEST: Final = 900.0
"""Seconds that a download may take: who reads slower keeps others from theirs."""

_LOOK_EACH: Final = 10
"""After so many pages it is looked whether who gets them is still signed in, as they were."""

_CHUNK: Final = 256 * 1024

Pages = AsyncIterator[Sequence[Line]]


def form_wanted(visit: Visit) -> FileForm | None:
    """The form that a person chose; None where it is none."""
    chosen = visit.form.get("form", 8)
    return next((form for form in FORMS if form == chosen), None)


async def send_table(
    visit: Visit, form: FileForm, name: str, headings: Line, pages: Pages
) -> web.StreamResponse:
    """Send a table while it is read; its end goes when the page returns what this gives.

    Args:
        visit: whose browser gets it.
        form: of the file.
        name: of the file, without its ending.
        headings: of the columns.
        pages: the rows, some at a time.

    Raises:
        FormMissingError: what writes the form is not installed; nothing was sent.
        ConnectionError: the file is broken off, and the browser is told so by that.
    """
    response = attachment(visit, form, name)
    try:
        pages = _watched(visit, pages)
        async with asyncio.timeout(_LONGEST):
            if form == "csv":
                await _send_csv(visit, response, headings, pages)
            else:
                await _send_workbook(visit, response, headings, pages)
    except (StoreDownError, TimeoutError) as error:
        if not response.prepared:
            raise StoreDownError from error
        # A whole-looking file that lacks its end would be worse than a download that fails.
        raise ConnectionResetError from error
    return response


async def _watched(visit: Visit, pages: Pages) -> Pages:
    """The same; broken off when who gets them may not have them any more."""
    since = 0
    async for rows in pages:
        if not since and not await is_still_there(visit):
            raise ConnectionResetError
        since = (since + 1) % _LOOK_EACH
        yield rows


def attachment(visit: Visit, form: FileForm, name: str) -> web.StreamResponse:
    """The beginning of a file that a browser keeps."""
    response = web.StreamResponse()
    response.content_type = _KINDS[form]
    if form == "csv":
        response.charset = "utf-8"
    response.headers[hdrs.CONTENT_DISPOSITION] = f'attachment; filename="{name}.{form}"'
    harden(response, tls=visit.desk.around.tls)
    return response


async def _send_csv(
    visit: Visit, response: web.StreamResponse, headings: Line, pages: Pages
) -> None:
    await response.prepare(visit.request)
    await response.write(CSV_HEAD + csv_lines([headings]))
    async for rows in pages:
        await response.write(await asyncio.to_thread(csv_lines, rows))


async def _send_workbook(
    visit: Visit, response: web.StreamResponse, headings: Line, pages: Pages
) -> None:
    """A workbook is known when its last row is: it lies in a private folder until it is sent."""
    folder = await asyncio.to_thread(partial(TemporaryDirectory, prefix="sms-gateway-"))
    try:
        sheet = await asyncio.to_thread(LongSheet, Path(folder.name), headings)
        async for rows in pages:
            await asyncio.to_thread(sheet.add, rows)
        await asyncio.to_thread(sheet.finish)
        await response.prepare(visit.request)
        with await asyncio.to_thread(sheet.path.open, "rb") as file:
            while chunk := await asyncio.to_thread(file.read, _CHUNK):
                await response.write(chunk)
    finally:
        await asyncio.to_thread(folder.cleanup)
