"""Changes are told page by page while other dossiers change: none is lost."""

import asyncio
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from sms_gateway.cases.remote import Told
from tests.cases.http.api import Api, asking, ids
from tests.cases.http.test_http_changes import KINDS, Office, Order, begun, read_all, table
from tests.parts import START
from tests.virtual_time import VirtualClock


@dataclass
class Busy(Office):
    """Dossiers change while pages are read.

    Attributes:
        script: code and seconds that pass, one before each answer.
    """

    clock: VirtualClock = field(default_factory=VirtualClock)
    script: list[tuple[int, int]] = field(default_factory=list)

    def between(self) -> None:
        if self.script:
            code, _seconds = self.script.pop(0)
            state = str(int(self.rows.get(f"A{code}", ("0", START))[0]) + 1)
            self.change(f"A{code}", state, self.clock.now())


async def test_a_row_that_moves_to_the_end_pushes_none_off_its_page() -> None:
    """Pages by number alone would leave out the row that moves up from page 2 to page 1."""
    clock = VirtualClock()
    office = Busy(clock=clock)
    async with asking(Api(office.answer), table("oldest", "page"), clock=clock) as remote:
        cursor = await begun(remote)
        for number in range(7):
            await clock.advance(600)
            office.change(f"A{number}", "0", clock.now())
        first = await remote.changed(cursor, 100)
        office.script = [(0, 0)]
        assert isinstance(first, Told)
        known: dict[str, str] = {}
        await read_all(remote, first.cursor, known)
    assert ids(first) == ["A0", "A1", "A2"]
    assert sorted(known) == ["A0", "A2", "A3", "A4", "A5", "A6"]


STEPS = st.tuples(st.integers(0, 8), st.sampled_from([0, 1, 70, 300]))
SCRIPTS = st.lists(STEPS, min_size=1, max_size=30)


@settings(max_examples=40)
@given(SCRIPTS, st.sampled_from([pair for pair in KINDS if pair[0] != "none"]), st.integers(2, 4))
def test_no_change_is_lost_while_others_happen(
    script: list[tuple[int, int]], how: tuple[Order, str], size: int
) -> None:
    asyncio.run(follow(script, *how, size))


async def follow(script: list[tuple[int, int]], order: Order, kind: str, size: int) -> None:
    clock = VirtualClock()
    office = Busy(order, filters=order != "newest", clock=clock)
    known: dict[str, str] = {}
    async with asking(Api(office.answer), table(order, kind, size), clock=clock) as remote:
        cursor = await begun(remote)
        for code, seconds in script:
            await clock.advance(seconds)
            office.change(f"A{code}", "0", clock.now())
        office.script = list(script)
        while office.script:
            cursor = await read_all(remote, cursor, known)
            await clock.advance(30)
        await read_all(remote, cursor, known)
    assert known == {code: state for code, (state, _at) in office.rows.items()}
