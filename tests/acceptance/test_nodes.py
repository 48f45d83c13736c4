"""Several gateways on one PostgreSQL, as real processes, and a telco that tries again elsewhere."""

import asyncio
import os
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import aiohttp
import asyncpg
import pytest

from tests.acceptance.house import pause, reply_of
from tests.acceptance.telco import PATIENCE, Telco, citizen, mo, open_telco
from tests.acceptance.telco_settings import SHIPPED, write_settings
from tests.log_watch import leaks
from tests.postgres import Postgres
from tests.real_process import Gateway, Program

pytestmark = pytest.mark.acceptance

TEXT = "MCKH 170703-0001"
LOAD = 300
SAMPLES = SHIPPED / "samples" / "q3-2017.csv"
TAKEOVER_S = 10.0
PACE = 10
"""Messages in a second."""


@dataclass
class Town:
    """Nodes, their telco, and a look into their books."""

    url: str
    telco: Telco
    program: Program
    config: Path
    nodes: list[Gateway] = field(default_factory=list)

    async def start(
        self, name: str, *args: str, env: Mapping[str, str] = MappingProxyType({})
    ) -> Gateway:
        """One more node, in a data folder of its own that holds the same key."""
        data = await asyncio.to_thread(self.program.new_data)
        said = {
            "SMS_GATEWAY_STORE__URL": self.url,
            "SMS_GATEWAY_GATEWAY__NODE": name,
            **env,
        }
        node = await asyncio.to_thread(
            lambda: self.program(*args, data=data, config=self.config, env=said)
        )
        self.nodes.append(node)
        return node

    async def deliver(self, text: dict[str, object], first: int, door: str = "ack") -> int:
        """Hand a text over; where a node does not answer, to the next one; how often it took."""
        limit = aiohttp.ClientTimeout(total=8)
        for tries in range(200):
            url = f"{self.nodes[(first + tries) % len(self.nodes)].url}/mo/{door}"
            try:
                async with self.telco.session.post(url, json=text, timeout=limit) as response:
                    if response.status == 200:
                        return tries + 1
            except (aiohttp.ClientError, TimeoutError, ConnectionError):
                pass
            await pause()
        message = "no node took the text"
        raise TimeoutError(message)

    async def rows(self, statement: str) -> list[tuple[Any, ...]]:
        onlooker = await asyncpg.connect(self.url, server_settings={"search_path": "sms_gateway"})
        try:
            return [tuple(row) for row in await onlooker.fetch(statement)]
        finally:
            await onlooker.close()

    async def until(self, wanted: list[tuple[Any, ...]], statement: str) -> None:
        """Wait until a SELECT finds this; other processes' commits give no signal."""
        found: object = None
        try:
            async with asyncio.timeout(2 * PATIENCE):
                while (found := await self.rows(statement)) != wanted:
                    await pause()
        except TimeoutError:
            message = f"still {found}, not {wanted}: {statement}"
            raise AssertionError(message) from None


@asynccontextmanager
async def open_town(folder: Path, samples: Path, server: Postgres) -> AsyncIterator[Town]:
    """A database with its tables, and no node yet."""
    async with open_telco() as telco:
        config = write_settings(folder / "config", telco.url)
        program = Program(folder, samples)
        url = await asyncio.to_thread(server.database)
        env = {"SMS_GATEWAY_STORE__URL": url}
        data = program.new_data()
        for command in (["store", "migrate"], ["cases", "import", str(SAMPLES)]):
            done = await asyncio.to_thread(program.run, *command, data=data, config=config, env=env)
            assert done.returncode == 0, done.stderr
        town = Town(url, telco, program, config)
        try:
            yield town
        finally:
            statuses = await asyncio.to_thread(program.end)
        assert not any(statuses), f"ended with {statuses}:\n{program.output[-2000:]}"
        assert not leaks(program.output)


@pytest.fixture
async def town(tmp_path: Path, samples: Path, postgres_server: Postgres) -> AsyncIterator[Town]:
    """See `open_town`."""
    async with open_town(tmp_path, samples, postgres_server) as opened:
        yield opened


