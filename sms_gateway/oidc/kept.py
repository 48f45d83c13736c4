"""What was fetched is kept for a while, and a provider that fails is not asked all the time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from sms_gateway.oidc.values import Refusal

T = TypeVar("T")


class Kept(Generic[T]):
    """Fetches one thing, one call at a time.

    Args:
        fetch: see there; says why there is nothing.
        monotonic: seconds that never step backwards.
        fresh_s: it is good for so long.
        pause_s: between two calls at least.
    """

    def __init__(
        self,
        fetch: Callable[[], Awaitable[T | Refusal]],
        monotonic: Callable[[], float],
        fresh_s: float,
        pause_s: float,
    ) -> None:
        self._fetch = fetch
        self._monotonic = monotonic
        self._fresh_s = fresh_s
        self._pause_s = pause_s
        self._turn = asyncio.Lock()
        self._found: T | None = None
        self._found_at = 0.0
        self._refused: Refusal | None = None
        self._asked_at: float | None = None

    async def get(self, *, newer: bool = False) -> T | Refusal:
        """What it is; `newer` asks anew unless that was done just now."""
        async with self._turn:
            now = self._monotonic()
            found = self._found
            if found is not None and now - self._found_at >= self._fresh_s:
                found = self._found = None
            if found is not None and not newer:
                return found
            if self._asked_at is not None and now - self._asked_at < self._pause_s:
                return (self._refused or Refusal.UNREACHABLE) if found is None else found
            return await self._ask(now)

    async def _ask(self, now: float) -> T | Refusal:
        self._asked_at = now
        said = await self._fetch()
        if isinstance(said, Refusal):
            self._refused = said
        else:
            self._found, self._found_at, self._refused = said, now, None
        return said
