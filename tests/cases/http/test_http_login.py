"""A session is asked for first, once for many requests, and once more where it is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from sms_gateway.cases.remote import Told
from sms_gateway.domain.ids import CanonicalKey
from tests.cases.http.api import KEY, ONE, OTHER, SECRET, Api, asking, ids, reason
from tests.virtual_time import VirtualClock

TABLE: Mapping[str, object] = {
    "login": {
        "path": "/login",
        "body": '{"username": "an", "password": "{secret.password}"}',
        "lifetime_s": 60,
    },
    "secrets": {"password": SECRET},
    "headers": {"dstcode": "{value.to}", "X-Session": "{session}"},
    "values": {"to": "VN:1"},
    "find": {"method": "POST", "path": "/q", "body": '{"session": "{session}", "no": "{code}"}'},
    "answer": {"rows": "data", "code": "error_code", "ok": ["0"], "unauthorised": ["401"]},
}


@dataclass
class Portal:
    """Gives sessions s1, s2 and so on, and takes the last one.

    Attributes:
        logins: bodies of logins.
        headers: of the last login.
        said: what a login is answered, the last one again and again; None for a session.
        takes: whether any session is taken.
        by_status: an old session is refused by the status of HTTP, else by a word.
    """

    logins: list[Any] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)
    said: object = None
    status: int = 200
    takes: bool = True
    by_status: bool = True
    valid: str = ""
    asked: int = 0

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.json()
        if request.path == "/login":
            self.logins.append(body)
            self.headers = request.headers
            self.valid = f"s{len(self.logins)}"
            session = {"session": self.valid, "error_code": 0}
            return web.json_response(self.said or session, status=self.status)
        self.asked += 1
        taken = self.takes and body["session"] == request.headers["X-Session"] == self.valid
        if taken:
            return web.json_response({"error_code": 0, "data": [ONE]})
        return web.json_response({"error_code": 401}, status=401 if self.by_status else 200)


async def test_a_session_is_asked_for_once_and_used_for_all() -> None:
    portal = Portal()
    async with asking(Api(portal.answer), TABLE) as remote:
        assert ids(await remote.find([KEY, OTHER])) == ["170703-0001"]
        assert ids(await remote.find([KEY])) == ["170703-0001"]

    assert portal.logins == [{"username": "an", "password": SECRET}]
    assert portal.headers["dstcode"] == "VN:1"
    assert "X-Session" not in portal.headers


@pytest.mark.parametrize("by_status", [True, False])
async def test_a_session_that_is_refused_is_renewed_once_for_all(*, by_status: bool) -> None:
    portal = Portal(by_status=by_status)
    keys = [KEY, *(CanonicalKey(str(number)) for number in range(9))]
    async with asking(Api(portal.answer), TABLE) as remote:
        await remote.find([KEY])
        portal.valid = "gone"
        assert ids(await remote.find(keys)) == ["170703-0001"]
    assert len(portal.logins) == 2


async def test_a_session_is_renewed_only_once_for_a_request() -> None:
    portal = Portal(takes=False)
    async with asking(Api(portal.answer), TABLE) as remote:
        assert reason(await remote.find([KEY])) == "unauthorised"
    assert (len(portal.logins), portal.asked) == (2, 2)


async def test_a_session_is_renewed_when_it_is_old() -> None:
    portal, clock = Portal(), VirtualClock()
    async with asking(Api(portal.answer), TABLE, clock=clock) as remote:
        await remote.find([KEY])
        await clock.advance(59)
        await remote.find([KEY])
        assert len(portal.logins) == 1
        await clock.advance(2)
        await remote.find([KEY])
    assert len(portal.logins) == 2


@pytest.mark.parametrize(
    "said, status, wanted",
    [
        ({"error_code": 1, "message": SECRET}, 200, "unauthorised"),
        ({"session": ""}, 200, "unauthorised"),
        ({"session": {"a": SECRET}}, 200, "unauthorised"),
        ({"session": "a\r\nX: b"}, 200, "broken"),
        ({"session": "é"}, 200, "broken"),
        ({"session": "s" * 5_000}, 200, "broken"),
        ({"message": SECRET}, 401, "unauthorised"),
        ({"message": SECRET}, 403, "unauthorised"),
        ({"message": SECRET}, 500, "failed"),
        ({"message": SECRET}, 302, "failed"),
    ],
)
async def test_a_login_that_fails_is_told_and_nothing_is_asked(
    said: object, status: int, wanted: str
) -> None:
    portal = Portal(said=said, status=status)
    async with asking(Api(portal.answer), TABLE) as remote:
        assert reason(await remote.find([KEY])) == wanted
    assert portal.asked == 0


async def test_a_wrong_password_is_not_offered_by_each_of_many_requests() -> None:
    """Many a system locks an account after some of them."""
    portal = Portal(said={"error_code": 1})
    keys = [CanonicalKey(str(number)) for number in range(10)]
    async with asking(Api(portal.answer), TABLE) as remote:
        assert reason(await remote.find(keys)) == "unauthorised"
    assert len(portal.logins) == 1


async def test_a_session_is_a_number_where_the_portal_says_one() -> None:
    portal = Portal(said={"session": 12345678901234567890123})
    async with asking(Api(portal.answer), TABLE) as remote:
        await remote.find([KEY])
    assert portal.asked == 2


async def test_an_api_without_login_is_asked_once_where_it_refuses() -> None:
    api = Api(Portal(takes=False).answer)
    table = {**TABLE, "login": None, "headers": {"X-Session": "x"}}
    find = {"method": "POST", "path": "/q", "body": '{"session": "x", "no": "{code}"}'}
    async with asking(api, {**table, "find": find}) as remote:
        answer = await remote.find([KEY])
    assert not isinstance(answer, Told)
    assert reason(answer) == "unauthorised"
    assert len(api.asked) == 1


async def test_a_password_that_is_refused_is_offered_ever_more_seldom() -> None:
    portal, clock = Portal(status=401), VirtualClock()
    async with asking(Api(portal.answer), TABLE, clock=clock) as remote:
        for _ in range(720):
            assert reason(await remote.find([KEY])) == "unauthorised"
            await clock.advance(5)
        assert len(portal.logins) <= 12
        portal.status = 200
        await clock.advance(600)
        assert ids(await remote.find([KEY])) == ["170703-0001"]


async def test_a_login_that_fails_otherwise_is_tried_again_at_once() -> None:
    portal = Portal(status=500)
    async with asking(Api(portal.answer), TABLE) as remote:
        assert reason(await remote.find([KEY])) == "failed"
        portal.status = 200
        assert ids(await remote.find([KEY])) == ["170703-0001"]
