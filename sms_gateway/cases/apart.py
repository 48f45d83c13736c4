"""One dossier that cannot be told costs those that are asked for with it no answer."""

import asyncio
from collections.abc import Awaitable, Callable, Container, Sequence

from sms_gateway.cases.remote import Away, Told
from sms_gateway.domain.ids import CanonicalKey

Ask = Callable[[Sequence[CanonicalKey]], Awaitable[Told | Away]]
"""One question for some numbers; never raises."""


async def told_apart(
    keys: Sequence[CanonicalKey], ask: Ask, of_a_row: Container[str]
) -> Told | Away:
    """What a database says of numbers, without those on which it chokes.

    What fails is asked again by halves, as long as one of the two is answered: for 40 numbers 13
    questions at most, and 3 where it answers none.

    Args:
        keys: the numbers.
        ask: asks.
        of_a_row: reasons that one dossier may be to blame for.
    """
    told = await ask(keys)
    return await _halved(keys, told, ask, of_a_row) if isinstance(told, Away) else told


async def _halved(
    keys: Sequence[CanonicalKey], away: Away, ask: Ask, of_a_row: Container[str]
) -> Told | Away:
    if len(keys) == 1 or away.reason not in of_a_row:
        return away
    halves = keys[: len(keys) // 2], keys[len(keys) // 2 :]
    answers = await asyncio.gather(*map(ask, halves))
    if all(isinstance(answer, Away) for answer in answers):
        return away
    whole = Told(())
    for half, answer in zip(halves, answers, strict=True):
        told = await _halved(half, answer, ask, of_a_row) if isinstance(answer, Away) else answer
        lost = dict.fromkeys(half, told.reason) if isinstance(told, Away) else told.lost
        records = () if isinstance(told, Away) else told.records
        whole = Told([*whole.records, *records], lost={**whole.lost, **lost})
    return whole
