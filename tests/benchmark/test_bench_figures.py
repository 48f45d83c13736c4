from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.benchmark.figures import (
    Latency,
    Load,
    Percentiles,
    Saturation,
    load,
    percentiles,
)

NONE = Percentiles(0, 0, 0, 0)
FIGURE = Saturation(
    messages=3_000,
    seconds=2.0,
    errors=0,
    gateway=Load(total=1.2, busiest=0.95),
    server=None,
    generator=0.1,
    telco=None,
)


def test_a_percentile_is_a_span_that_was_measured_and_not_one_between_two() -> None:
    found = percentiles([n / 1000 for n in range(1, 1001)])
    assert (found.p50, found.p99, found.p999, found.most) == (500, 990, 999, 1000)


def test_of_one_span_all_percentiles_are_that_span() -> None:
    assert percentiles([0.25]) == Percentiles(250, 250, 250, 250)


@given(st.lists(st.floats(0, 1_000), min_size=1))
def test_percentiles_do_not_depend_on_the_order_and_hold_for_their_share(
    spans: list[float],
) -> None:
    found = percentiles(spans)
    assert found == percentiles(spans[::-1])
    assert found.p50 <= found.p99 <= found.p999 <= found.most == max(spans) * 1000
    assert sum(span * 1000 <= found.p50 for span in spans) >= len(spans) / 2
    assert sum(span * 1000 <= found.p99 for span in spans) >= len(spans) * 0.99


def test_cores_are_cpu_seconds_per_second_of_all_processes_and_of_the_busiest() -> None:
    assert load({1: 10.0, 2: 4.0}, {1: 12.0, 2: 4.5}, seconds=2) == Load(total=1.25, busiest=1.0)


def test_a_process_that_began_meanwhile_counts_from_nothing_and_one_that_ended_not_at_all() -> None:
    assert load({1: 10.0, 3: 7.0}, {1: 10.5, 2: 1.0}, seconds=1) == Load(total=1.5, busiest=1.0)


def test_what_a_message_costs_is_the_time_of_all_processes() -> None:
    assert FIGURE.per_second == 1_500
    assert FIGURE.cpu_s_per_1000 == pytest.approx(0.8)
    assert FIGURE.server_cpu_s_per_1000 is None
    with_server = replace(FIGURE, server=Load(total=0.6, busiest=0.2))
    assert with_server.server_cpu_s_per_1000 == pytest.approx(0.4)
    assert with_server.cpu_s_per_1000 == FIGURE.cpu_s_per_1000


@pytest.mark.parametrize("busiest, floor", [(0.95, False), (0.9, False), (0.89, True)])
def test_a_gateway_that_had_less_than_nine_tenths_of_a_core_gives_a_floor(
    busiest: float, *, floor: bool
) -> None:
    figure = replace(FIGURE, gateway=Load(total=1.5, busiest=busiest))
    assert figure.floor is floor
    assert any("floor" in line for line in figure.lines()) is floor
    assert figure.figures()["floor"] is floor


def test_what_is_told_is_also_in_the_figures() -> None:
    told = "\n".join(replace(FIGURE, telco=0.2, server=Load(1, 0.5)).lines())
    for piece in ("1500 round trips/s", "0.800 CPU s", "stub telco 0.20", "database server 1.00"):
        assert piece in told
    assert FIGURE.figures()["per_second"] == 1_500


def test_a_latency_tells_what_was_wrong_and_how_late_the_generator_itself_was() -> None:
    found = Latency(100, 1_500, 2, Percentiles(1, 2, 3, 4), None, NONE, 0.05)
    told = "\n".join(found.lines())
    assert "p50 1.00 ms, p99 2.00 ms, p999 3.00 ms" in told
    assert "2 without the right answer" in told
    assert "late" in told
    assert "until OK" not in told
    assert "until OK" in "\n".join(replace(found, taken=NONE).lines())