async def test_a_node_that_is_killed_in_full_load_loses_no_text_and_doubles_none(
    town: Town,
) -> None:
    victim, survivor = await town.start("alpha"), await town.start("beta")
    texts = [mo(citizen(), TEXT) for _ in range(LOAD)]
    calls = [
        asyncio.create_task(town.deliver(text, i)) for i, text in enumerate(texts[: LOAD // 2])
    ]
    await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
    await asyncio.to_thread(victim.kill)
    calls += [
        asyncio.create_task(town.deliver(text, i)) for i, text in enumerate(texts[LOAD // 2 :])
    ]
    await asyncio.gather(*calls)
    await town.until([(0,)], "SELECT count(*) FROM inbox WHERE outcome IS NULL")
    await town.until([(0,)], "SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending')")
    assert await town.rows("SELECT count(*), count(DISTINCT telco_id) FROM inbox") == [(LOAD, LOAD)]
    got = Counter(mt.to for mt in town.telco.mts)
    states = dict(await town.rows("SELECT recipient, state FROM outbox"))
    assert len(states) == LOAD
    for text in texts:
        number = f"+84{str(text['from'])[1:]}"
        # Uncertain stands for a send of which the killed node alone heard what became of it.
        assert got[str(text["from"])] == 1 or states[number] == "uncertain"
        assert got[str(text["from"])] <= 1
    assert survivor.process.poll() is None


async def test_a_door_of_one_connection_is_taken_over_within_ten_seconds(town: Town) -> None:
    first = await town.start("alpha")
    await asyncio.to_thread(
        first.wait_for_line, "store.leads.*door ackone|door ackone.*store.leads"
    )
    second = await town.start("beta")
    early = citizen()
    await town.deliver(mo(early, TEXT), first=1, door="ackone")
    await town.telco.received(early)
    senders = "SELECT DISTINCT n.name FROM attempt a JOIN node n ON n.run = a.run"
    await town.until([("alpha",)], senders)
    late = citizen()
    await asyncio.to_thread(first.kill)
    died = time.monotonic()
    town.nodes.remove(first)
    await town.deliver(mo(late, TEXT), first=0, door="ackone")
    await town.telco.received(late)
    assert time.monotonic() - died < TAKEOVER_S
    assert second.process.poll() is None


async def test_a_pace_holds_for_the_sum_of_all_nodes(town: Town) -> None:
    paced = {"SMS_GATEWAY_DOORS__ACK__OUTBOUND__PER_SECOND": str(PACE)}
    first = await town.start("alpha", env=paced)
    await asyncio.to_thread(first.wait_for_line, r"store.leads.*door ack\b|door ack\b.*store.leads")
    await town.start("beta", env=paced)
    numbers = [citizen() for _ in range(2 * PACE)]
    texts = [mo(number, TEXT) for number in numbers]
    await asyncio.gather(*(town.deliver(text, place) for place, text in enumerate(texts)))
    await asyncio.gather(*(town.telco.received(number) for number in numbers))
    times = sorted(mt.at for mt in town.telco.mts)
    assert len(times) == len(numbers)
    # Two nodes that both keep the pace would need half of that; the first may be late.
    assert times[-1] - times[0] > 0.8 * (len(numbers) - 1) / PACE
    await town.until(
        [("alpha",)], "SELECT DISTINCT n.name FROM attempt a JOIN node n ON n.run = a.run"
    )
    both = "SELECT count(DISTINCT run) FROM inbox"
    assert await town.rows(both) == [(2,)]


async def test_a_reply_for_the_door_of_another_node_leaves_there_at_once(town: Town) -> None:
    """Not when that node next looks at the queue."""
    rarely = {"SMS_GATEWAY_DISPATCH__SWEEP_S": str(10 * PATIENCE)}
    first = await town.start("alpha", env=rarely)
    await asyncio.to_thread(
        first.wait_for_line, "store.leads.*door ackone|door ackone.*store.leads"
    )
    await town.start("beta", env=rarely)
    one = citizen()
    assert await town.deliver(mo(one, TEXT), first=1, door="ackone") == 1
    await town.telco.received(one)
    await town.until(
        [("alpha",)], "SELECT DISTINCT n.name FROM attempt a JOIN node n ON n.run = a.run"
    )
    await town.until([("beta",)], "SELECT n.name FROM inbox i JOIN node n ON n.run = i.run")


async def test_a_door_of_one_connection_is_taken_over_from_a_node_that_stands_still(
    town: Town,
) -> None:
    first = await town.start("alpha")
    leads = "store.leads.*door ackone|door ackone.*store.leads"
    await asyncio.to_thread(first.wait_for_line, leads)
    second = await town.start("beta")
    first.stand_still()
    stood = time.monotonic()
    town.nodes.remove(first)
    try:
        await asyncio.to_thread(second.wait_for_line, leads)
        assert time.monotonic() - stood < TAKEOVER_S
        late = citizen()
        await town.deliver(mo(late, TEXT), first=0, door="ackone")
        await town.telco.received(late)
    finally:
        first.go_on()


async def test_the_same_delivery_at_both_nodes_at_once_gets_the_same_bytes(town: Town) -> None:
    alpha, beta = await town.start("alpha"), await town.start("beta")

    async def ask(node: Gateway, text: dict[str, object]) -> bytes:
        async with town.telco.session.post(f"{node.url}/mo/local", json=text) as response:
            assert response.status == 200
            return await response.read()

    for _ in range(20):
        text = mo(citizen(), TEXT)
        one, other = await asyncio.gather(ask(alpha, text), ask(beta, text))
        assert one == other
        assert reply_of(one)["status"] == "answered"
    assert await town.rows("SELECT count(*) FROM inbox") == [(20,)]


async def test_a_numbers_budget_holds_for_all_nodes_together(town: Town) -> None:
    nodes = [await town.start("alpha"), await town.start("beta")]
    who = citizen()

    async def ask(place: int) -> str:
        text = mo(who, TEXT)
        url = f"{nodes[place % 2].url}/mo/local"
        async with town.telco.session.post(url, json=text) as response:
            return str(reply_of(await response.read())["status"])

    await asyncio.gather(*map(ask, range(16)))
    # budgets.identical_per_hour, for each wording of a reply.
    replies = await town.rows("SELECT text, count(*) FROM outbox GROUP BY 1")
    assert [count for _, count in replies] == [3] * len(replies)
    both = "SELECT count(DISTINCT run) FROM inbox"
    assert await town.rows(both) == [(2,)]


async def test_workers_share_a_port_and_one_that_dies_is_started_again(town: Town) -> None:
    team = await town.start("alpha", "--workers", "2")
    numbers = dict.fromkeys(citizen() for _ in range(40))
    await asyncio.gather(*(town.deliver(mo(number, TEXT), 0) for number in numbers))
    await asyncio.gather(*(town.telco.received(number) for number in numbers))
    nodes = await town.rows(
        "SELECT DISTINCT n.name FROM inbox i JOIN node n ON n.run = i.run ORDER BY 1"
    )
    assert nodes == [("alpha/1",), ("alpha/2",)]
    killed = team.children[-1]
    await asyncio.to_thread(team.kill_child, killed)
    await town.until([(3,)], "SELECT count(*) FROM node WHERE name <> ''")
    late = citizen()
    await town.deliver(mo(late, TEXT), 0)
    await town.telco.received(late)


async def test_a_worker_that_stands_still_is_ended_and_another_one_started(town: Town) -> None:
    team = await town.start("alpha", "--workers", "2")
    still = team.children[-1]
    await asyncio.to_thread(team.stop_child, still)
    told = "worker.stands_still.*loop|loop.*worker.stands_still"
    await asyncio.to_thread(team.wait_for_line, told)
    await town.until([(3,)], "SELECT count(*) FROM node WHERE name <> ''")
    assert still not in team.children
    numbers = dict.fromkeys(citizen() for _ in range(20))
    await asyncio.gather(*(town.deliver(mo(number, TEXT), 0) for number in numbers))
    await asyncio.gather(*(town.telco.received(number) for number in numbers))


async def test_workers_whose_figures_nobody_can_tell_apart_say_what_to_set(town: Town) -> None:
    team = await town.start("alpha", "--workers", "2")
    mixed = "each call of /metrics meets another worker: set ops.host, then each has its port"
    told = await asyncio.to_thread(team.wait_for_line, "^ops: (.*)$")
    assert told[1] == mixed
    env = {"SMS_GATEWAY_STORE__URL": town.url}
    examined = await asyncio.to_thread(
        town.program.run, "doctor", data=team.data, config=town.config, env=env
    )
    assert f"warn  service     {mixed}" in examined.stdout


def two_ports() -> int:
    """The first of two free ports side by side, of those that no system gives out by chance."""
    for port in range(20_000 + os.getpid() % 10_000, 32_000, 2):
        with (
            suppress(OSError),
            socket.socket() as first,
            socket.socket() as second,
        ):
            first.bind(("127.0.0.1", port))
            second.bind(("127.0.0.1", port + 1))
            return port
    raise AssertionError


async def test_each_worker_shows_its_own_figures_at_its_own_port(town: Town) -> None:
    port = two_ports()
    own = {"SMS_GATEWAY_OPS__HOST": "127.0.0.1", "SMS_GATEWAY_OPS__PORT": str(port)}
    team = await town.start("alpha", "--workers", "2", env=own)
    told = await asyncio.to_thread(team.wait_for_line, "^ops: (.*)$")
    assert told[1] == f"http://127.0.0.1:{port} to {port + 1}"
    for number in (1, 2):
        url = f"http://127.0.0.1:{port + number - 1}/metrics"
        async with town.telco.session.get(url) as response:
            assert f'sms_worker{{worker="alpha/{number}"}} 1.0' in await response.text()


async def test_workers_on_sqlite_are_refused(program: Program) -> None:
    done = await asyncio.to_thread(program.run, "serve", "--workers", "2", data=program.new_data())
    assert done.returncode == 1
    assert "--workers 2 needs PostgreSQL" in done.stderr
