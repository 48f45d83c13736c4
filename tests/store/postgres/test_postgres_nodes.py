"""Several nodes on one database: none does a thing twice, and the dead are found out."""

import asyncio
import contextlib
from collections import Counter

import pytest

from sms_gateway.domain.ids import MessageId, NumberHash
from sms_gateway.domain.outcome import MtState, Outcome
from sms_gateway.ports import Store, StoreDownError
from sms_gateway.postgres.connecting import DOWN, connect
from sms_gateway.store.postgres import life as life_module
from sms_gateway.store.postgres.life import Life
from sms_gateway.store.postgres.opening import SCHEMA
from tests.contracts.store_desk import DOOR, Desk, pending
from tests.store.postgres.nodes_desk import Nodes, desk_of
from tests.store.postgres.patience import PATIENCE_S, soon

MANY = 5_000
BATCH = 50


async def test_two_nodes_race_for_five_thousand_texts_and_none_is_answered_or_sent_twice(
    nodes: Nodes,
) -> None:
    first = await nodes.start("first")
    async with desk_of(nodes) as desk:
        arrivals = [desk.arrival(f"text {number}") for number in range(MANY)]
        for start in range(0, MANY, 500):
            await first.record(arrivals[start : start + 500])
        await nodes.stop(first)
        racers = [await nodes.start(name) for name in ("alpha", "beta")]
        assert await racers[0].recover([], nodes.clock.at) == (MANY, 0)
        answered: Counter[MessageId] = Counter()
        sent: Counter[MessageId] = Counter()

        async def race(store: Store) -> int:
            mine = 0
            while True:
                mos = await store.lease_unanswered(BATCH)
                written = await store.answer([desk.answer(mo, desk.mt(mo)) for mo in mos])
                answered.update(mo.id for mo, ok in zip(mos, written, strict=True) if ok)
                mts = await store.lease(DOOR, nodes.clock.at, BATCH)
                sent.update(mt.id for mt in mts)
                await store.settle([desk.accepted(mt.id, mt.attempt, mt.id) for mt in mts])
                mine += len(mts)
                if not mos and not mts:
                    return mine

        shares = await asyncio.gather(*map(race, racers))
    assert min(shares) > 0
    assert sum(shares) == MANY
    assert set(answered.values()) == set(sent.values()) == {1}
    assert (len(answered), len(sent)) == (MANY, MANY)
    assert await nodes.rows("SELECT outcome, count(*) FROM inbox GROUP BY 1") == [
        ("answered", MANY)
    ]
    assert await nodes.rows("SELECT state, count(*) FROM outbox GROUP BY 1") == [("accepted", MANY)]


async def test_the_same_delivery_at_two_nodes_at_one_moment_is_one_text(nodes: Nodes) -> None:
    alpha, beta = await nodes.start("alpha"), await nodes.start("beta")
    async with desk_of(nodes) as desk:
        for number in range(50):
            same = [desk.arrival(telco_id=f"T{number}") for _ in range(2)]
            found = await asyncio.gather(alpha.record([same[0]]), beta.record([same[1]]))
            kinds = sorted(type(result).__name__ for (result,) in found)
            assert kinds == ["Duplicate", "New"]
    assert await nodes.rows("SELECT count(*) FROM inbox") == [(50,)]


async def test_parts_of_one_text_that_reach_two_nodes_at_one_moment_are_joined(
    nodes: Nodes,
) -> None:
    alpha, beta = await nodes.start("alpha"), await nodes.start("beta")
    async with desk_of(nodes) as desk:
        for reference in range(30):
            parts = [
                desk.arrival(word, part=desk.part_of(number, 2, reference))
                for number, word in ((1, "MCKH "), (2, "170703-0001"))
            ]
            await asyncio.gather(alpha.record([parts[0]]), beta.record([parts[1]]))
    assert await nodes.rows("SELECT DISTINCT text, outcome FROM inbox") == [
        ("MCKH 170703-0001", None)
    ]
    assert await nodes.rows("SELECT count(*) FROM inbox") == [(30,)]


async def test_what_a_living_node_holds_is_not_taken_whatever_the_clock_says(nodes: Nodes) -> None:
    alpha, beta = await nodes.start("alpha"), await nodes.start("beta")
    async with desk_of(nodes) as desk:
        mo = pending((await alpha.record([desk.arrival()]))[0])
        other = pending((await alpha.record([desk.arrival()]))[0])
        assert await alpha.answer([desk.answer(other, desk.mt(other, MtState.SENDING))]) == [True]
        nodes.clock.step(3_600)
        assert await beta.lease_unanswered(10) == []
        assert await beta.recover([], nodes.clock.at) == (0, 0)
        assert await alpha.answer([desk.answer(mo)]) == [True]


async def test_what_a_dead_node_held_is_taken_over_once(nodes: Nodes) -> None:
    alpha = await nodes.start("alpha")
    others = [await nodes.start(name) for name in ("beta", "gamma")]
    async with desk_of(nodes) as desk:
        await alpha.record([desk.arrival() for _ in range(20)])
        mo = pending((await alpha.record([desk.arrival()]))[0])
        reply = desk.mt(mo, MtState.SENDING)
        assert await alpha.answer([desk.answer(mo, reply)]) == [True]
        await nodes.stop(alpha)
        at = nodes.clock.at
        recovered = await asyncio.gather(*(other.recover([], at) for other in others))
        assert sum(freed for freed, _ in recovered) == 20
        assert sum(uncertain for _, uncertain in recovered) == 1
        leased = await asyncio.gather(*(other.lease_unanswered(100) for other in others))
        assert len({mo.id for found in leased for mo in found}) == sum(map(len, leased)) == 20


