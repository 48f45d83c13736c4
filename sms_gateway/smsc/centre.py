"""The SMSC itself: takes binds, and brings what is heard to those who see to it."""

import asyncio
import hmac
from collections.abc import Iterator, Sequence
from typing import assert_never, cast

from sms_gateway.smpp.commands import CommandId
from sms_gateway.smpp.connection import Connection
from sms_gateway.smpp.events import (
    BindAnswered,
    Closed,
    PeerUnbound,
    Responded,
    RespondedLate,
    SmscEvent,
    Submitted,
    Unanswered,
)
from sms_gateway.smpp.pdus import AnyBind, Unreadable
from sms_gateway.smpp.smsc_session import SmscSession
from sms_gateway.smpp.states import Timers
from sms_gateway.smpp.status import Status, status_name
from sms_gateway.smsc.answering import Answering, Outside
from sms_gateway.smsc.behaviour import Account, Behaviour
from sms_gateway.smsc.figures import Figures
from sms_gateway.smsc.handing import Delivery, Handing, Line, Tell

_BIND_S = 10.0
_ROLES = {
    CommandId.BIND_TRANSCEIVER: "transceiver",
    CommandId.BIND_TRANSMITTER: "transmitter",
    CommandId.BIND_RECEIVER: "receiver",
}


class Centre:
    """One SMSC, within a running loop.

    Args:
        behaviour: see there.
        account: who may bind.
        outside: time, chance and ids.
        tell: see `Tell`.

    Attributes:
        figures: see there.
        handing: takes texts, and tells when something has happened.
    """

    def __init__(
        self, behaviour: Behaviour, account: Account, outside: Outside, tell: Tell
    ) -> None:
        self.figures = Figures()
        self.handing = Handing(behaviour, outside.random, self.figures, tell)
        self._answering = Answering(behaviour, outside, self.handing, self.figures, tell)
        self._behaviour = behaviour
        self._account = account
        self._tell = tell
        self._came = 0

    @property
    def done(self) -> bool:
        """Whether all texts were taken and have a reply, and all answers and receipts went out."""
        waits = self._answering.open or self.figures.waiting
        return self.handing.idle and not waits

    def came(self) -> Connection[SmscEvent]:
        """The end of a connection that is being made; for the loop's `create_server`."""
        loop = asyncio.get_running_loop()
        timers = Timers(
            response_s=self._behaviour.response_s,
            enquire_link_s=self._behaviour.enquire_link_s,
            inactivity_s=0,
            bind_s=_BIND_S,
        )
        session = SmscSession(timers, self._behaviour.window, loop.time(), self._admit)
        self._came += 1
        number = self._came
        connection: Connection[SmscEvent]
        # It is called later only, when the line is there.
        connection = Connection(session, lambda events: self._heard(line, events), loop)
        line = Line(number, session, connection)
        self.handing.lines.append(line)
        return connection

    async def leave(self, seconds: float) -> None:
        """Unbind from all, and wait for so long for their answers."""
        now = asyncio.get_running_loop().time()
        lines = list(self.handing.lines)
        for line in lines:
            line.session.unbind(now)
            line.connection.flush()
        if lines:
            await asyncio.wait([line.connection.closed for line in lines], timeout=seconds)
        for line in lines:
            line.connection.close()

    def _admit(self, bind: AnyBind) -> int:
        account = self._account
        if account.system_id and not _same(bind.system_id, account.system_id):
            return Status.RINVSYSID
        if account.password and not _same(bind.password, account.password):
            return Status.RINVPASWD
        return Status.ROK

    def _heard(self, line: Line, events: Sequence[SmscEvent]) -> None:
        submitted: list[Submitted] = []
        for event in events:
            if type(event) is Submitted:
                submitted.append(event)
            elif type(event) is Responded:
                self.handing.answered(cast("Delivery", event.token), event.status)
            else:
                for words in self._note(line, event):
                    self._told(line, words)
        if submitted:
            self._answering.take(line, submitted)
        self.handing.pump()

    def _note(self, line: Line, event: SmscEvent) -> Iterator[str]:
        """What is to be told of it."""
        match event:
            case BindAnswered(pdu=pdu, status=status):
                refused = "" if status == Status.ROK else f", refused: {status_name(status)}"
                self.figures.bound += status == Status.ROK
                yield f"bind as {_ROLES[pdu.command_id]} by {pdu.system_id}{refused}"
            case Unanswered(token=token, reason=reason):
                self.handing.unanswered(cast("Delivery", token), reason.value)
            case Unreadable():
                yield f"unreadable {event}"
            case PeerUnbound():
                yield "unbind"
            case Closed(reason=reason):
                self.handing.lines.remove(line)
                yield f"closed: {reason.value}"
            case RespondedLate():
                pass  # it counts as not taken, and went again or will
            case Submitted() | Responded():
                pass  # many at a time
            case _:
                assert_never(event)

    def _told(self, line: Line, words: str) -> None:
        if self._tell:
            self._tell(f"line {line.number}  {words}")


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())
