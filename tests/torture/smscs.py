"""An SMSC that does everything but what it should, dies, or has too much to do."""

from tests.fault_proxy import Does as Line
from tests.torture.smsc import Smsc
from tests.torture.stage import Stage
from tests.torture.telcos import at_random

_PIECES = {Line.PASS: 985, Line.DELAY: 6, Line.HALF: 4, Line.CLOSE: 2, Line.RESET: 3}
_FLOOD = (50, 150)
_NOWHERE = ("127.0.0.1", 1)
"""Nobody listens there."""

_STARTING = 0.5
"""How often binds are refused when it starts again."""


def _smsc(stage: Stage) -> Smsc:
    assert stage.smsc is not None
    return stage.smsc


async def smsc_fails(stage: Stage) -> None:
    """Its line breaks now and then, also within a PDU, and stalls; texts come in a flood.

    Its manners are odd meanwhile, see `manners.ODD`.
    """
    smsc = _smsc(stage)
    smsc.line.on_call = smsc.line.on_answer = at_random(stage, _PIECES)
    await stage.moments.at("mt", stage.chance.randint(20, 80))
    await stage.load.flood(stage.chance.randint(*_FLOOD))
    smsc.line.stall()
    await stage.seconds(0.1, 4)
    smsc.line.flow()
    await stage.moments.random()
    smsc.line.calm()


async def smsc_killed(stage: Stage) -> None:
    """It dies, now and then within a PDU, and is started again; some binds are refused then."""
    smsc = _smsc(stage)
    target = smsc.line.target

    def die() -> None:
        smsc.line.target = _NOWHERE
        smsc.line.break_all()

    def half(_piece: bytes) -> Line:
        smsc.line.target = _NOWHERE
        return Line.HALF

    if stage.chance.random() < 1 / 2:
        stage.events["killed"] += 1
        await stage.moments.random(die)
    else:
        stage.events["killed within a PDU"] += 1
        await stage.moments.random()
        smsc.line.on_answer = half
        await stage.seconds(0, 0.5)
        die()
        smsc.line.calm()
    await stage.seconds(0, 2)
    if stage.chance.random() < _STARTING:
        smsc.refuses = stage.chance.randint(1, 5)
        stage.events["binds refused"] += smsc.refuses
    smsc.line.target = target


async def smsc_busy(stage: Stage) -> None:
    """It takes no reply for a while, and texts come in a flood."""
    smsc = _smsc(stage)
    await stage.moments.random()
    smsc.busy = True
    await stage.load.flood(stage.chance.randint(*_FLOOD))
    await stage.seconds(0.5, 3)
    smsc.busy = False
