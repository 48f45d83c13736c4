"""The page itself: the numbers to choose from, and what is refused, fenced in and served."""

import dataclasses
import re
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from msgspec.structs import replace

from sms_gateway.channels.simulator.responses import Responses, load_files
from sms_gateway.domain.outcome import MtState
from tests.channels.simulator.contract_case import posted
from tests.channels.simulator.simulator_desk import (
    LINE,
    NOW,
    Shelf,
    got,
    html,
    mo,
    mt,
    pages,
    show,
    thread,
)

BROWSER = {"accept": "text/html", "sec-fetch-site": "same-origin"}


async def test_the_page_starts_with_the_first_number_and_lists_the_others() -> None:
    page = await html(got())
    assert '<input type="hidden" name="from" value="+84900000001">' in page
    assert '<input type="hidden" name="to" value="8083">' in page
    for number in ("0900000001", "0900000002", "+447700900123"):
        assert number in page
    assert "Chưa có tin nào" in page


@pytest.mark.parametrize(
    "form, cookie, number",
    [
        ({"number": "0912 345 678", "short_code": "8183"}, "%2B84912345678/8183", "0912345678"),
        ({**LINE, "pick": "+447700900123"}, "%2B447700900123/8083", "+447700900123"),
        ({"number": "Viettel; a", "short_code": "8083"}, "Viettel%3B%20a/8083", "Viettel; a"),
    ],
)
async def test_a_chosen_number_stays_chosen(
    form: Mapping[str, str], cookie: str, number: str
) -> None:
    reply = await show(posted("/phone/line", form, **BROWSER))
    assert reply.status == 303
    assert reply.headers["Location"] == "/phone"
    pair = reply.headers["Set-Cookie"].partition(";")[0]
    assert pair == f"sms_gateway_phone={cookie}"
    assert f"<b>{number}</b>" in await html(got(cookie=f"a=b; {pair}"))


@pytest.mark.parametrize("cookie", ["sms_gateway_phone=", "sms_gateway_phone=%FF/x", "=;;=/"])
async def test_a_damaged_cookie_is_no_cookie(cookie: str) -> None:
    assert "<b>0900000001</b>" in await html(got(cookie=cookie))


@pytest.mark.parametrize("path", ["/phone/line", "/phone/thread"])
@pytest.mark.parametrize(
    "body", [b"", b"number=&short_code=8083", b"number=0900000001", b"%FF=%FF"]
)
async def test_a_form_that_cannot_be_read_is_refused(path: str, body: bytes) -> None:
    reply = await show(replace(posted(path, {}), body=body))
    assert reply.status == 400
    assert b'"error": "field' in reply.body


@pytest.mark.parametrize(
    "query, draft",
    [
        ("example=0", "MCKH_170703-0001"),
        ("example=4", "MCKH ?"),
        ("example=9", ""),
        ("example=x", ""),
        ("example=%C2%B2", ""),
        ("example=\u00b2", ""),
        ("text=hello", ""),
    ],
)
async def test_a_link_fills_in_an_example_and_nothing_else(query: str, draft: str) -> None:
    page = await html(got(query))
    assert re.findall(r"<textarea[^>]*>(.*)</textarea>", page) == [draft]


async def test_without_scripts_the_page_reloads_itself_only_while_an_answer_is_due() -> None:
    reload = '<meta http-equiv="refresh"'
    queued = dataclasses.replace(mt(), state=MtState.QUEUED)
    old = dataclasses.replace(mo(), received_at=NOW - timedelta(minutes=1))
    assert reload in await html(got(), Shelf([mo()]))
    assert reload in await html(got(), Shelf([mo(reply=queued)]))
    assert reload not in await html(got(), Shelf([mo(reply=mt())]))
    assert reload not in await html(got(), Shelf([old]))
    assert reload not in await html(got())


async def test_while_the_store_is_down_the_page_says_so() -> None:
    for request in (got(), thread(accept="text/html")):
        reply = await show(request, Shelf(down=True))
        assert reply.status == 503
        assert "Kho tin đang ngừng" in reply.body.decode()


async def test_strangers_see_no_page_and_no_file() -> None:
    for method, path in await pages():
        request = replace(posted(path, LINE), method=method, peer="203.0.113.7")
        reply = await show(request, Shelf([mo()]))
        assert reply.status == 403
        assert b"MCKH" not in reply.body


async def test_another_site_cannot_choose_or_read() -> None:
    for path in ("/phone/line", "/phone/thread"):
        reply = await show(posted(path, LINE, **{"sec-fetch-site": "cross-site"}))
        assert reply.status == 403
        assert "Set-Cookie" not in reply.headers


async def test_too_large_a_request_is_refused() -> None:
    large = replace(thread(), body=urlencode({**LINE, "x": "y" * 17_000}).encode())
    assert (await show(large)).status == 413
    assert (await show(got("x" * 17_000))).status == 413


async def test_every_page_is_fenced_in_and_brings_no_code_of_its_own() -> None:
    for method, path in await pages():
        request = replace(posted(path, LINE, accept="text/html"), method=method)
        reply = await show(request, Shelf([mo(reply=mt())]))
        assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
        assert reply.headers["Referrer-Policy"] == "no-referrer"
        if reply.content_type.startswith("text/html"):
            page = reply.body.decode()
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|https?://", page)
            assert re.findall(r"<script.*?</script>", page, re.DOTALL) in (
                [],
                ['<script src="/phone/phone.js" type="module"></script>'],
            )


async def test_the_files_of_the_page_are_all_served() -> None:
    page = await html(got())
    used = set(re.findall(r'(?:src|href)="(/phone/[^"?]+)"', page))
    assert used == {f"/phone/{name}" for name in Responses(await load_files()).static}
    for path in used:
        reply = await show(got(path=path))
        assert reply.status == 200
        assert reply.body


async def test_every_label_belongs_to_a_field_and_every_id_is_there_once() -> None:
    page = await html(got(), Shelf([mo(1, reply=mt(1)), mo(2, reply=mt(2))]))
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'\sfor="([^"]+)"', page)) <= set(ids)
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
