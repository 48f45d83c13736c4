"""Imports through the control socket of a running service."""

import asyncio
import io
import json
from pathlib import Path

import aiohttp
import pytest

from sms_gateway import local_socket
from sms_gateway.cli.changing import Answer, RunningService
from sms_gateway.commands import CommandError
from sms_gateway.web import control
from sms_gateway.web.control import build_control, open_control
from tests.cli.control_desk import ME, NOW, House, opened

LINES = [b'{"file": "ours.csv", "rows": 4, "replace": true}\n', b"[1, 2]\n", b"[3, 4]\n"]


async def _import(service: RunningService, lines: list[bytes] = LINES) -> list[Answer]:
    return await asyncio.to_thread(
        lambda: list(service.stream("POST", "/cases/import", iter(lines)))
    )


async def test_an_import_tells_its_progress_and_ends_with_its_report(tmp_path: Path) -> None:
    async with opened(tmp_path) as (house, service):
        assert await _import(service) == [
            {"done": 1, "of": 2},
            {"done": 2, "of": 2},
            {"report": {"new": 4}},
        ]
        audit, loaded = house.told
        assert audit == ("cases.import", NOW, ME, "ours.csv", "rows=4 replace=yes")
        assert loaded == ("loaded", [1, 2, 3, 4], True)


async def test_an_import_that_fails_says_why(tmp_path: Path) -> None:
    async with opened(tmp_path) as (house, service):
        house.import_fails = True
        with pytest.raises(CommandError, match="disk is full"):
            await _import(service)
        house.import_fails = False
        assert (await _import(service))[-1] == {"report": {"new": 4}}


async def test_an_import_that_cannot_be_audited_is_not_done(tmp_path: Path) -> None:
    async with opened(tmp_path) as (house, service):
        house.store_down = True
        with pytest.raises(CommandError, match="look at its disk"):
            await _import(service)
        assert not house.told


@pytest.mark.parametrize(
    "lines",
    [LINES[:1], LINES[:2], [*LINES, LINES[2]]],
    ids=["nothing", "half", "more"],
)
async def test_an_import_that_is_not_as_long_as_it_said_changes_nothing(
    lines: list[bytes], tmp_path: Path
) -> None:
    async with opened(tmp_path) as (house, service):
        with pytest.raises(CommandError, match="nothing was imported"):
            await _import(service, lines)
        assert not house.told


@pytest.mark.parametrize(
    "lines",
    [[], [b"nonsense\n"], [b'{"file": "x"}\n'], [LINES[0], b'["one"]\n']],
    ids=["empty", "no-json", "no-head", "no-rows"],
)
async def test_an_import_of_another_version_is_refused(lines: list[bytes], tmp_path: Path) -> None:
    async with opened(tmp_path) as (house, service):
        with pytest.raises(CommandError, match="restart it"):
            await _import(service, lines)
        assert not house.told


async def test_a_line_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "MAX_LINE", 1000)
    async with opened(tmp_path) as (house, service):
        with pytest.raises(CommandError, match="longer than"):
            await _import(service, [LINES[0], b"[" + b"1," * 100_000])
        assert not house.told


async def test_a_second_import_is_refused_while_one_is_under_way(tmp_path: Path) -> None:
    async with opened(tmp_path) as (house, service):
        house.go.clear()
        first = asyncio.create_task(_import(service))
        await house.loading.wait()
        with pytest.raises(CommandError, match="under way"):
            await _import(service)
        house.go.set()
        assert (await first)[-1] == {"report": {"new": 4}}
        assert (await _import(service))[-1] == {"report": {"new": 4}}


async def test_a_caller_who_hangs_up_in_the_middle_of_sending_changes_nothing(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as (house, service):
        connected = await asyncio.to_thread(local_socket.connect, tmp_path, 5)
        assert connected is not None
        _reader, writer = await asyncio.open_unix_connection(sock=connected)
        head = LINES[0]
        writer.write(
            b"POST /cases/import HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            + f"{len(head):x}\r\n".encode() + head + b"\r\n"
        )  # fmt: skip
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        assert (await _import_when_free(service))[-1] == {"report": {"new": 4}}
        assert [what[0] for what in house.told] == ["cases.import", "loaded"]


async def _import_when_free(service: RunningService) -> list[Answer]:
    """Import as soon as the one before has been given up."""
    async with asyncio.timeout(10):
        while True:
            try:
                return await _import(service)
            except CommandError as error:
                if "under way" not in str(error):
                    raise


async def _hang_up_while_loading(house: House, folder: Path) -> None:
    connector = aiohttp.UnixConnector(str(folder / local_socket.NAME))
    async with aiohttp.ClientSession(connector=connector) as session:
        response = await session.post("http://x/cases/import", data=b"".join(LINES))
        await house.loading.wait()
        response.close()


async def test_a_caller_who_hangs_up_once_all_is_staged_does_not_stop_the_import(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as (house, service):
        house.go.clear()
        await _hang_up_while_loading(house, tmp_path)
        house.go.set()
        assert (await _import_when_free(service))[-1] == {"report": {"new": 4}}
        assert [what[0] for what in house.told] == ["cases.import", "loaded"] * 2


async def test_an_import_is_dropped_whose_caller_hangs_up_while_it_is_staging(
    tmp_path: Path, captured_logs: io.StringIO
) -> None:
    async with opened(tmp_path) as (house, service):
        house.staging = True
        await _hang_up_while_loading(house, tmp_path)
        async with asyncio.timeout(10):
            while "under way" in await _refusal_of_another(service):
                pass
        assert [what[0] for what in house.told] == ["cases.import"]
        house.staging = False
        assert (await _import(service))[-1] == {"report": {"new": 4}}
    assert captured_logs.getvalue().count("cases.imported") == 1


async def _refusal_of_another(service: RunningService) -> str:
    """Why an import of nothing is refused."""
    with pytest.raises(CommandError) as refused:
        await _import(service, [])
    return str(refused.value)


async def test_a_service_that_ends_in_the_middle_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "_CLOSING_SECONDS", 0.05)
    async with opened(tmp_path) as (house, service):
        house.go.clear()
        asking = asyncio.create_task(_import(service))
        await house.loading.wait()
    try:
        answers = await asking
    except CommandError as error:
        assert "the service ended" in str(error)  # noqa: PT017  # both ends of the race are right
    else:
        assert all("report" not in answer for answer in answers)
    assert house.told[1:] == []


async def test_an_import_is_cut_short_when_the_service_ends_also_one_whose_caller_has_gone(
    tmp_path: Path,
) -> None:
    house = House()
    house.go.clear()
    app = build_control(house.controls())
    async with open_control(app, tmp_path):
        connector = aiohttp.UnixConnector(str(tmp_path / local_socket.NAME))
        async with aiohttp.ClientSession(connector=connector) as session:
            response = await session.post("http://x/cases/import", data=b"".join(LINES))
            await house.loading.wait()
            response.close()
    assert house.cut_short
    assert [what[0] for what in house.told] == ["cases.import"]


async def test_each_line_of_the_answer_is_json(tmp_path: Path) -> None:
    async with opened(tmp_path):
        connector = aiohttp.UnixConnector(str(tmp_path / local_socket.NAME))
        async with aiohttp.ClientSession(connector=connector) as session:
            response = await session.post("http://x/cases/import", data=b"".join(LINES))
            assert response.content_type == "application/x-ndjson"
            lines = (await response.text()).splitlines()
    assert [sorted(json.loads(line)) for line in lines] == [["done", "of"]] * 2 + [["report"]]
