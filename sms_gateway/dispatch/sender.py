"""One loop per door: lease what is due and fits, hand it to the telco, settle."""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import datetime

import structlog
from aiolimiter import AsyncLimiter

from sms_gateway.dispatch.context import DispatchContext
from sms_gateway.dispatch.handing_on import HandingOn
from sms_gateway.dispatch.quota import Quota, quota_of
from sms_gateway.dispatch.retry import settlement
from sms_gateway.dispatch.settling import Settler
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.moves import TELCO_LIMIT
from sms_gateway.domain.outcome import MtState, SendOutcome, Uncertain
from sms_gateway.domain.records import Settlement
from sms_gateway.ports import Door, Outbox, Sender, StoreDownError
from sms_gateway.tasks import ended

_log = structlog.get_logger("dispatch")

_STORE_AGAIN_SECONDS = 1.0
_LAST_WRITE_SECONDS = 3.0


class DoorDispatch:
    """Sends a door's queue.

    Args:
        door: with a sender.
        outbox: the store.
        settler: takes the outcomes.
        context: what surrounds it.
    """

    def __init__(
        self, door: Door, sender: Sender, outbox: Outbox, settler: Settler, context: DispatchContext
    ) -> None:
        self._door = door
        self._sender = sender
        self._outbox = outbox
        self._settler = settler
        self._context = context
        self._wake = asyncio.Event()
        self._wake.set()
        self._ending = False
        self._sending: set[asyncio.Task[None]] = set()
        self._in_flight = 0
        self._back_off = context.health.back_off
        self._handing_on = HandingOn(door.name, outbox, context)
        self._quota = quota_of(door.name, sender, outbox, context)
        if self._quota is not None:
            context.health.full = self._quota.full
        # Nothing is due that was not leased, as far as the last look and the hints say.
        self._caught_up = False
        # Something new came since this turn began: what it reads may not have it yet.
        self._hinted = False
        # Until the store was seen, nobody knows whether staff paused the door.
        self._paused = True
        self._look_at = 0.0
        pace = sender.limits.per_second
        # AsyncLimiter(n, 1) would let 2n-1 through in one second; one per 1/n keeps the pace.
        self._pace = AsyncLimiter(1, 1 / pace) if pace else None

    @property
    def handing_on(self) -> HandingOn:
        """What moves its queue to other doors."""
        return self._handing_on

    def wake(self) -> None:
        """Something new may be due: a hint, the store is the truth."""
        self._something_new()
        self._wake.set()

    def keep(self) -> bool:
        """Keep a slot for a reply that is about to be written; it goes before no other one."""
        if self._paused or not self._caught_up or self._ending:
            return False
        if self._pace is not None or self._quota is not None:
            return False
        back_off = self._back_off
        # One that is down is tried with what waits, one message at a time.
        if self._in_flight >= self._sender.limits.slots or back_off.left() or back_off.down:
            return False
        if not self._context.leads():
            return False
        self._in_flight += 1
        return True

    def give_back(self) -> None:
        """A kept slot is not needed."""
        self._in_flight -= 1
        self._wake.set()

    def take(self, messages: Sequence[MobileTerminated]) -> None:
        """Send these, each in a slot that was kept for it."""
        if not self._ending and self._context.leads():
            self._start(messages)
            return
        # Their commit took its time: nobody would wait for them, or another node sends by now.
        self._in_flight -= len(messages)
        self._give_back(messages, "shutdown" if self._ending else "lead_lost")

    async def run(self) -> None:
        """Send until cancelled; then let running sends end within the grace."""
        down = False
        try:
            while True:
                try:
                    if not await self._turn():
                        await self._rest()
                    down = False
                except StoreDownError as error:
                    if not down:
                        _log.error("dispatch.store_down", door=self._door.name, error=str(error))
                    down, self._caught_up = True, False
                    await self._context.clock.sleep(_STORE_AGAIN_SECONDS)
        finally:
            await self._finish()

    async def _turn(self) -> bool:
        """Lease and start one batch; whether there may be more right now."""
        self._wake.clear()
        self._hinted = False
        if self._context.leads():
            self._context.health.carries(self._sender.limits.slots)
        await self._handing_on.look()
        free = self._back_off.room(self._sender.limits.slots - self._in_flight)
        if self._caught_up or free <= 0 or not self._context.leads():
            return False
        if self._pace is not None:
            due = await self._next_due()
            if due is None or due > self._context.clock.now():
                await self._look()
                return False
            await self._pace.acquire()
            # That may have taken longer than a lead holds.
            if not self._context.leads():
                return False
            free = 1
        context = self._context
        now, below = context.clock.now(), context.below()
        leased = await self._outbox.lease(self._door.name, now, free, below, context.apart)
        ours = leased if self._quota is None else await self._within(self._quota, leased)
        if ours and not self._context.leads():
            # The store took its time, and another node sends by now.
            self._give_back(ours, "lead_lost")
            return False
        if ours:
            self._in_flight += len(ours)
            self._start(ours)
        if len(leased) == free:
            return True
        await self._look()
        return False

    def _something_new(self) -> None:
        self._caught_up, self._hinted = False, True
        self._handing_on.something_new()

    async def _look(self) -> None:
        """The queue gave less than was asked for: nothing more is due now."""
        self._caught_up = not self._hinted
        door, context = self._door.name, self._context
        self._paused = await self._outbox.is_paused(door)
        seconds = context.sweep
        if (due := await self._next_due()) is not None:
            until_due = (due - context.clock.now()).total_seconds()
            # A queue that is due but gave nothing is paused or expired: look again at the sweep.
            seconds = min(seconds, until_due) if until_due > 0 else seconds
        self._look_at = context.clock.monotonic() + seconds

    async def _next_due(self) -> datetime | None:
        context = self._context
        return await self._outbox.next_due(self._door.name, context.below(), context.clock.now())

    def _start(self, messages: Sequence[MobileTerminated]) -> None:
        if self._quota is not None:
            self._quota.begun(messages)
        sending = self._send(messages, self._back_off.begun())
        task = asyncio.create_task(sending, name=f"send-{self._door.name}")
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _within(
        self, quota: Quota, leased: Sequence[MobileTerminated]
    ) -> Sequence[MobileTerminated]:
        """Those that the telco takes today; the others leave by another door, or tomorrow."""
        if not leased:
            return leased
        try:
            shared = await quota.share(leased)
            wait = await self._handing_on.pass_on(shared.wait, shared)
        except BaseException:
            self._give_back(leased, "not_counted")
            raise
        self._give_back([*wait, *shared.kept], TELCO_LIMIT, shared.until)
        return shared.go

    def _give_back(
        self, messages: Sequence[MobileTerminated], reason: str, until: datetime | None = None
    ) -> None:
        now = self._context.clock.now()
        for mt in messages:
            state = MtState.QUEUED
            if until is not None and until >= mt.valid_until:
                # It would wait in vain: a person sees it now, and not when it has expired.
                state = MtState.UNCERTAIN if mt.doubted else MtState.EXPIRED
            back = Settlement(
                mt.id, mt.attempt, now, state, "deferred", reason, not_before=until or now
            )
            # No telco was asked: neither a figure nor an alarm is to count it.
            self._settler.settle(back)

    async def _send(self, messages: Sequence[MobileTerminated], asked_in: int) -> None:
        waiting = {mt.id: mt for mt in messages}

        def settled(mt_id: MessageId, outcome: SendOutcome) -> None:
            if mt := waiting.pop(mt_id, None):
                self._settle(mt, outcome, asked_in)

        try:
            await self._sender.send(messages, settled)
        except Exception as error:  # noqa: BLE001  # a broken sender must not stop its door
            _log.error("send.broke", door=self._door.name, error=type(error).__name__)
        finally:
            for mt in waiting.values():
                # A sender that forgot one, broke or was cancelled: nobody knows.
                self._settle(mt, Uncertain("sender_broke"), asked_in)

    def _settle(self, mt: MobileTerminated, outcome: SendOutcome, asked_in: int) -> None:
        self._context.health.sent(outcome, asked_in)
        what = settlement(mt, outcome, self._context.clock.now(), self._context.table)
        self._in_flight -= 1
        self._settler.settle(what)
        if self._quota is not None:
            self._quota.settled(mt, what.state)
        self._context.sent(mt, what)
        if what.state is MtState.QUEUED:
            self._something_new()
        self._wake.set()

    async def _rest(self) -> None:
        monotonic = self._context.clock.monotonic
        seconds = self._back_off.left() or self._context.sweep
        if self._caught_up:
            seconds = min(seconds, self._look_at - monotonic())
        if seconds > 0:
            await self._wait(seconds)
        if monotonic() >= self._look_at:
            self._caught_up = False

    async def _wait(self, seconds: float) -> None:
        timer = asyncio.create_task(self._context.clock.sleep(seconds))
        woken = asyncio.create_task(self._wake.wait())
        try:
            await asyncio.wait([timer, woken], return_when=asyncio.FIRST_COMPLETED)
        finally:
            # Not awaited: a cancellation of this loop that came meanwhile would be swallowed, and
            # the gateway would never stop.
            timer.cancel()
            woken.cancel()

    async def _finish(self) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._context.grace
        self._ending = True
        await ended(self._sending, self._context.grace)
        with contextlib.suppress(TimeoutError):
            # With the store down it would never end; what is unsettled is uncertain after a start.
            async with asyncio.timeout_at(max(deadline, loop.time() + _LAST_WRITE_SECONDS)):
                await self._settler.drained()
