"""The checksum of rows: the same in any order, another one for other rows."""

import random

from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.copying.rows import Sum, kept, sum_of

VALUES = st.none() | st.integers(-(2**63), 2**63 - 1) | st.text() | st.binary()
ROWS = st.lists(st.tuples(VALUES, VALUES), max_size=8)


@given(ROWS, st.randoms(use_true_random=False), st.integers(0, 8))
def test_the_order_and_the_batches_do_not_matter(
    rows: list[tuple[int | str | bytes | None, ...]], chance: random.Random, cut: int
) -> None:
    mixed = chance.sample(rows, len(rows))
    assert sum_of(rows) == sum_of(mixed) == sum_of(mixed[:cut]) + sum_of(mixed[cut:])
    assert sum_of(rows) + Sum() == sum_of(rows)


@given(ROWS, ROWS)
def test_other_rows_have_another_sum(
    ones: list[tuple[int | str | bytes | None, ...]],
    others: list[tuple[int | str | bytes | None, ...]],
) -> None:
    alike = sorted(map(repr, ones)) == sorted(map(repr, others))
    assert (sum_of(ones) == sum_of(others)) is alike


@given(ROWS)
def test_only_nul_in_a_text_is_replaced(rows: list[tuple[int | str | bytes | None, ...]]) -> None:
    ready, octets = kept(rows)
    assert octets > 0
    for row, before in zip(ready, rows, strict=True):
        for value, was in zip(row, before, strict=True):
            wanted = was.replace("\0", "\u2400") if isinstance(was, str) else was
            assert value == wanted
