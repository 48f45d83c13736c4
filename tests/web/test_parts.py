"""Telcos, staff and operations: who is heard where."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sms_gateway.settings import Settings, SettingsError, load
from sms_gateway.web.parts import Listener, Part, figures_of, listeners
from tests.web.web_desk import WebDesk, served

ROOT = Path(__file__).parents[2]
OPS = {"SMS_GATEWAY_OPS__HOST": "127.0.0.1", "SMS_GATEWAY_OPS__PORT": "9102"}
STAFF = {"SMS_GATEWAY_STAFF__HOST": "::1"}


def settings(**changes: str) -> Settings:
    return load(None, None, changes, ROOT)


def test_without_settings_all_are_heard_where_telcos_call() -> None:
    assert listeners(settings()) == [
        Listener(Part.TELCOS, "127.0.0.1", 8080, frozenset(Part)),
    ]


def test_who_has_a_listener_of_their_own_is_heard_there_alone() -> None:
    assert listeners(settings(**OPS)) == [
        Listener(Part.TELCOS, "127.0.0.1", 8080, frozenset({Part.TELCOS, Part.STAFF})),
        Listener(Part.OPS, "127.0.0.1", 9102, frozenset({Part.OPS})),
    ]
    assert listeners(settings(**OPS, **STAFF)) == [
        Listener(Part.TELCOS, "127.0.0.1", 8080, frozenset({Part.TELCOS})),
        Listener(Part.STAFF, "::1", 8081, frozenset({Part.STAFF})),
        Listener(Part.OPS, "127.0.0.1", 9102, frozenset({Part.OPS})),
    ]


def test_two_at_one_address_are_refused() -> None:
    with pytest.raises(SettingsError) as raised:
        listeners(settings(**OPS, SMS_GATEWAY_WEB__PORT="9102"))
    said = "ops.port: 9102 is that of web.port at 127.0.0.1: write another number"
    assert str(raised.value) == said


def test_the_same_port_of_two_addresses_is_taken_and_so_are_two_that_are_chosen_later() -> None:
    assert len(listeners(settings(**STAFF, SMS_GATEWAY_STAFF__PORT="8080"))) == 2
    free = {"SMS_GATEWAY_WEB__PORT": "0", "SMS_GATEWAY_OPS__PORT": "0"}
    assert len(listeners(settings(**{**OPS, **free}))) == 2


def test_each_process_that_shares_a_port_shows_its_figures_at_the_next_one() -> None:
    at = settings(**OPS, **STAFF)
    assert [one.port for one in listeners(at, 1)] == [8080, 8081, 9102]
    assert [one.port for one in listeners(at, 3)] == [8080, 8081, 9104]
    free = settings(**{**OPS, "SMS_GATEWAY_OPS__PORT": "0"})
    assert [one.port for one in listeners(free, 3)] == [8080, 0]


def test_the_figures_of_processes_that_share_a_port_lie_at_ports_of_their_own() -> None:
    assert figures_of(settings(**OPS), 3) == "http://127.0.0.1:9102 to 9104"
    at_six = settings(**{**OPS, "SMS_GATEWAY_OPS__HOST": "::1"})
    assert figures_of(at_six, 2) == "http://[::1]:9102 to 9103"


def test_where_nobody_can_tell_figures_apart_it_is_said_what_to_set() -> None:
    assert "set ops.host" in figures_of(settings(), 3)
    free = settings(**{**OPS, "SMS_GATEWAY_OPS__PORT": "0"})
    assert "write a number into ops.port" in figures_of(free, 3)


@pytest.fixture(params=Part)
async def alone(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Part, WebDesk]]:
    """A listener that has one part only."""
    async with served(parts=frozenset({request.param})) as desk:
        yield request.param, desk


async def test_a_listener_answers_to_nothing_but_its_part(alone: tuple[Part, WebDesk]) -> None:
    part, desk = alone
    statuses = {
        Part.OPS: [(await desk.get(path))[0] for path in ("/live", "/ready", "/metrics")],
        Part.STAFF: [(await desk.get("/page"))[0], (await desk.post(path="/phone"))[0]],
        Part.TELCOS: [(await desk.post())[0], (await desk.post(path="/dlr"))[0]],
    }
    assert {one for one, heard in statuses.items() if set(heard) == {200}} == {part}
    assert {status for one in set(Part) - {part} for status in statuses[one]} == {404}


async def test_the_figures_of_all_parts_are_the_same() -> None:
    async with served(parts=frozenset({Part.OPS})) as desk:
        desk.rooms.wrong = {"store": "SQLITE_FULL", "cases": ""}
        assert json.loads((await desk.get("/ready"))[2])["status"] == "unavailable"
        text = (await desk.get("/metrics"))[2].decode().splitlines()
        assert 'sms_part_down{part="store"} 1.0' in text
        assert 'sms_part_down{part="cases"} 0.0' in text
