"""Ids that sort by time, whatever the clock does (RFC 9562 clauses 5.7 and 6.2)."""

import random
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.domain.uuid7 import PooledBits, Uuid7
from tests.virtual_time import milliseconds

START = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)


def chance(seed: int) -> Callable[[int], int]:
    return random.Random(seed).getrandbits  # noqa: S311  # a test wants the same chance again


moments = st.datetimes(datetime(2017, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # Hypothesis wants naive bounds


def moment_of(message_id: str) -> int:
    return uuid.UUID(message_id).int >> 80


@given(moments, st.integers(0))
def test_an_id_is_a_version_7_uuid_of_its_millisecond(now: datetime, seed: int) -> None:
    made = Uuid7(lambda: milliseconds(now), chance(seed))()
    read = uuid.UUID(made)
    assert (str(read), read.version, read.variant) == (made, 7, uuid.RFC_4122)
    assert moment_of(made) == milliseconds(now)


@given(st.lists(st.integers(-5_000, 5_000), max_size=60), st.integers(0))
def test_ids_grow_even_within_a_millisecond_and_when_the_clock_steps_back(
    steps: list[int], seed: int
) -> None:
    now = START

    def clock() -> int:
        return milliseconds(now)

    new_id = Uuid7(clock, chance(seed))
    made = [new_id()]
    for step in steps:
        now += timedelta(milliseconds=step)
        made.append(new_id())
    assert made == sorted(set(made))


def test_ids_grow_when_chance_gives_the_largest_number() -> None:
    """The count runs over into the next millisecond and goes on."""
    new_id = Uuid7(lambda: milliseconds(START), lambda bits: (1 << bits) - 1)
    made = [new_id() for _ in range(3)]
    assert made == sorted(set(made))
    assert all(uuid.UUID(found).version == 7 for found in made)
    assert moment_of(made[1]) == moment_of(made[0]) + 1


def test_ids_grow_when_chance_gives_nothing() -> None:
    new_id = Uuid7(lambda: milliseconds(START), lambda _bits: 0)
    made = [new_id() for _ in range(3)]
    assert made == sorted(set(made))


def test_ids_of_the_same_moment_differ_by_chance() -> None:
    ids = {Uuid7(lambda: milliseconds(START), chance(seed))() for seed in range(50)}
    assert len(ids) == 50


def test_pooled_bits_are_those_of_the_source_each_used_once() -> None:
    """However many are asked for, a number is cut from ten octets of its own."""
    asked: list[int] = []

    def octets(size: int) -> bytes:
        asked.append(size)
        return chance(len(asked))(8 * size).to_bytes(size, "big")

    bits = PooledBits(octets)
    numbers = [bits(74) for _ in range(1_000)]
    source = "".join(f"{chance(n + 1)(8 * size):0{8 * size}b}" for n, size in enumerate(asked))
    assert len(set(numbers)) == 1_000
    assert all(number < 1 << 74 and f"{number:074b}" in source for number in numbers)
    assert len(asked) < 10
    assert bits(1) in (0, 1)
