"""Rules and dashboard ask for figures that there are, and the handbook lists the rules."""

import json
import re

import pytest

from sms_gateway.settings.alarms import Alarms
from tests.docs.pages import DOCS, first_cells, section
from tests.structure.tree import ROOT

FOLDER = ROOT / "config" / "examples" / "monitoring"
ALERTS = (FOLDER / "alerts.yml").read_text(encoding="utf-8")
WATCHING = DOCS / "watching.md"

_FIGURE = re.compile(r"\bsms_[a-z_]+\b")
_PARTS_OF_A_HISTOGRAM = re.compile(r"_(?:bucket|sum|count)$")


def rules() -> dict[str, str]:
    """Name of each rule to what it says, as far as its next one."""
    names = re.split(r"^ +- alert: (\w+)\n", ALERTS, flags=re.MULTILINE)[1:]
    return dict(zip(names[::2], names[1::2], strict=True))


def questions() -> list[str]:
    """All that is asked of Prometheus: by the rules, and by the dashboard."""
    dashboard = json.loads((FOLDER / "dashboard.json").read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    variables = [json.dumps(one) for one in dashboard["templating"]["list"]]
    return [*asked, *variables, *(rule.partition("for:")[0] for rule in rules().values())]


def test_each_figure_that_is_asked_for_is_there() -> None:
    listed = set(first_cells(section(WATCHING, "Metrics")))
    asked = {name for question in questions() for name in _FIGURE.findall(question)}
    assert len(asked) > 15
    assert {_PARTS_OF_A_HISTOGRAM.sub("", name) for name in asked} <= listed


def test_the_handbook_lists_each_rule_with_its_severity() -> None:
    table = section(WATCHING, "Alerts")
    listed = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", table, re.MULTILINE))
    said = {name: re.findall(r"severity: (\w+)", text)[0] for name, text in rules().items()}
    assert listed == said


@pytest.mark.parametrize("name", rules())
def test_each_rule_says_in_one_line_what_is_wrong(name: str) -> None:
    assert re.search(r'summary: "[A-Z0-9{].{10,}"\n', rules()[name])


def test_both_alarms_miss_as_many_texts_at_a_silent_door() -> None:
    missing = set(re.findall(r">= (\d+)\n", rules()["SmsDoorSilent"]))
    assert missing == {str(Alarms().silent_texts)}


def test_all_that_keeps_a_citizen_without_an_answer_has_a_rule() -> None:
    asked = "\n".join(rules().values())
    for figure in (
        "sms_oldest_unanswered_seconds", "sms_mo_received_total", "sms_uncertain", "sms_part_down",
        "sms_data_free_bytes", "sms_certificate_end_timestamp_seconds", "sms_backup_age_seconds",
        "sms_replica_age_seconds", "sms_incident_open", "sms_restore_hold",
    ):  # fmt: skip
        assert figure in asked
