"""Each (dossier, transition, recipient) at most once, none in quiet hours, none after an opt-out.

Whatever comes in: files, the same and changed ones, older ones and parts of them; calls, late and
twice; a copy of the dossiers or of the store that is put in place; with times of the source and
without. The process dies in between, the clock steps, keys of hashes are rotated, the door is down
for a while, staff let held texts go or drop them.

The model knows what became of dossiers in truth, and what numbers want; of the gateway it sees
what a telco sees. By hand with many more examples: REHEARSAL=1 pytest tests/notices/
test_notices_machine.py
"""

import asyncio
import os
import re
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sms_gateway.domain.dossier import State
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.notices import BACKWARD, CONFIRM_ACT, DROP_ACT, RELEASE_ACT
from sms_gateway.domain.records import OptOutChange
from tests.contracts.store_desk import Desk, maker_of
from tests.notices.notices_desk import RULES, TABLES, NoticesDesk, dossier_id
from tests.notices.source_desk import OWNERS, Source
from tests.parts import AN, BINH

CHI = Address("+84900000033")
PHONES = (AN, BINH, CHI)
EXAMPLES = int(os.environ.get("EXAMPLES", "3000")) if os.environ.get("REHEARSAL") else 25
NIGHT = time(21), time(7)
LAST = State.FEE_DUE
"""No act leads there, so that in the end nobody was told of it."""

Act = tuple[str, int, Any]

STATES = st.sampled_from([
    *(State.ACCEPTED, State.PROCESSING, State.PAPERS_NEEDED, State.PAPERS_NEEDED),
    *(State.STOPPED, State.FINISHED, State.FINISHED, State.RETURNED),
])  # fmt: skip
NUMBERS, TIMED = st.integers(1, 3), st.booleans()
WHO = st.tuples(st.sampled_from(PHONES), st.integers(0, 3))


def of(kind: str, number: st.SearchStrategy[int] | int = 0, more: object = None) -> Any:  # noqa: ANN401  # a strategy
    numbers = st.just(number) if isinstance(number, int) else number
    rest = more if isinstance(more, st.SearchStrategy) else st.just(more)
    return st.tuples(st.just(kind), numbers, rest)


MEANWHILE = st.one_of(
    st.tuples(st.just("out"), st.just(0), WHO),
    st.tuples(st.just("hour"), st.sampled_from([20, 21, 23]), st.none()),
    st.tuples(st.sampled_from(["part", "older_file", "old_call"]), NUMBERS, st.none()),
    st.tuples(st.sampled_from(["die", "rotate", "older"]), st.just(0), st.none()),
)
"""What happens between the making of a text and its leaving."""

CHANGE = st.tuples(STATES, TIMED, st.sampled_from(["file", "call"]))
ACTS = st.lists(
    st.one_of(
        *[of("change", NUMBERS, CHANGE)] * 3,
        *[of("stands", NUMBERS, CHANGE)] * 5,
        of("there_and_back", NUMBERS, CHANGE),
        *[of("meanwhile", NUMBERS, st.tuples(CHANGE, MEANWHILE))] * 2,
        of("two_nodes", NUMBERS, CHANGE),
        of("file"), of("replaces"),
        *(of(kind, NUMBERS) for kind in ("part", "older_file", "call", "old_call")),
        *[of("save")] * 2, of("older"), of("retold", st.integers(0, 1)),
        *[of("lost", NUMBERS, st.tuples(CHANGE, CHANGE))] * 2,
        *[of("look", st.sampled_from([5, 60, 300, 3_600, 5 * 3_600, 40_000]))] * 3,
        of("hour", st.sampled_from([7, 20, 20, 23])),
        of("clock", st.sampled_from([-7_200, -60, 60, 90_000])),
        of("die"), of("rotate"), of("down"), of("up"),
        *[of("out", 0, WHO)] * 2, of("in", 0, WHO),
        *[of("follow", NUMBERS, st.sampled_from(PHONES))] * 2,
        *[of("staff", st.integers(0, 1))] * 2,
        of("restored"), *[of("released")] * 2,
    ),
    min_size=10,
    max_size=35,
)  # fmt: skip


def calm() -> Mapping[str, Any]:
    """The shipped table, in which nothing is urgent."""
    lines = [
        {name: value for name, value in line.items() if "urgent" not in name}
        for line in cast("Any", TABLES)["situation"]
    ]
    return {**TABLES, "situation": lines}


CALM = calm()


