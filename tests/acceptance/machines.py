"""Two gateways on machines of their own, which lose touch; their telco allows one sender."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg

from tests.acceptance.house import pause
from tests.acceptance.networks import KINDS, Machine, Networks
from tests.acceptance.telco import Mt, Telco, citizen, mo, open_telco
from tests.acceptance.telco_settings import SHIPPED, write_settings
from tests.log_watch import leaks
from tests.postgres import Postgres, postgres
from tests.real_process import Gateway

ALPHA, BETA = "alpha", "beta"
DOOR = "ackone"
CALLERS = 6
PATIENCE_S = 40.0
_TRY_S = 1.0
_TEXT = "MCKH 170703-0001"
_SAFE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


@dataclass(frozen=True, slots=True)
class Arrived:
    """An MT at the telco.

    Attributes:
        at: when, by the monotonic clock, in seconds.
        machine: that sent it.
        id: ours.
    """

    at: float
    machine: str
    id: str


@dataclass(slots=True)
class Machines:
    """All of them.

    Attributes:
        networks: that join them.
        telco, server: what they share.
        url: of the database, from here.
        gateways: by machine.
        arrived: at the telco, in order.
        acknowledged: the telco's ids of what a gateway took.
    """

    networks: Networks
    telco: Telco
    server: Postgres
    url: str
    gateways: dict[str, Gateway] = field(default_factory=dict)
    arrived: list[Arrived] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    _over: bool = False

    def heard(self, _event: str) -> None:
        """The telco got one more."""
        mt: Mt = self.telco.mts[-1]
        known = {self.networks.address(name, "telco"): name for name in (ALPHA, BETA)}
        self.arrived.append(Arrived(time.monotonic(), known[mt.sender], mt.id))

    @asynccontextmanager
    async def texted(self) -> AsyncIterator[None]:
        """Citizens text until the block ends; each text is handed to whoever takes it."""
        self._over = False
        async with asyncio.TaskGroup() as group:
            for number in range(CALLERS):
                group.create_task(self._caller(number))
            try:
                yield
            finally:
                self._over = True

    async def _caller(self, number: int) -> None:
        while not self._over:
            text = mo(citizen(), _TEXT)
            tries = number
            while not await self.take(text, (ALPHA, BETA)[tries % 2]):
                tries += 1
                await pause()
            self.acknowledged.append(str(text["id"]))
            await pause()

    async def take(self, text: dict[str, object], machine: str) -> bool:
        """Whether the gateway there took this text; a machine out of reach says nothing."""
        limit = aiohttp.ClientTimeout(total=_TRY_S)
        url = f"{self.gateways[machine].url}/mo/{DOOR}"
        with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):
            async with self.telco.session.post(url, json=text, timeout=limit) as response:
                return response.status == 200
        return False

    async def works(self, machine: str) -> None:
        """Wait until the gateway there takes a text again."""
        text = mo(citizen(), _TEXT)
        async with asyncio.timeout(PATIENCE_S):
            while not await self.take(text, machine):
                await pause()
        self.acknowledged.append(str(text["id"]))

    async def sent_by(self, machine: str, count: int = 1) -> Arrived:
        """Wait for so many more MTs of a machine; the first of them."""
        before = len(self.arrived)
        async with asyncio.timeout(PATIENCE_S):
            while len(found := [a for a in self.arrived[before:] if a.machine == machine]) < count:
                await pause()
        return found[0]

    async def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What a SELECT finds."""
        onlooker = await asyncpg.connect(self.url, server_settings={"search_path": "sms_gateway"})
        try:
            return [tuple(row) for row in await onlooker.fetch(statement)]
        finally:
            await onlooker.close()

    async def settled(self) -> None:
        """Wait until all is answered and nothing is on its way any more."""
        waiting = """SELECT (SELECT count(*) FROM inbox WHERE outcome IS NULL)
            + (SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending'))"""
        async with asyncio.timeout(PATIENCE_S):
            while await self.rows(waiting) != [(0,)]:
                await pause()

    async def in_doubt(self, ids: set[str]) -> None:
        """These were on their way when the machine lost touch, and the network kept them."""
        doubted = await self.rows("SELECT id FROM outbox WHERE state = 'uncertain'")
        assert ids <= {mt_id for (mt_id,) in doubted}, "sent by whoever may not send any more"

    async def check(self) -> Counter[str]:
        """Each text that was taken has one outcome, and its citizen what that says; the states."""
        rows = await self.rows(
            "SELECT i.telco_id, i.outcome, o.id, o.state FROM inbox i "
            "LEFT JOIN outbox o ON o.inbox_id = i.id"
        )
        assert len({telco_id for telco_id, *_ in rows}) == len(rows)
        assert {telco_id for telco_id, *_ in rows} >= set(self.acknowledged)
        came = Counter(arrived.id for arrived in self.arrived)
        for telco_id, outcome, mt_id, state in rows:
            assert outcome in ("answered", "answered_with_help"), (telco_id, outcome)
            assert state in ("accepted", "uncertain"), (telco_id, state)
            assert came[mt_id] <= 1, f"{telco_id} was answered {came[mt_id]} times"
            assert came[mt_id] == 1 or state == "uncertain", f"{telco_id} was not answered"
        return Counter(str(state) for *_, state in rows)


