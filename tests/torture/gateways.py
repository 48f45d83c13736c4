"""A database of its own line, and a second gateway on it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.acceptance.house import House
from tests.fault_proxy import FaultProxy
from tests.postgres import Postgres
from tests.real_process import Gateway
from tests.torture.books import Books, PostgresBooks


@dataclass(frozen=True, slots=True)
class Database:
    """PostgreSQL.

    Attributes:
        server: that may be killed.
        line: the gateway's to it.
        url: of the database, not through the line.
    """

    server: Postgres
    line: FaultProxy
    url: str

    @property
    def books(self) -> Books:
        """The same as the campaign reads it."""
        return PostgresBooks(self.server, self.url)

    def env(self, node: str) -> Mapping[str, str]:
        """What tells a gateway its name, and to use this."""
        _, port = self.line.address
        through = self.url.replace(f":{self.server.port}/", f":{port}/")
        return {"SMS_GATEWAY_STORE__URL": through, "SMS_GATEWAY_GATEWAY__NODE": node}


@dataclass(slots=True)
class Node:
    """A second gateway.

    Attributes:
        gateway: its process.
        database: its own line.
        house: of the first one.
        env: of its processes.
        folder: of what only it has.
    """

    gateway: Gateway
    database: Database
    house: House
    env: Mapping[str, str]
    folder: Path

    async def start(self) -> None:
        """Start it again; the telco calls it at its new address."""
        told = self.house.telco.others
        told.remove(self.gateway.url)
        program, config, data = self.house.program, self.house.config, self.gateway.data
        self.gateway = await asyncio.to_thread(program, data=data, config=config, env=self.env)
        told.append(self.gateway.url)
