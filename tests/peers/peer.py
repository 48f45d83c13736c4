"""SMSCs and an ESME that others wrote, as processes, and a door of ours that is bound to one."""

import asyncio
import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from sms_gateway.channels import door_opener
from sms_gateway.clock import SystemClock
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.outcome import SendOutcome
from sms_gateway.ports import Door
from tests.channels.smpp.contract_case import SETTINGS
from tests.channels.smpp.telco import Desk
from tests.contracts.channel_case import CONTEXT
from tests.contracts.test_sender_contract import Fates
from tests.structure.tree import ROOT

PASSWORD = "secret"
PATIENCE = 15.0
NPM = ROOT / ".venv" / "peers" / "node_modules"
"""Where `scripts/peers` puts npm's smpp."""

_HERE = Path(__file__).parent


def _perl_has_net_smpp() -> bool:
    perl = shutil.which("perl")
    if perl is None:
        return False
    asked = [perl, "-MNet::SMPP", "-e", "1"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0  # noqa: S603  # a list written here


needs_npm = pytest.mark.skipif(
    not (shutil.which("node") and (NPM / "smpp").is_dir()),
    reason="not run: npm's smpp is missing; scripts/peers installs it",
)
needs_net_smpp = pytest.mark.skipif(
    not _perl_has_net_smpp(),
    reason="not run: Perl's Net::SMPP is missing; the head of scripts/peers says how to get it",
)

Event = Mapping[str, object]


class Peer:
    """The process.

    Attributes:
        port: where it listens.
        heard: all its events so far.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.port = 0
        self.heard: list[Event] = []
        self._kept: list[Event] = []
        self._process = process

    async def tell(self, **what: object) -> None:
        """Tell it to do something, and wait until it has; see the head of `npm_smsc.js`."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what).encode() + b"\n")
        await self.says("told")

    async def says(self, event: str, wanted: Callable[[Event], bool] = lambda _: True) -> Event:
        """The next event of this name; others are kept for later."""
        for at, found in enumerate(self._kept):
            if found["event"] == event and wanted(found):
                return self._kept.pop(at)
        async with asyncio.timeout(PATIENCE):
            while True:
                found = await self._next()
                if found["event"] == event and wanted(found):
                    return found
                self._kept.append(found)

    async def _next(self) -> Event:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        assert line, f"it ended: {self.heard[-5:]}"
        found: Event = json.loads(line)
        self.heard.append(found)
        return found


@asynccontextmanager
async def running(*line: str) -> AsyncIterator[Peer]:
    """Start it; it is killed at the end."""
    process = await asyncio.create_subprocess_exec(
        *line,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "NODE_PATH": str(NPM)},
        limit=1_000_000,
    )
    try:
        yield Peer(process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


@asynccontextmanager
async def npm_smsc() -> AsyncIterator[Peer]:
    """The SMSC of npm's smpp."""
    async with running("node", str(_HERE / "npm_smsc.js"), PASSWORD) as peer:
        peer.port = int(str((await peer.says("listens"))["port"]))
        yield peer


@asynccontextmanager
async def npm_esme(port: int) -> AsyncIterator[Peer]:
    """The ESME of npm's smpp, that binds to this port."""
    async with running("node", str(_HERE / "npm_esme.js"), str(port), PASSWORD) as peer:
        yield peer


@asynccontextmanager
async def perl_smsc(port: int) -> AsyncIterator[Peer]:
    """The SMSC of Net::SMPP, at this port."""
    async with running("perl", str(_HERE / "net_smpp_smsc.pl"), str(port), PASSWORD) as peer:
        await peer.says("listens")
        peer.port = port
        yield peer


class Bound:
    """A door of ours that runs.

    Attributes:
        door, desk: the ends.
    """

    def __init__(self, door: Door, desk: Desk) -> None:
        self.door = door
        self.desk = desk

    async def bound(self, binds: int = 1) -> None:
        """Wait until all of its binds are there, now or again."""
        assert self.door.session is not None
        async with asyncio.timeout(PATIENCE):
            while f"{binds} of {binds}" not in self.door.session.state():
                await self.desk.changes.get()

    async def gets(self) -> object:
        """The next item that it hands over."""
        async with asyncio.timeout(PATIENCE):
            return (await self.desk.handed.get()).item

    async def sends(self, *messages: MobileTerminated) -> list[SendOutcome]:
        """What became of these; each is settled once."""
        fates = Fates()
        assert self.door.sender is not None
        async with asyncio.timeout(PATIENCE):
            await self.door.sender.send(messages, fates)
        assert set(fates.calls.values()) == {1}
        return fates.outcomes


@asynccontextmanager
async def door_to(peer: Peer, **settings: object) -> AsyncIterator[Bound]:
    """A door that binds to the peer."""
    timers = {"reconnect_s": 0.1, "reconnect_most_s": 0.1, "response_s": 1, "enquire_link_s": 30}
    given = {"port": peer.port, "password": PASSWORD, "timers": timers, **settings}
    context = replace(CONTEXT, clock=SystemClock())
    async with door_opener("smpp")(DoorName("out"), {**SETTINGS, **given}, context) as door:
        assert door.session is not None
        desk = Desk()
        running = asyncio.create_task(door.session.run(desk))
        try:
            yield Bound(door, desk)
        finally:
            running.cancel()
            await asyncio.wait([running])
