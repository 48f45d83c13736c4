"""Tells a text that the telco delivers again from one that the citizen sends again.

SMPP gives a text no id. A telco delivers again what it has no answer to: its line broke, or our
answer took too long. Whoever heard the answer has forgotten the text, so that the same words are a
new question, and a citizen who asks twice is answered twice (domain 8, item 18).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from sms_gateway.domain.message import MobileOriginated
from sms_gateway.ports import Handed
from sms_gateway.smpp.session import EsmeSession

PROMPT_S: Final = 2.0
"""Whatever is answered by then came before the telco's own time-out, which is five seconds or more
(SMPP 3.4 clause 7.2 leaves it to the telco)."""

_MOST = 20_000


@dataclass(slots=True, eq=False)
class _Last:
    """The last delivery of the same words.

    Attributes:
        ordinal: how many questions with them came before.
        at: when it came.
        session: by which connection.
        answered_at: when our answer was written, where that was in time.
    """

    ordinal: int
    at: float
    session: EsmeSession
    answered_at: float | None = None

    def heard_by(self, session: EsmeSession) -> bool:
        """Whether the telco heard our answer, as far as a delivery by this connection shows.

        A line may be dead without a word: only what the telco said since proves that it was not.
        """
        first, at = self.session, self.answered_at
        return at is not None and not first.closed and (first is session or first.heard_at > at)


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
        self._last: dict[int, _Last] = {}

    def told(self, handed: Handed, session: EsmeSession, now: float) -> Handed:
        """The same, with its ordinal; to be called as it comes, before `answered`."""
        words = _words(handed)
        if words is None or not self._window_s:
            return handed
        last = self._last.pop(words, None)
        ordinal = 0 if last is None else self._ordinal(last, session, now)
        self._last[words] = _Last(ordinal, now, session)
        if len(self._last) > _MOST:
            del self._last[next(iter(self._last))]
        return replace(handed, ordinal=ordinal) if ordinal else handed

    def answered(self, handed: Sequence[Handed], session: EsmeSession, now: float) -> None:
        """These were acknowledged by this connection."""
        if session.closed:
            return
        for one in handed:
            words = _words(one)
            last = None if words is None else self._last.get(words)
            if last is not None and last.session is session:
                last.answered_at = now if now - last.at <= PROMPT_S else None

    def _ordinal(self, last: _Last, session: EsmeSession, now: float) -> int:
        passed = now - last.at
        if passed > self._window_s:
            return 0
        again = last.heard_by(session) and passed > self._echo_s
        return last.ordinal + 1 if again else last.ordinal


def _words(handed: Handed) -> int | None:
    """Their hash: texts are not kept here, and two that share one lose nothing by it."""
    mo = handed.item
    if not isinstance(mo, MobileOriginated):
        return None
    return hash((mo.sender.value, mo.short_code, mo.part, mo.text))