class Model:
    """What is true, and what a telco got."""

    def __init__(self) -> None:
        self.choices: list[tuple[Address, int, bool]] = []
        self.follows: set[tuple[Address, int]] = set()
        self.told: Counter[tuple[int, State, Address]] = Counter()

    def wants(self, phone: Address, number: int) -> bool:
        """Whether the newest word of a number about a dossier, or about all, is no no."""
        said = [out for who, which, out in self.choices if who == phone and which in (0, number)]
        return not (said and said[-1])

    def takes(self, mt: MobileTerminated, source: Source, now: datetime) -> None:
        """A telco gets a text."""
        number, state = int(mt.params["code"][-4:]), _state(mt)
        self.told[number, state, mt.recipient] += 1
        here = now.astimezone(RULES.zone).time()
        assert NIGHT[1] <= here < NIGHT[0], "at night"
        assert self.wants(mt.recipient, number), "to who opted out"
        times = self.told[number, state, mt.recipient]
        assert times <= source.truths[number].became[state], "twice"
        theirs = mt.recipient in OWNERS[number] or (mt.recipient, number) in self.follows
        assert theirs, "of somebody else's dossier"


def _state(mt: MobileTerminated) -> State:
    found = re.match(r"S(\d+)", mt.template)
    assert found, mt.template
    return State(int(found[1]))


class Machine:
    """What is done."""

    def __init__(self, notices: NoticesDesk, source: Source) -> None:
        self.notices = notices
        self.source = source
        self.model = Model()
        self.up = True
        self.held = False

    async def act(self, kind: str, number: int, more: Any) -> None:  # noqa: ANN401  # of each kind its own
        await getattr(self, f"_{kind}")(number, more)
        await self.leave()

    async def leave(self) -> None:
        """The telco takes what it can get, one after the other."""
        for seconds in (0, 2, 2):
            self.notices.desk.clock.step(seconds)
            mts = await self.notices.leased() if self.up else []
            assert not (mts and self.held)
            for mt in mts:
                self.model.takes(mt, self.source, self.notices.desk.clock.at)

    async def _change(self, number: int, more: tuple[State, bool, str]) -> None:
        state, timed, way = more
        self.source.becomes(number, state, timed=timed)
        await (self.source.file() if way == "file" else self.source.call(number))

    async def _stands(self, number: int, more: tuple[State, bool, str]) -> None:
        await self._change(number, more)
        await self.notices.look()
        await self.notices.look(60)

    async def _there_and_back(self, number: int, more: tuple[State, bool, str]) -> None:
        state, timed, way = more
        before = State(self.source.truths[number].row.state)
        await self._change(number, more)
        await self.notices.look(20)
        await self._change(number, (before, timed, way))
        await self.notices.look(20)
        await self._change(number, (state, timed, way))
        await self.notices.look(60)

    async def _two_nodes(self, number: int, more: tuple[State, bool, str]) -> None:
        """Two processes look at the same moment, as when one takes over from the other."""
        one = self.notices.watch
        self.notices.begin()
        other = self.notices.watch
        await self._change(number, more)
        for seconds in (0, 60):
            self.notices.desk.clock.step(seconds)
            await asyncio.gather(one.look(), other.look())

    async def _meanwhile(self, number: int, more: tuple[tuple[State, bool, str], Act]) -> None:
        """Something happens while the texts of a change wait for their door."""
        change, act = more
        was, self.up = self.up, False
        await self._stands(number, change)
        await self.act(*act)
        self.up = was

    async def _file(self, _number: int, _more: object) -> None:
        await self.source.file()

    async def _replaces(self, _number: int, _more: object) -> None:
        await self.source.file(replaces=True)

    async def _part(self, number: int, _more: object) -> None:
        await self.source.part(number)

    async def _older_file(self, number: int, _more: object) -> None:
        await self.source.older_file(number)

    async def _call(self, number: int, _more: object) -> None:
        await self.source.call(number)

    async def _old_call(self, number: int, _more: object) -> None:
        await self.source.old_call(number)

    async def _save(self, _number: int, _more: object) -> None:
        await self.source.save()

    async def _older(self, _number: int, _more: object) -> None:
        """A copy of the dossiers is put in place; then the newest file comes."""
        await self.source.put_in_place()
        await self.notices.look(60)
        await self.source.file()

    async def _retold(self, looks: int, _more: object) -> None:
        """A copy is put in place, and all that came since is told once more, step by step."""
        await self.source.put_in_place()
        if looks:
            await self.notices.look(60)
        async for _ in self.source.tell_since_copy():
            await self.notices.look(60)
            await self.leave()
        await self.source.file()

    async def _lost(self, number: int, more: tuple[Any, Any]) -> None:
        """Two changes that a copy lacks are told by day; then it is put in place."""
        await self.source.save()
        for change in more:
            await self.act("hour", 8, None)
            await self.act("stands", number, change)
        await self.act("look", 3_600, None)
        await self._retold(1, None)

    async def _look(self, seconds: int, _more: object) -> None:
        await self.notices.look(seconds)

    async def _hour(self, hour: int, _more: object) -> None:
        """The next time that the clock shows that hour, some seconds before the full one."""
        now = self.notices.desk.clock.at
        here = now.astimezone(RULES.zone)
        then = here.replace(hour=hour, minute=59, second=10)
        then += timedelta(days=1) if then <= here else timedelta()
        await self.notices.look((then - here).total_seconds())

    async def _clock(self, seconds: int, _more: object) -> None:
        self.notices.desk.clock.step(seconds)

    async def _die(self, _number: int, _more: object) -> None:
        await self.notices.desk.die()
        await self.source.close()
        await self.source.open()

    async def _rotate(self, _number: int, _more: object) -> None:
        self.notices.rotate()

    async def _down(self, _number: int, _more: object) -> None:
        self.up = False

    async def _up(self, _number: int, _more: object) -> None:
        self.up = True

    async def _out(self, _number: int, more: tuple[Address, int]) -> None:
        await self._choose(*more, out=True)

    async def _in(self, _number: int, more: tuple[Address, int]) -> None:
        await self._choose(*more, out=False)

    async def _choose(self, phone: Address, number: int, *, out: bool) -> None:
        await self.notices.opt_out(dossier_id(number) if number else "", phone=phone, out=out)
        self.model.choices.append((phone, number, out))

    async def _follow(self, number: int, phone: Address) -> None:
        desk = self.notices.desk
        wish = OptOutChange(opted_out=False, dossier_id=dossier_id(number), follows=True)
        answer = replace(desk.answer(await desk.receive(sender=phone)), opt_out=wish)
        assert await desk.store.answer([answer]) == [True]
        self.model.choices.append((phone, number, False))
        self.model.follows.add((phone, number))

    async def _staff(self, lets_go: int, _more: object) -> None:
        for batch in await self.notices.store.notices.batches():
            act = CONFIRM_ACT if batch.reason == BACKWARD else RELEASE_ACT
            order = self.notices.order(batch.id, act if lets_go else DROP_ACT, batch.reason)
            assert (await self.notices.store.notices.end_batch(order)).texts == batch.texts

    async def _restored(self, _number: int, _more: object) -> None:
        await self.notices.hold_restored()
        self.held = True

    async def _released(self, _number: int, _more: object) -> None:
        await self.notices.release_restored()
        self.held = False

    async def end(self) -> None:
        """After all of that, a change is still told: to everybody whose it is, and who wants it."""
        self.up = True
        await self.act("released", 0, None)
        await self.act("hour", 8, None)
        await self.act("staff", 0, None)
        await self.act("look", 5 * 3_600, None)
        await self.act("stands", 2, (LAST, True, "file"))
        await self.act("look", 60, None)
        await self.act("staff", 1, None)
        await self.act("look", 60, None)
        for phone in OWNERS[2]:
            assert self.model.told[2, LAST, phone] == self.model.wants(phone, 2), "not at all"


