"""One dossier that cannot be told costs those that are asked for with it no answer."""

import asyncio
from collections.abc import Awaitable, Callable, Container, Sequence

from sms_gateway.cases.embedded.rows import Record
from sms_gateway.cases.remote import Away, Told
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.domain.untold import NOBODYS

Ask = Callable[[Sequence[CanonicalKey]], Awaitable[Told | Away]]
"""One question for some numbers; never raises."""

QUESTIONS = 40
"""Of one search at most: not more than one for each number of a batch."""

_SHARE = 0.9
"""Of the time: the rest is for whoever waits until the time is over, and then for nothing more."""

_SLOW = Away("slow", "the case database took too long")

_Keys = Sequence[CanonicalKey]


async def told_apart(
    keys: Sequence[CanonicalKey], ask: Ask, of_a_row: Container[str], seconds: float
) -> Told | Away:
    """What a database says of numbers, without those on which it chokes.

    What fails is asked again by halves: for one of 40 numbers 13 questions at most, for four 40.
    Where both halves of all fail, a number of nobody's tells whether it is sick; then it is left
    alone after four questions. What is not known when the time or the questions are over is lost;
    what was told until then is not.

    Args:
        keys: the numbers.
        ask: asks.
        of_a_row: reasons that one dossier may be to blame for.
        seconds: of all questions together.
    """
    search = _Search(ask, of_a_row, asyncio.get_running_loop().time() + seconds * _SHARE)
    told = await ask(keys)
    if not isinstance(told, Away) or len(keys) == 1 or told.reason not in of_a_row:
        return told
    return await search.of(keys, told)


class _Search:
    """Finds those on which a database chokes.

    Args:
        ask, of_a_row: see `told_apart`.
        until: when it must have ended, by the clock of the loop.
    """

    def __init__(self, ask: Ask, of_a_row: Container[str], until: float) -> None:
        self._ask = ask
        self._of_a_row = of_a_row
        self._until = until
        self._left = QUESTIONS - 1
        self._records: list[Record] = []
        self._lost: dict[CanonicalKey, str] = {}

    async def of(self, keys: Sequence[CanonicalKey], away: Away) -> Told | Away:
        """What is told of numbers of which it said that it cannot tell of all."""
        halves = _halved([keys])
        answers = await self._answers(halves)
        if all(isinstance(answer, Away) for answer in answers) and await self._is_sick(answers):
            return away
        while failed := self._sorted(halves, answers):
            halves = _halved(failed)
            answers = await self._answers(halves)
        return Told(self._records, lost=self._lost)

    async def _is_sick(self, answers: Sequence[Told | Away]) -> bool:
        """Whether it answers nothing at all."""
        if any(isinstance(a, Away) and a.reason not in self._of_a_row for a in answers):
            return True
        (answer,) = await self._answers([[NOBODYS]])
        return isinstance(answer, Away)

    def _sorted(self, halves: Sequence[_Keys], answers: Sequence[Told | Away]) -> Sequence[_Keys]:
        """Keep what is decided; what is left to be halved."""
        failed: list[_Keys] = []
        for half, answer in zip(halves, answers, strict=True):
            if not isinstance(answer, Away):
                self._records += answer.records
                self._lost |= answer.lost
            elif (
                len(half) > 1
                and answer.reason in self._of_a_row
                and 2 * (len(failed) + 1) <= self._left
            ):
                failed.append(half)
            else:
                self._lost |= dict.fromkeys(half, answer.reason)
        return failed

    async def _answers(self, parts: Sequence[_Keys]) -> Sequence[Told | Away]:
        """The answer to each, all asked at once; those that have not come in time are slow."""
        self._left -= len(parts)
        answers: list[Told | Away] = [_SLOW] * len(parts)

        async def fill(place: int, part: _Keys) -> None:
            answers[place] = await self._ask(part)

        try:
            async with asyncio.timeout_at(self._until):
                await asyncio.gather(*(fill(place, part) for place, part in enumerate(parts)))
        except TimeoutError:
            pass
        return answers


def _halved(parts: Sequence[_Keys]) -> Sequence[_Keys]:
    return [half for keys in parts for half in (keys[: len(keys) // 2], keys[len(keys) // 2 :])]
