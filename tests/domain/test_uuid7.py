import random
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.domain.uuid7 import PooledBits, Uuid7

START = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
STEPS = st.lists(st.integers(-5_000, 5_000), min_size=1, max_size=60)


def made(steps: Sequence[int], bits: random.Random) -> list[uuid.UUID]:
    at = START

    def now() -> datetime:
        return at

    new_id = Uuid7(now, bits.getrandbits)
    found = []
    for step in steps:
        at += timedelta(milliseconds=step)
        found.append(uuid.UUID(new_id()))
    return found


@given(STEPS, st.randoms(use_true_random=False))
def test_ids_grow_whatever_the_clock_does(steps: list[int], bits: random.Random) -> None:
    ids = made(steps, bits)
    assert ids == sorted(set(ids), key=lambda found: found.int)
    assert [str(found) for found in ids] == sorted(str(found) for found in ids)


@given(STEPS, st.randoms(use_true_random=False))
def test_every_id_is_a_uuid_of_version_seven(steps: list[int], bits: random.Random) -> None:
    for found in made(steps, bits):
        assert (found.version, found.variant) == (7, uuid.RFC_4122)


def test_the_first_48_bits_are_the_milliseconds_of_the_clock() -> None:
    (found,) = made([0], random.Random(1))  # noqa: S311  # seeded
    assert found.int >> 80 == int(START.timestamp() * 1000)


def test_ids_of_one_millisecond_grow_even_where_chance_gives_the_highest_number() -> None:
    new_id = Uuid7(lambda: START, lambda bits: (1 << bits) - 1)
    first, second = uuid.UUID(new_id()), uuid.UUID(new_id())
    assert second.int > first.int
    assert second.version == 7


@given(st.lists(st.integers(1, 200), max_size=100))
def test_pooled_bits_are_as_many_as_asked_for(asked: list[int]) -> None:
    pooled = PooledBits(lambda octets: b"\xff" * octets)
    assert [pooled(bits) for bits in asked] == [(1 << bits) - 1 for bits in asked]


def test_no_octet_of_the_pool_is_given_out_twice() -> None:
    pools = [bytes(range(256)) * 16, bytes(4096)]
    pooled = PooledBits(lambda _octets: pools.pop(0))
    assert [pooled(8) for _ in range(256)] == list(range(256))
