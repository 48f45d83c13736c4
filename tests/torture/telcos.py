"""A telco, and a line to it, that do everything but what they should."""

import random
from collections.abc import Mapping, Sequence

from tests.acceptance.telco import Does
from tests.fault_proxy import Chooser
from tests.fault_proxy import Does as Line
from tests.torture.stage import Stage

_TELCO = {
    Does.ACCEPT: 70, Does.SILENT: 6, Does.CLOSE: 8, Does.REPORT_FIRST: 8, Does.BREAK: 6,
    Does.THROTTLE: 1,
}  # fmt: skip
_REPLIES = {Line.PASS: 85, Line.DELAY: 4, Line.HALF: 5, Line.CLOSE: 3, Line.RESET: 3}
_CALLS = {Line.PASS: 92, Line.DELAY: 2, Line.HALF: 2, Line.CLOSE: 2, Line.RESET: 2}

_BUSY = 0.3
_FLOOD = (100, 300)
MAX_UNANSWERED = 60
"""Less than a flood."""


def odd_telco(chance: random.Random) -> Sequence[Does]:
    """What the telco does with the first replies to one text."""
    return chance.choices([*_TELCO], [*_TELCO.values()], k=2)


def busy_telco(chance: random.Random) -> Sequence[Does]:
    """A telco that has faults of its own now and then, so that replies wait for their next try."""
    return (Does.BREAK,) if chance.random() < _BUSY else ()


def at_random(stage: Stage, weights: Mapping[Line, int]) -> Chooser:
    """What becomes of each piece that goes through a line."""
    return lambda _piece: stage.chance.choices([*weights], [*weights.values()])[0]


async def telco_fails(stage: Stage) -> None:
    """Both lines break now and then, one stalls for a while, and texts come in a flood."""
    for line in (stage.calls, stage.answers):
        line.on_call = at_random(stage, _CALLS)
        line.on_answer = at_random(stage, _REPLIES)
    await stage.moments.at("mt", stage.chance.randint(20, 80))
    await stage.load.flood(stage.chance.randint(*_FLOOD))
    stalled = stage.chance.choice((stage.calls, stage.answers))
    stalled.stall()
    await stage.seconds(0.1, 1.5)
    stalled.flow()
    await stage.moments.random()
    for line in (stage.calls, stage.answers):
        line.calm()
