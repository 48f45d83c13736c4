"""What can be watched stands in the handbook, all of it and nothing else."""

import ast
import re

from prometheus_client.parser import text_string_to_metric_families

from sms_gateway import logs
from sms_gateway.alarms.posting import Event
from sms_gateway.dispatch.health import HealthRecord
from sms_gateway.dispatch.retry import RetryTable
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.incidents import NO_DOOR, Trouble
from sms_gateway.domain.learned import Tally
from sms_gateway.domain.outcome import Accepted
from sms_gateway.domain.records import Figures
from sms_gateway.ports.pushed import RowFate, RowTold
from sms_gateway.web.metrics import Metrics
from tests.docs.pages import DOCS, first_cells, section
from tests.parts import START
from tests.structure.tree import PACKAGE
from tests.virtual_time import StandingClock

PAGE = DOCS / "watching.md"
NOTHING = Figures(0, None, {}, 0, 0, 0, frozenset())
_LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
_EVENT = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+")


def events() -> set[str]:
    """Each event name that the code logs."""
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            forwards = isinstance(node.func, ast.Call)  # getattr(logger, level)(event)
            if name in _LEVELS or forwards:
                found |= {
                    constant.value
                    for constant in ast.walk(node.args[0])
                    if isinstance(constant, ast.Constant)
                    and isinstance(constant.value, str)
                    and _EVENT.fullmatch(constant.value)
                }
    return found


def test_the_events_of_the_log_are_those_of_the_code() -> None:
    listed = first_cells(section(PAGE, "Events in the log"))
    assert len(set(listed)) == len(listed)
    assert set(listed) == events()


def test_an_event_with_two_names_is_seen_in_the_code() -> None:
    assert {"door.paused", "door.resumed", "library.spoke", "mo.answered"} <= events()


def test_the_metrics_are_those_of_the_registry() -> None:
    metrics = Metrics([DoorName("door")])
    metrics.mo_ended("door", "lookup", "answered")
    metrics.refused("door", "unreadable")
    metrics.duplicate("door", 1)
    metrics.attempt("door", "accepted", 0.1)
    metrics.looked_up("found", 1)
    metrics.received("door", 1, START)
    metrics.parts_down({"store": ""})
    metrics.certificate("name", START)
    metrics.show(NOTHING, START)
    metrics.learned(tally := Tally())
    tally("new", 1)
    tally.read(START)
    metrics.alarms.probed("door")
    metrics.alarms.last_probe("door", START)
    metrics.alarms.incidents([(Trouble.DISK, NO_DOOR)])
    metrics.alarms.posted("delivered")
    metrics.notices.decided("queued", "situation_8")
    metrics.notices.stand({})
    metrics.notices.surveyed("asked", 1)
    metrics.cases.called("taken")
    metrics.cases.told([RowTold("A-1", RowFate.NEW)])
    record = HealthRecord(DoorName("door"), StandingClock(), RetryTable())
    record.sent(Accepted(), 0)
    metrics.doors.watch({DoorName("door"): record})
    names = set()
    for family in text_string_to_metric_families(metrics.text().decode()):
        if not family.name.endswith("_created"):
            names.add(family.name + "_total" * (family.type == "counter"))
    listed = first_cells(section(PAGE, "Metrics"))
    assert len(set(listed)) == len(listed)
    assert set(listed) == names


def test_every_trouble_is_explained() -> None:
    listed = first_cells(section(PAGE, "Built-in alarms"))
    assert [name for name in listed if name in list(Trouble)] == list(Trouble)


def test_every_field_of_the_webhook_is_explained() -> None:
    listed = first_cells(section(PAGE, "The webhook"))
    assert [name for cell in listed for name in cell.split("`, `")] == list(Event.__struct_fields__)


def test_the_fields_of_the_log_are_those_that_may_appear() -> None:
    listed = re.findall(r"`([a-z_]+)`", section(PAGE, "Fields of a line"))
    assert set(listed) == logs.FIELDS


def fields() -> set[str]:
    """Each field that some line of the code's log has."""
    return {
        keyword.arg
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in _LEVELS
        for keyword in node.keywords
        if keyword.arg is not None
    }


def test_each_field_that_may_appear_does() -> None:
    everywhere = {"time", "level", "event", "node"}
    of_faults = {"error", "where", "logger"}
    assert not logs.FIELDS - fields() - everywhere - of_faults