@dataclass(frozen=True, slots=True)
class Takeover:
    """What a round showed.

    Attributes:
        way: how the machine lost touch.
        lost: the machine.
        last_s: when it sent for the last time, in seconds after that.
        first_s: when the other one did for the first time.
    """

    way: str
    lost: str
    last_s: float
    first_s: float


WAYS = {"cut": KINDS, "pull": KINDS, "cut from the database": ("data",)}
"""How a machine loses touch, and with which networks."""


async def lost(machines: Machines, way: str) -> Takeover:
    """The machine that sends loses touch in full load; the other one takes over; it is back."""
    networks = machines.networks
    async with machines.texted():
        leader = (await _next(machines)).machine
        other = BETA if leader == ALPHA else ALPHA
        await machines.sent_by(leader, 20)
        loses = networks.pull if way == "pull" else networks.cut
        await asyncio.to_thread(loses, leader, WAYS[way])
        at = time.monotonic()
        first = await machines.sent_by(other)
        await machines.sent_by(other, 20)
        last = max(a.at for a in machines.arrived if a.machine == leader)
        await asyncio.to_thread(networks.mend, leader)
        await machines.works(leader)
        await machines.sent_by(other, 20)
    await machines.settled()
    strays = {a.id for a in machines.arrived if a.machine == leader and a.at > first.at}
    await machines.in_doubt(strays)
    return Takeover(way, leader, last - at, first.at - at)


async def _next(machines: Machines) -> Arrived:
    before = len(machines.arrived)
    async with asyncio.timeout(PATIENCE_S):
        while len(machines.arrived) == before:
            await pause()
    return machines.arrived[before]


@asynccontextmanager
async def open_machines(folder: Path, samples: Path, networks: Networks) -> AsyncIterator[Machines]:
    """Both gateways at work; ended and their logs checked with the block."""
    at = networks.host("data")
    programs = {name: Machine(folder, samples, networks, name) for name in (ALPHA, BETA)}
    listen = f"127.0.0.1,{at}"
    callers = networks.callers("data")
    with postgres(None, callers=callers, listen_addresses=listen, **_SAFE) as server:
        async with open_telco(networks.host("telco")) as telco:
            url = await asyncio.to_thread(server.database)
            machines = Machines(networks, telco, server, url)
            telco.on_event = machines.heard
            config = _settings(folder, telco.url, networks)
            try:
                await asyncio.to_thread(_start, machines, programs, config)
                yield machines
            finally:
                statuses = [s for p in programs.values() for s in await asyncio.to_thread(p.end)]
        said = "\n".join(program.output for program in programs.values())
    assert not any(statuses), f"ended with {statuses}:\n{said[-2000:]}"
    assert not leaks(said)


def _settings(folder: Path, telco: str, networks: Networks) -> Path:
    config = write_settings(folder / "config", telco)
    path = config / "gateway.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("127.0.0.0/8", networks.callers("telco")), encoding="utf-8")
    return config


def _start(machines: Machines, programs: dict[str, Machine], config: Path) -> None:
    networks = machines.networks
    inside = machines.url.replace("127.0.0.1", networks.host("data"))
    prepared: Sequence[Sequence[str]] = (
        ("store", "migrate"),
        ("cases", "import", str(SHIPPED / "samples" / "q3-2017.csv")),
    )
    for name, program in programs.items():
        env = {
            "SMS_GATEWAY_STORE__URL": inside,
            "SMS_GATEWAY_GATEWAY__NODE": name,
            "SMS_GATEWAY_WEB__HOST": networks.address(name, "telco"),
        }
        data = program.new_data()
        for words in prepared:
            done = program.run(*words, data=data, config=config, env=env)
            assert done.returncode == 0, done.stderr
        prepared = ()
        machines.gateways[name] = program(data=data, config=config, env=env)
