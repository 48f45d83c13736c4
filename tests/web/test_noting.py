"""What the rooms tell, as it is counted."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from sms_gateway.alarms.senses import Senses
from sms_gateway.domain.ids import DoorName, MessageId, NumberHash, TraceId
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.outcome import Billing, MtState
from sms_gateway.domain.records import PendingMo, Settlement
from sms_gateway.ports import Probe
from sms_gateway.web.metrics import Metrics
from sms_gateway.web.noting import Noting
from tests.parts import AN, CODE, START

DOOR = DoorName("telco")
REPLY = MobileTerminated(
    MessageId("mt"), DOOR, AN, CODE, "text", "gsm7", 1, Billing.FREE, START + timedelta(hours=6),
    attempt=1, mo_received_at=START, intent="lookup",
)  # fmt: skip


def counted(mt: MobileTerminated, state: MtState) -> list[str]:
    """The lines of `sms_mo_total` after one attempt that ended so."""
    metrics = Metrics([DOOR])
    noting = Noting(metrics, Senses(metrics.alarms.last_probe))
    noting.sent(mt, Settlement(mt.id, 1, START, state, "rejected", "why", failed=True))
    return [line for line in metrics.text().decode().splitlines() if line.startswith("sms_mo_tot")]


def test_an_mo_whose_reply_is_given_up_is_counted_as_parked() -> None:
    parked = 'sms_mo_total{door="telco",intent="lookup",outcome="parked",worker=""} 1.0'
    assert counted(REPLY, MtState.FAILED) == [parked]


@pytest.mark.parametrize("state", [s for s in MtState if s is not MtState.FAILED])
def test_an_attempt_that_may_be_made_again_parks_nothing(state: MtState) -> None:
    assert counted(REPLY, state) == []


def test_a_message_that_is_no_reply_parks_nothing() -> None:
    assert counted(replace(REPLY, intent=""), MtState.FAILED) == []


def test_the_new_texts_of_a_call_are_counted_for_their_door_and_repeated_ones_are_not() -> None:
    metrics = Metrics([DOOR], "node")
    senses = Senses(metrics.alarms.last_probe)
    noting = Noting(metrics, senses)
    noting.received([])
    noting.received([pending("a"), pending("b")])
    lines = metrics.text().decode().splitlines()
    assert 'sms_mo_received_total{door="telco",worker="node"} 2.0' in lines
    (last,) = [line for line in lines if line.startswith("sms_mo_last_timestamp_seconds{")]
    assert float(last.split()[1]) == START.timestamp()
    assert [one.count for one in senses.usual.take_unsaved()] == [2]


def pending(mo_id: str) -> PendingMo:
    return PendingMo(
        MessageId(mo_id), 1, 0, DOOR, AN, NumberHash("hash"), CODE, "text", None, START,
        TraceId("trace"), inline=False, answer_by=START,
    )  # fmt: skip


def test_a_probe_text_is_in_no_figure_of_citizens_texts() -> None:
    metrics = Metrics([DOOR], "node")
    senses = Senses(metrics.alarms.last_probe)
    noting = Noting(metrics, senses, {DOOR: Probe(AN, "Text", timedelta(minutes=30))})
    probe = replace(REPLY, intent="probe")
    noting.received([pending("a")])
    noting.sent(probe, Settlement(probe.id, 1, START, MtState.FAILED, "rejected", failed=True))
    noting.parked(DOOR, "probe")
    lines = metrics.text().decode().splitlines()
    assert not [line for line in lines if line.startswith("sms_mo_total{")]
    assert 'sms_mo_received_total{door="telco",worker="node"} 0.0' in lines
    assert senses.failing == {DOOR: 1}
    assert senses.usual.last(DOOR) is None
