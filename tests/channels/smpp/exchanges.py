"""Recorded exchanges of SMPP: `channels/smpp/exchanges/*.toml`, one in each file.

An exchange is what goes over the wire, in its order: octets in hex of the telco and of us, each a
whole PDU with its name. Beside it stands what came of it: texts, reports, the fate of an MT, or why
we are not bound. Before it both say what stands as `bind` in `office.toml`, unless it begins with a
bind of its own. The octets are another's codec's, never our own encoder's.
"""

import asyncio
import functools
import tomllib
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct, convert

from sms_gateway.smpp.codec import decode
from sms_gateway.smpp.pdus import Response
from tests.channels.presets.exchanges import Fate, Mo, Mt, Report
from tests.structure.tree import PACKAGE

FOLDER = PACKAGE / "channels" / "smpp"
HEADER = 16
_LENGTH = 4
_UNBIND = 6
_RESPONSE = 0x8000_0000
_BINDS = "bind_"


class _Said(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of an exchange; a slip of the pen in its file fails."""


class Step(_Said, frozen=True):
    """One PDU on the wire.

    Attributes:
        by: whose it is.
        pdu: its name, as SMPP 3.4 table 5-1 has it.
        octets: in hex, over several lines where they are many.
        status: the name of its command_status; empty for ESME_ROK.
        ends: the telco cuts the line after it.
    """

    by: Literal["us", "telco"]
    pdu: str
    octets: str
    status: str = ""
    ends: Literal["", "closes"] = ""

    @property
    def raw(self) -> bytes:
        return bytes.fromhex(self.octets)


class Exchange(_Said, frozen=True, kw_only=True):
    """One of them.

    Attributes:
        about: what it shows.
        settings: over those of `office.toml`.
        stored: what came could be written down.
        steps: what goes over the wire.
        mos, reports: what the telco handed over.
        anew: of texts, where it matters which of them count as one, see `ports.Handed`.
        unreadable: why what it handed over cannot be read.
        mt: what we send, as soon as we are bound.
        fate: what became of it.
        refused: how the door says that it is not bound.
    """

    about: str
    settings: dict[str, object] = {}
    stored: bool = True
    steps: tuple[Step, ...]
    mos: tuple[Mo, ...] = ()
    reports: tuple[Report, ...] = ()
    anew: tuple[bool, ...] = ()
    unreadable: str = ""
    mt: Mt | None = None
    fate: Fate | None = None
    refused: str = ""


class Office(_Said, frozen=True):
    """`office.toml`: what an office sets, and the bind before each exchange."""

    door: dict[str, object]
    bind: tuple[Step, ...]


class Recorded(Struct, frozen=True):
    """An exchange and its name."""

    name: str
    exchange: Exchange

    def __str__(self) -> str:
        return self.name

    def steps(self) -> Sequence[Step]:
        """All of them, with the bind."""
        own = self.exchange.steps
        return own if own[0].pdu.startswith(_BINDS) else (*office().bind, *own)


@functools.cache
def office() -> Office:
    """The settings and the bind."""
    return convert(tomllib.loads((FOLDER / "office.toml").read_text(encoding="utf-8")), Office)


@functools.cache
def recorded() -> Sequence[Recorded]:
    """All exchanges, by the names of their files."""
    files = sorted((FOLDER / "exchanges").glob("*.toml"))
    return [
        Recorded(file.stem, convert(tomllib.loads(file.read_text(encoding="utf-8")), Exchange))
        for file in files
    ]


def response_of(name: str) -> Response:
    """The last PDU of a telco in an exchange, a response."""
    (one,) = (one for one in recorded() if one.name == name)
    last = [step for step in one.exchange.steps if step.by == "telco"][-1]
    pdu = decode(last.raw)
    assert isinstance(pdu, Response)
    return pdu


class Player:
    """The telco's part of an exchange.

    Attributes:
        heard: what we said, one PDU after the other.
        over: set when every step was taken.
    """

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = steps
        self.heard: list[bytes] = []
        self.over = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take the steps with the first caller; others, who come after a bind failed, wait."""
        if self.heard:
            return
        try:
            await self._play(reader, writer)
            self.over.set()
            await self._leave(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.transport.abort()

    async def _play(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for step in self._steps:
            if step.by == "telco":
                writer.write(step.raw)
            else:
                self.heard.append(await read_pdu(reader))
            if step.ends:
                writer.transport.abort()

    async def _leave(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Let us unbind at the end of a test."""
        while True:
            octets = await read_pdu(reader)
            if int.from_bytes(octets[4:8]) == _UNBIND:
                command = (_RESPONSE | _UNBIND).to_bytes(4)
                writer.write(HEADER.to_bytes(4) + command + octets[8:16])


async def read_pdu(reader: asyncio.StreamReader) -> bytes:
    """The next PDU as octets."""
    length = await reader.readexactly(_LENGTH)
    return length + await reader.readexactly(int.from_bytes(length) - _LENGTH)
