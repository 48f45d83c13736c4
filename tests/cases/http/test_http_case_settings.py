"""Settings that cannot be used are told at the start, and secrets are told nowhere."""

import logging
from collections.abc import Mapping

import pytest

from sms_gateway.cases.http import Around, open_http
from sms_gateway.settings import SettingsError
from tests.cases.http.api import KEY, PER_CODE, SECRET, ZONE, Api, asking, door, octets, settings_of
from tests.virtual_time import StandingClock

CHANGES = {"path": "/c", "query": {"since": "{since}"}}


@pytest.mark.parametrize(
    "table, told",
    [
        ({"url": "dossiers"}, r"cases\.http\.url: expected an address"),
        ({"url": "https://an:mat@x.vn"}, r"cases\.http\.url: put user and password into `basic`"),
        ({"url": "https://x.vn/?a=b"}, r"cases\.http\.url: has a query"),
        ({"find": {"path": "/all"}}, r"cases\.http\.find: write \{code\} into path"),
        (
            {"find": {"per": "batch", "path": "/{code}"}},
            r"placeholder \{code\}; did you mean codes",
        ),
        ({"find": {"path": "dossiers/{code}"}}, r"find\.path: expected a path such as"),
        ({"find": {"path": "/d?c={code}"}}, r"find\.path: expected a path such as"),
        (
            {"find": {"path": "/{cod}"}},
            r"find\.path: no such placeholder \{cod\}; did you mean code",
        ),
        ({"find": {"path": "/{code}/{session}"}}, r"no such placeholder \{session\}"),
        ({"find": {"path": "/{code}", "body": "{"}}, r"find\.body: the template is no JSON"),
        ({"find": {"per": "batch", "path": "/", "body": '{"a": "x {codes}"}'}}, r"is a list"),
        ({"headers": {"X-A:": "b"}}, r"headers\.X-A:: a header wants letters"),
        ({"headers": {"X-A": "{secret.no}"}}, r"no such placeholder \{secret\.no\}"),
        ({"bearer": "a\nb"}, r"bearer: a header wants"),
        ({"bearer": "a", "basic": {"user": "b", "password": "c"}}, r"set basic or bearer"),
        ({"answer": {"code": "error"}}, r"answer: set code and ok together"),
        ({"answer": {"fields": {"MaHS": "a"}}}, r"no such national name MaHS; did you mean MaHoSo"),
        ({"answer": {"words": {"Trang": {}}}}, r"answer\.words: no such national name Trang"),
        ({"answer": {"time_format": "ddMM"}}, r"answer\.time_format: expected iso"),
        ({"paging": {"kind": "next"}}, r"paging: set next"),
        ({"paging": {"next": "links.next"}}, r"paging: set next"),
        ({"changes": {**CHANGES, "since_format": "x"}}, r"changes\.since_format: expected iso"),
        ({"changes": {**CHANGES, "time_format": "x"}}, r"changes\.time_format: expected iso"),
        ({"changes": {**CHANGES, "time": ""}}, r"changes\.time: say where"),
        ({"changes": {"path": "/{code}"}}, r"changes\.path: no such placeholder \{code\}"),
        ({"login": {"path": "/l", "body": "{session}"}}, r"login\.body: the template is no JSON"),
        ({"login": {"path": "/l", "body": '{"a": "{session}"}'}}, r"login\.body: no such place"),
    ],
)
async def test_settings_that_cannot_be_used_are_told_with_their_key(
    table: Mapping[str, object], told: str
) -> None:
    with pytest.raises(SettingsError, match=told) as error:
        async with door("https://127.0.0.1:1", {**PER_CODE, **table}):
            pass
    assert "\n" not in str(error.value)
    assert "mat@" not in str(error.value)


async def test_nothing_of_a_request_is_shown_or_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    table = {
        **PER_CODE,
        "secrets": {"key": SECRET},
        "headers": {"X-Key": "{secret.key}"},
        "bearer": SECRET,
    }
    settings = settings_of({"url": "https://127.0.0.1:1", **table})
    assert SECRET not in repr(settings)
    for body in (b"[", b'{"MaHoSo": "170703-0001"}', b"[5]"):
        async with asking(Api(octets(body, status=500)), table) as remote:
            shown = repr((remote, await remote.find([KEY]), vars(remote)))
        async with asking(Api(octets(body)), table) as remote:
            shown += repr((remote, await remote.find([KEY]), vars(remote)))
        for hidden in (SECRET, "170703"):
            assert hidden not in shown
            assert hidden not in caplog.text


async def test_a_door_that_cannot_be_opened_leaves_no_connections_behind() -> None:
    around = Around(StandingClock(), ZONE, 1.0)
    with pytest.raises(SettingsError):
        await open_http(settings_of({"url": "https://x.vn", "find": {"path": "/all"}}), around)
