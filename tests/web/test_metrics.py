import re
from datetime import timedelta

from prometheus_client.parser import text_string_to_metric_families

from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.records import Figures
from sms_gateway.web.metrics import Metrics
from tests.parts import START

DOOR, OTHER = DoorName("telco"), DoorName("other")


def told(metrics: Metrics) -> dict[str, float]:
    """Each sample as `name{label,label}`."""
    families = text_string_to_metric_families(metrics.text().decode())
    return {
        f"{sample.name}{{{','.join(v for k, v in sample.labels.items() if k != 'worker')}}}": (
            sample.value
        )
        for family in families
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def figures(**changes: object) -> Figures:
    values: dict[str, object] = {
        name: 0 for name in Figures.__struct_fields__ if name not in ("queued", "paused")
    }
    values |= {"oldest_unanswered": None, "queued": {}, "paused": frozenset()} | changes
    return Figures(**values)  # type: ignore[arg-type]  # fields of Figures


def test_an_mo_is_counted_by_door_intent_and_outcome() -> None:
    metrics = Metrics([DOOR])
    for _ in range(2):
        metrics.mo_ended(DOOR, "lookup", "answered")
    assert told(metrics)["sms_mo_total{telco,lookup,answered}"] == 2


def test_a_door_where_nobody_texts_is_shown_with_nothing_received() -> None:
    metrics = Metrics([DOOR, OTHER])
    metrics.received(DOOR, 2, START)
    metrics.received(DOOR, 1, START + timedelta(seconds=1))
    found = told(metrics)
    assert found["sms_mo_received_total{telco}"] == 3
    assert found["sms_mo_received_total{other}"] == 0
    assert found["sms_mo_last_timestamp_seconds{telco}"] == START.timestamp() + 1
    assert "sms_mo_last_timestamp_seconds{other}" not in found


def test_a_part_that_works_again_is_shown_as_working() -> None:
    metrics = Metrics([DOOR])
    metrics.parts_down({"store": "SQLITE_FULL", "cases": ""})
    assert told(metrics)["sms_part_down{store}"] == 1
    metrics.parts_down({"store": "", "cases": ""})
    found = told(metrics)
    assert (found["sms_part_down{store}"], found["sms_part_down{cases}"]) == (0, 0)


def test_look_ups_are_counted_by_result() -> None:
    metrics = Metrics([DOOR])
    metrics.looked_up("found", 3)
    metrics.looked_up("found", 2)
    metrics.looked_up("unavailable", 1)
    found = told(metrics)
    assert found["sms_lookups_total{found}"] == 5
    assert found["sms_lookups_total{unavailable}"] == 1


def test_refusals_are_counted_by_reason() -> None:
    metrics = Metrics([DOOR])
    metrics.refused(DOOR, "unreadable")
    assert told(metrics)["sms_refused_total{telco,unreadable}"] == 1


def test_only_accepted_attempts_have_a_latency() -> None:
    metrics = Metrics([DOOR])
    metrics.attempt(DOOR, "deferred", None)
    metrics.attempt(DOOR, "accepted", 0.3)
    found = told(metrics)
    assert found["sms_mt_attempts_total{telco,deferred}"] == 1
    assert found["sms_mo_to_accepted_seconds_count{telco}"] == 1
    assert found["sms_mo_to_accepted_seconds_bucket{telco,0.25}"] == 0
    assert found["sms_mo_to_accepted_seconds_bucket{telco,0.5}"] == 1


def test_the_stores_figures_are_shown() -> None:
    metrics = Metrics([DOOR, OTHER])
    oldest = START - timedelta(seconds=90)
    now = figures(
        unanswered=7, oldest_unanswered=oldest, queued={DOOR: 3}, uncertain=1, held=2, parked=4,
        paused=frozenset([OTHER]),
    )  # fmt: skip
    metrics.show(now, START)
    found = told(metrics)
    assert found["sms_unanswered{}"] == 7
    assert found["sms_oldest_unanswered_seconds{}"] == 90
    assert (found["sms_queue{telco}"], found["sms_queue{other}"]) == (3, 0)
    assert (found["sms_door_paused{telco}"], found["sms_door_paused{other}"]) == (0, 1)
    assert (found["sms_uncertain{}"], found["sms_held{}"], found["sms_parked{}"]) == (1, 2, 4)


def test_figures_that_went_down_are_shown_as_gone() -> None:
    metrics = Metrics([DOOR])
    metrics.show(figures(unanswered=7, oldest_unanswered=START, queued={DOOR: 3}), START)
    metrics.show(figures(), START)
    found = told(metrics)
    assert (found["sms_unanswered{}"], found["sms_queue{telco}"]) == (0, 0)
    assert found["sms_oldest_unanswered_seconds{}"] == 0


def test_no_figure_of_an_empty_gateway_is_missing() -> None:
    metrics = Metrics([DOOR])
    metrics.show(figures(), START)
    names = set(re.findall(r"^# TYPE (\w+)", metrics.text().decode(), re.MULTILINE))
    assert {"sms_mo_total", "sms_refused_total", "sms_queue", "sms_unanswered_late"} <= names


def test_what_a_process_counts_bears_its_name() -> None:
    metrics = Metrics([DOOR], "alpha/2")
    metrics.mo_ended(DOOR, "lookup", "answered")
    text = metrics.text().decode()
    assert (
        'sms_mo_total{door="telco",intent="lookup",outcome="answered",worker="alpha/2"} 1.0' in text
    )
    assert 'sms_worker{worker="alpha/2"} 1.0' in text


def test_what_all_share_is_shown_by_one_process() -> None:
    metrics = Metrics([DOOR])
    metrics.show(figures(unanswered=7), START)
    assert "sms_unanswered{}" in told(metrics)
    metrics.show(None, START)
    assert not [name for name in told(metrics) if name.startswith(("sms_unanswered", "sms_queue"))]
