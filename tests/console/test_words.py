"""What the gateway writes down as words of its own, people read in theirs."""

import json
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sms_gateway.console.snapshot_facts import facts_of
from sms_gateway.console.words import FACTS, template_words, word
from sms_gateway.domain.dossier import Dossier, State
from sms_gateway.domain.ids import DossierId
from sms_gateway.domain.message import MtKind
from sms_gateway.enquiry import intents
from sms_gateway.gsm.alphabet import Alphabet
from sms_gateway.intake.verdicts import NO_WAY_BACK, snapshot
from tests.structure.tree import PACKAGE

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
REPLIES = Path(__file__).parents[2] / "config" / "replies" / "vi.toml"
SAID = (
    re.compile(r'(?:Malformed|NotACitizen)\("([^"]+)"\)'),
    re.compile(r'_suppressed\(intent, "([^"]+)"\)'),
    re.compile(r'\bwhy(?:: str)? ?= ?"([^"]+)"'),
    re.compile(r'why = "([^"]+)" if .* else "([^"]+)"'),
    re.compile(r'^(?:UNCLEAR|ONLY_COURTESY|PROBE|_NOTHING|_AS_DIGITS) = "([^"]+)"', re.MULTILINE),
    re.compile(r'return "(identical)"'),
    re.compile(r'return "(rate_limited)"'),
    re.compile(r'Verdict\(Outcome\.PARKED, "([^"]+)"'),
    re.compile(r"hold_reason = '([a-z_]+)'"),
    re.compile(r'billing_reason="([a-z_]+)"'),
)


def written_down() -> set[str]:
    """Reasons and the like, as the code that writes them has them."""
    places = [*PACKAGE.glob("enquiry/*.py"), *PACKAGE.glob("intake/*.py")]
    places += [*PACKAGE.glob("notices/*.py"), *PACKAGE.glob("store/sqlite/*.sql")]
    found: set[str] = set()
    for path in places:
        text = path.read_text("utf-8")
        for pattern in SAID:
            for match in pattern.finditer(text):
                found.update(match.groups())
    return found


def test_each_word_that_is_written_down_has_one_for_people() -> None:
    names = re.findall(
        r'name: ClassVar\[str\] = "([a-z_]+)"', Path(intents.__file__).read_text("utf-8")
    )
    machine = written_down() | {*names, NO_WAY_BACK, *Alphabet, MtKind.MANUAL}
    machine |= {"VNI keys undone", "Telex keys undone"}
    assert {"official number", "label cut off", "joined", "superseded", "blocked"} <= machine
    same = {"letters read as digits", "looks like a delivery report"}
    same |= {"unclear what to stop, resume or choose", "courtesy and nothing else"}
    assert {one for one in machine if word(one) == one} <= same | {"warning"}


def test_a_word_of_another_version_stays_as_it_is() -> None:
    assert word("of_tomorrow") == "of_tomorrow"
    assert template_words("Z9") == []


@pytest.mark.parametrize("template", sorted(tomllib.loads(REPLIES.read_text("utf-8"))))
def test_each_template_and_each_variant_is_named(template: str) -> None:
    names = template_words(template)
    assert len(names) == len(template.split("-"))
    assert not set(names) & set(template.split("-")) - {"overdue", "stopped", "online"}


def test_the_facts_of_a_snapshot_have_names_and_days_as_people_write_them() -> None:
    at = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
    dossier = Dossier(DossierId("H32.12-1"), "170703-0001", "H32.12", State.PROCESSING, due_at=at)
    kept = snapshot(dossier)
    facts = dict(facts_of(kept, str, HANOI))
    assert facts["State"] == "4 in process"
    assert facts["Appointment"] == "24/11/2026 08:30:00"
    assert json.loads(kept).keys() == FACTS.keys()


def test_what_a_snapshot_of_another_version_holds_is_shown_as_it_is() -> None:
    kept = b'{"state": 77, "due_at": "soon", "colour": "green"}'
    assert dict(facts_of(kept, str, HANOI)) == {
        "State": "77", "Appointment": "soon", "colour": "green"
    }  # fmt: skip
    assert facts_of(None, str, HANOI) == []
