"""A bind to see how it goes: asks once whether the telco is there, and takes leave."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import assert_never

from sms_gateway.channels.smpp.link import Account, unreachable
from sms_gateway.channels.smpp.settings import Timers
from sms_gateway.ports import Checked
from sms_gateway.smpp import pdus
from sms_gateway.smpp.connection import Connection, connect
from sms_gateway.smpp.events import (
    BindRefused,
    Bound,
    Closed,
    Event,
    Incoming,
    PeerUnbound,
    Reason,
    Responded,
    RespondedLate,
    StillThere,
    Unanswered,
)
from sms_gateway.smpp.session import EsmeSession
from sms_gateway.smpp.states import Timers as SessionTimers
from sms_gateway.smpp.status import Status, status_name

_MOST_S = 30.0
"""A person waits for each answer no longer than this, whatever the settings allow."""

_TO_DO: Mapping[int, str] = {
    Status.RINVPASWD: "wrong password: compare `password` with what the telco gave you",
    Status.RINVSYSID: "unknown account: compare `system_id` with what the telco gave you",
    Status.RINVSYSTYP: "wrong `system_type`: ask the telco which, or whether it wants none",
    Status.RALYBND: "this account is bound: end what else uses it, or wait until the telco "
    "forgets a broken line; ask it how many binds it allows",
    Status.RBINDFAIL: "it gives no reason: ask the telco whether the account is open for this "
    "machine's address and for this kind of bind",
    Status.RINVCMDID: "it does not know this kind of bind: set another `role` in `binds`",
    Status.RINVBNDSTS: "not as this kind of bind: set another `role` in `binds`",
    Status.RINVSRCADR: "wrong `addresses.range`: ask the telco which, or whether it wants none",
    Status.RSYSERR: "the telco is in trouble: try again later, then ask it",
    Status.RTHROTTLED: "it had too many binds of ours: wait a few minutes, then try again",
}


async def try_bind(account: Account, timers: Timers, longest: int, what: str) -> Checked:
    """Connect, bind, one enquire_link, unbind. What the telco hands over meanwhile it must keep.

    Args:
        account: where to, and as whom.
        timers: of the door; each wait is 30 seconds at most.
        longest: octets of a PDU that is still read.
        what: how the result is named.
    """
    session_s, response_s = min(timers.session_s, _MOST_S), min(timers.response_s, _MOST_S)
    own = SessionTimers(response_s=response_s, enquire_link_s=0, inactivity_s=0, bind_s=session_s)
    session = EsmeSession(own, 1, asyncio.get_running_loop().time(), longest)
    trial = _Trial(session)
    role = type(account.bind).__name__.removeprefix("Bind").lower()
    at = f"{role} at {account.host}:{account.port}"
    try:
        connection = await connect(
            account.host,
            account.port,
            session,
            trial.heard,
            tls=account.tls,
            server_name=account.server_name,
            connect_s=min(timers.connect_s, _MOST_S),
        )
    except (OSError, TimeoutError) as error:
        return Checked(what, well=False, told=f"{at}: not tried, {unreachable(error)}")
    await trial.run(account, connection)
    return Checked(what, well=trial.there, told=f"{at}: {trial.told(session_s, response_s)}")


class _Trial:
    """What came of one.

    Attributes:
        there: the telco took the bind and answered the enquire_link.
    """

    def __init__(self, session: EsmeSession) -> None:
        self.there = False
        self._session = session
        self._bound = False
        self._refused: int | None = None
        self._sent_back = 0
        self._reason = Reason.CONNECTION_LOST

    async def run(self, account: Account, connection: Connection[Event]) -> None:
        """From the bind to the end of the connection."""
        self._session.bind(account.bind, asyncio.get_running_loop().time())
        connection.flush()
        try:
            await asyncio.wait([connection.closed])
        finally:
            connection.close()

    def heard(self, events: Sequence[Event]) -> None:
        """What the telco said."""
        now = asyncio.get_running_loop().time()
        for event in events:
            match event:
                case Bound():
                    self._bound = True
                    self._session.enquire(now)
                case StillThere():
                    self.there = True
                    self._session.unbind(now)
                case BindRefused(status=status):
                    self._refused = status
                case Incoming():
                    # Nobody writes it down here; the gateway gets it when it runs.
                    self._session.answer(event, Status.RX_T_APPN, now)
                    self._sent_back += 1
                case Closed(reason=reason):
                    self._reason = reason
                case Responded() | RespondedLate() | Unanswered():
                    pass  # nothing was sent
                case PeerUnbound() | pdus.Unreadable():
                    pass  # `Closed` says so, or it goes on
                case _:
                    assert_never(event)

    def told(self, session_s: float, response_s: float) -> str:
        """One line of it.

        Args:
            session_s: how long the answer to the bind had.
            response_s: how long each later one had.
        """
        if self._refused is not None:
            to_do = _TO_DO.get(self._refused, "ask the telco what it means")
            return f"{status_name(self._refused)}, {to_do}"
        back = f"; what it handed over it must keep: {self._sent_back}" if self._sent_back else ""
        if self.there:
            return f"ESME_ROK, it is bound{self._left()}{back}"
        if self._bound:
            return f"ESME_ROK, then {self._ended(response_s)}: ask the telco why{back}"
        to_do = "ask the telco whether this machine's address may bind there"
        return f"{self._ended(session_s)}: {to_do}"

    def _left(self) -> str:
        if self._reason is Reason.UNBOUND:
            return ", answers enquire_link, and unbinds"
        return ", answers enquire_link; no answer to the unbind"

    def _ended(self, seconds: float) -> str:
        ended: str = self._reason.value
        silent = self._reason in (Reason.BIND_TIME_OUT, Reason.PEER_SILENT)
        return f"{ended} in {seconds:g} seconds" if silent else ended