async def test_the_late_word_of_a_node_that_was_cut_off_changes_nothing(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(life_module, "BEAT_S", 3_600.0)  # alpha notices nothing
    alpha, beta = await nodes.start("alpha"), await nodes.start("beta")
    async with desk_of(nodes) as desk:
        mo = pending((await alpha.record([desk.arrival()]))[0])
        await nodes.cut("alpha")
        (again,) = await beta.lease_unanswered(10)
        assert (again.id, again.attempt) == (mo.id, mo.attempt + 1)
        assert await alpha.answer([desk.answer(mo, desk.mt(mo))]) == [False]
        assert await beta.answer([desk.answer(again, desk.mt(again))]) == [True]
    assert await nodes.rows("SELECT count(*) FROM outbox") == [(1,)]
    assert await nodes.rows("SELECT outcome FROM inbox") == [(str(Outcome.ANSWERED),)]


async def test_one_node_leads_and_another_takes_over_when_it_ends(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(life_module, "BEAT_S", 0.02)
    alpha = await nodes.start("alpha")
    await soon(lambda: alpha.leads("door"))
    beta = await nodes.start("beta")
    assert not beta.leads("door")
    await soon(lambda: beta.leads("another door"))
    assert not beta.leads("door")
    await nodes.stop(alpha)
    await soon(lambda: beta.leads("door"))


async def test_a_node_whose_sign_of_life_fails_leads_no_more_at_once(nodes: Nodes) -> None:
    """Before the server, which may need seconds to find it dead, lets another node lead."""
    life = Life(lambda: connect(nodes.url, SCHEMA, "sms-gateway alpha"))
    assert not life.leads("door")
    await life.beat()
    assert life.leads("door")
    await nodes.cut("alpha")
    with pytest.raises(DOWN):
        await life.beat()
    assert not life.leads("door")
    await life.end()


async def test_what_a_node_led_that_stands_still_is_led_by_another_one_and_never_by_both(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not dead: its kernel answers for it, and its connections stay."""
    lead_s = 0.5
    monkeypatch.setattr(life_module, "LEAD_S", lead_s)
    limits = {"idle_session_timeout": "1500"}
    still = Life(lambda: connect(nodes.url, SCHEMA, "sms-gateway alpha", limits=limits))
    other = Life(lambda: connect(nodes.url, SCHEMA, "sms-gateway beta"))
    for one in (still, other):
        assert not one.leads("door")
        await one.beat()
    assert (still.leads("door"), other.leads("door")) == (True, False)

    async with asyncio.timeout(PATIENCE_S):
        while not other.leads("door"):
            await other.beat()
            assert not (still.leads("door") and other.leads("door"))
    assert not still.leads("door")
    await still.end()
    await other.end()


async def test_a_number_is_answered_by_one_node_at_a_time(nodes: Nodes) -> None:
    alpha, beta = await nodes.start("alpha"), await nodes.start("beta")
    an, binh = NumberHash("an"), NumberHash("binh")
    assert set(await alpha.take_turns([an])) == {an}
    assert set(await beta.take_turns([an, binh])) == {binh}
    await alpha.give_turns([an])
    assert set(await beta.take_turns([an])) == {an}


async def test_the_turns_of_a_node_that_is_gone_are_free(nodes: Nodes) -> None:
    alpha, beta = await nodes.start("alpha"), await nodes.start("beta")
    an = NumberHash("an")
    assert set(await alpha.take_turns([an])) == {an}
    await nodes.stop(alpha)
    assert set(await beta.take_turns([an])) == {an}


async def test_a_node_lives_as_long_as_one_of_its_connections(nodes: Nodes) -> None:
    alpha, beta = await nodes.start("alpha"), await nodes.start("beta")
    async with desk_of(nodes) as desk:
        await alpha.record([desk.arrival()])
        await alpha.stored_answers([])
        await nodes.rows(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid = ("
            "SELECT min(pid) FROM pg_stat_activity WHERE application_name = 'sms-gateway alpha' "
            "AND datname = current_database())"
        )
        assert await beta.recover([], nodes.clock.at) == (0, 0)


async def test_a_server_that_has_just_started_lets_the_living_come_back(nodes: Nodes) -> None:
    alpha = await nodes.start("alpha")
    database = nodes.url.rpartition("/")[2]
    async with desk_of(nodes) as desk:
        await alpha.record([desk.arrival()])
        await nodes.stop(alpha)
        for name, grace, freed in (("beta", "1 h", 0), ("gamma", "0 s", 1)):
            await nodes.rows(f"ALTER DATABASE {database} SET sms_gateway.grace = '{grace}'")
            other = await nodes.start(name)
            assert await other.recover([], nodes.clock.at) == (freed, 0)


async def test_after_the_server_was_away_no_live_run_is_taken_for_dead_before_it_could_come_back(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(life_module, "GRACE_S", PATIENCE_S)
    first, second = await nodes.start("first"), await nodes.start("second")
    async with desk_of(nodes) as desk:
        mo = pending((await second.record([desk.arrival()]))[0])
        await asyncio.gather(nodes.cut("first"), nodes.cut("second"))

        assert await recovered(first, desk) == (0, 0)
        assert await first.lease_unanswered(BATCH) == []
        await soon(lambda: first.leads("this") or second.leads("this"))
        assert await recovered(first, desk) == (0, 0)

        await soon(lambda: first.leads("one") and second.leads("other"))
        monkeypatch.setattr(life_module, "GRACE_S", 0.0)
        assert await recovered(first, desk) == (0, 0)
        assert await second.answer([desk.answer(mo, desk.mt(mo))]) == [True]


async def recovered(store: Store, desk: Desk) -> tuple[int, int]:
    """What it takes from the dead, as soon as its connection is there again."""
    while True:
        with contextlib.suppress(StoreDownError):
            return await store.recover([], desk.clock.at)
