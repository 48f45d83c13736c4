import io
import json
import re

import pytest

from tests.web.web_desk import REPLY, WebDesk


async def test_it_says_that_it_lives(desk: WebDesk) -> None:
    desk.rooms.wrong = {"store": "SQLITE_FULL"}
    status, headers, body = await desk.get("/live")
    assert (status, json.loads(body)) == (200, {"status": "ok"})
    assert headers["cache-control"] == "no-store"


async def test_it_is_ready_where_nothing_is_wrong(desk: WebDesk) -> None:
    status, _, body = await desk.get("/ready")
    assert (status, json.loads(body)) == (200, {"status": "ok", "wrong": {}})


async def test_it_is_not_ready_while_its_store_is_down(desk: WebDesk) -> None:
    desk.rooms.wrong = {"store": "SQLITE_FULL"}
    status, _, body = await desk.get("/ready")
    assert status == 503
    assert json.loads(body) == {"status": "unavailable", "wrong": {"store": "SQLITE_FULL"}}


async def test_without_dossiers_texts_are_still_taken_so_that_it_is_ready_but_degraded(
    desk: WebDesk,
) -> None:
    desk.rooms.wrong = {"store": "", "cases": "locked"}
    status, _, body = await desk.get("/ready")
    assert status == 200
    assert json.loads(body) == {"status": "degraded", "wrong": {"cases": "locked"}}


async def test_without_store_and_dossiers_it_is_not_ready(desk: WebDesk) -> None:
    desk.rooms.wrong = {"store": "SQLITE_FULL", "cases": "locked"}
    status, _, body = await desk.get("/ready")
    assert (status, json.loads(body)["status"]) == (503, "unavailable")
    assert set(json.loads(body)["wrong"]) == {"store", "cases"}


async def test_its_figures_name_nobody(desk: WebDesk) -> None:
    desk.rooms.taken = REPLY
    await desk.post(b"MCKH 170703-0001 of 0900000001", "/mo?from=0900000001")
    status, headers, body = await desk.get("/metrics")
    assert status == 200
    assert headers["content-type"].startswith("text/plain")
    labels = re.findall(rb'="([^"]*)"', body)
    assert b"telco" in labels
    assert not [label for label in labels if re.search(rb"\d{8}|MCKH", label)]


async def test_a_page_of_a_door_is_shown_as_the_door_made_it(desk: WebDesk) -> None:
    status, headers, body = await desk.get("/page")
    assert (status, headers["content-type"], body) == (200, "text/html", b"/page")
    assert headers["x-door"] == "desk"


async def test_a_page_that_the_door_does_not_show_is_counted(desk: WebDesk) -> None:
    desk.page_status = 403
    assert (await desk.get("/page"))[0] == 403
    assert desk.counted('sms_refused_total{door="desk",reason="unauthorised"} 1.0')


async def test_a_page_that_breaks_shows_nothing_of_it(
    desk: WebDesk, captured_logs: io.StringIO
) -> None:
    desk.page = RuntimeError("MCKH of 0900000001")
    status, _, body = await desk.get("/page")
    assert (status, body) == (503, b'{"error": "internal_error"}')
    assert "MCKH" not in captured_logs.getvalue()


@pytest.mark.parametrize("path", ["/", "/mo/other", "/dlr", "/phone"])
async def test_what_is_not_there_is_not_found(desk: WebDesk, path: str) -> None:
    assert (await desk.get(path))[0] in (404, 405)
