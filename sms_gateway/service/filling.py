"""What writes down the words of texts, so that staff find texts by them."""

from collections.abc import Callable
from datetime import timedelta

from sms_gateway.ports import Clock, StoreDownError
from sms_gateway.store.views import StoreWords

LEADS = "words"
"""What one node of many leads."""

SETTLED = timedelta(minutes=1)
"""A text this old has been written, whichever node received it: none comes in behind the mark."""

BATCH = 100
PAUSE_S = 0.12
"""Between two full batches: answers come first. An old log of ten million takes four hours."""

REST_S = 20.0


class WordFiller:
    """Fills behind whoever records.

    Args:
        words: of the store.
        leads: whether this node is the one of several that fills.
        clock: time.
    """

    def __init__(self, words: StoreWords, leads: Callable[[], bool], clock: Clock) -> None:
        self._words = words
        self._leads = leads
        self._clock = clock

    async def run(self) -> None:
        """Fill until cancelled."""
        while True:
            full = self._leads() and await self.fill() == BATCH
            await self._clock.sleep(PAUSE_S if full else REST_S)

    async def fill(self) -> int:
        """Write down one batch; how many texts it had."""
        try:
            return await self._words.fill(self._clock.now() - SETTLED, BATCH)
        except StoreDownError:
            # Others tell of that.
            return 0
