"""How each door does, as Prometheus is told."""

from sms_gateway.alarms.senses import Senses
from sms_gateway.dispatch.health import HealthRecord
from sms_gateway.dispatch.retry import RetryTable
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.outcome import Accepted, Rejected
from sms_gateway.web.metrics import Metrics
from sms_gateway.web.noting import Noting
from tests.parts import START
from tests.virtual_time import StandingClock
from tests.web.test_metrics import told
from tests.web.test_noting import pending

DOOR, INLINE = DoorName("telco"), DoorName("inline")


def test_a_door_stands_in_one_state_and_tells_what_it_failed_at() -> None:
    metrics = Metrics([DOOR, INLINE])
    record = HealthRecord(DOOR, StandingClock(), RetryTable())
    inline = HealthRecord(INLINE, StandingClock(), RetryTable(), sends=False)
    metrics.doors.watch({DOOR: record, INLINE: inline})
    found = told(metrics)
    assert found["sms_door_state{telco,unproven}"] == 1
    assert found["sms_door_state{inline,inline}"] == 1
    assert "sms_door_accepted_timestamp_seconds{telco}" not in found
    record.sent(Accepted(), 0)
    record.sent(Rejected("no", permanent=True), 0)
    found = told(metrics)
    states = {name: value for name, value in found.items() if "_state{telco" in name}
    assert [name for name, value in states.items() if value] == ["sms_door_state{telco,working}"]
    assert len(states) == 5
    assert found["sms_door_failing{telco}"] == 1
    assert found["sms_door_accepted_timestamp_seconds{telco}"] == START.timestamp()


def test_the_last_text_that_came_is_known_of_a_door() -> None:
    metrics = Metrics([DOOR])
    record = HealthRecord(DOOR, StandingClock(), RetryTable())
    noting = Noting(metrics, Senses(metrics.alarms.last_probe), health={DOOR: record})
    assert record.health().last_mo is None
    noting.received([pending("a")])
    assert record.health().last_mo == START
