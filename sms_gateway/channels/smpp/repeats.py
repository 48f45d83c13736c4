"""Tells a text that the telco delivers again from one that the citizen sends again.

SMPP gives a text no id. A telco delivers again what it has no answer to: its line broke, or our
answer took too long. Whoever read the answer has forgotten the text, so that the same words are a
new question, and a citizen who asks twice is answered twice (domain 8, item 18).
"""

from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from sms_gateway.domain.message import MobileOriginated
from sms_gateway.ports import Handed
from sms_gateway.smpp.side import Read

PROMPT_S: Final = 2.0
"""Whatever is answered by then came before the telco's own time-out, which is five seconds or more
(SMPP 3.4 clause 7.2 leaves it to the telco)."""

_MOST = 20_000


@dataclass(slots=True, eq=False)
class Delivery:
    """One delivery of some words.

    Attributes:
        at: when it came.
        read: what the telco has read of what we wrote on its connection.
        anew: it was a question of its own.
        answered_at: when we wrote that it was taken, where that was in time.
        refused: it was not taken: the telco comes again with it.
    """

    at: float
    read: Read
    anew: bool
    answered_at: float | None = None
    refused: bool = False

    @property
    def heard(self) -> bool:
        """Whether the telco read that it was taken: it answered what we asked after that."""
        return self.answered_at is not None and self.read.until > self.answered_at

    def answered(self, now: float, *, taken: bool) -> None:
        """The telco is told now that it was taken, or that it was not."""
        self.refused = not taken
        if taken and now - self.at <= PROMPT_S:
            self.answered_at = now


class Repeats:
    """What the binds of a door brought of late.

    It is bounded, and lost at a restart: what is not known here counts as delivered again.

    Args:
        window_s: how long a telco may deliver again.
        echo_s: how soon the same words are one delivery in any case: phones send again, too.
    """

    def __init__(self, window_s: float, echo_s: float) -> None:
        self._window_s = window_s
        self._echo_s = echo_s
        # In the order in which they came.
        self._last: dict[int, Delivery] = {}

    def told(self, handed: Handed, read: Read, now: float) -> tuple[Handed, Delivery | None]:
        """The same, and whether it is asked anew; what came is to hear of its answer.

        Args:
            handed: what came.
            read: of the connection that brought it.
            now: the moment.
        """
        words = _words(handed)
        if words is None or not self._window_s:
            return handed, None
        last = self._last.pop(words, None)
        delivery = Delivery(now, read, last is not None and self._anew(last, now))
        self._last[words] = delivery
        self._forget(now)
        return (replace(handed, anew=True) if delivery.anew else handed), delivery

    def _anew(self, last: Delivery, now: float) -> bool:
        passed = now - last.at
        if passed > self._window_s:
            return False
        return last.anew if last.refused else last.heard and passed > self._echo_s

    def _forget(self, now: float) -> None:
        while self._last:
            words, oldest = next(iter(self._last.items()))
            if len(self._last) <= _MOST and now - oldest.at <= self._window_s:
                return
            del self._last[words]


def _words(handed: Handed) -> int | None:
    """Their hash: texts are not kept here, and two that share one lose nothing by it."""
    mo = handed.item
    if not isinstance(mo, MobileOriginated):
        return None
    return hash((mo.sender.value, mo.short_code, mo.part, mo.text))