async def play(acts: Sequence[Act], folder: Path, most: int) -> Machine:
    async with Desk(maker_of("sqlite"), folder) as desk:
        notices = NoticesDesk(desk, CALM, most=most, apart_hours=1)
        source = Source(notices, folder.parent)
        await source.open()
        try:
            await source.file()
            await source.save()
            await notices.to_the_present()
            machine = Machine(notices, source)
            for kind, number, more in acts:
                await machine.act(kind, number, more)
            await machine.end()
        finally:
            await source.close()
    return machine


def played(acts: Sequence[Act], most: int = 500) -> Machine:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "data"
        folder.mkdir()
        return asyncio.run(play(acts, folder, most))


def test_what_is_played_does_send_texts() -> None:
    papers, done = (State.PAPERS_NEEDED, True, "call"), (State.FINISHED, False, "file")
    acts: list[Act] = [("follow", 1, CHI), ("stands", 1, papers), ("look", 5 * 3_600, None)]
    machine = played([*acts, ("stands", 1, done), ("stands", 2, papers)])
    assert machine.model.told == Counter({
        **{(1, State.PAPERS_NEEDED, phone): 1 for phone in (AN, CHI)},
        **{(1, State.FINISHED, phone): 1 for phone in (AN, CHI)},
        **{(2, State.PAPERS_NEEDED, phone): 1 for phone in (AN, BINH)},
        **{(2, LAST, phone): 1 for phone in (AN, BINH)},
    })  # fmt: skip


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(ACTS, st.sampled_from([1, 3, 500]))
def test_each_transition_is_told_once_at_most_by_day_and_to_who_wants_it(
    acts: list[Act], most: int
) -> None:
    played(acts, most)
