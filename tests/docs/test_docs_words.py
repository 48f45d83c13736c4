"""The words of the trade in the handbook are those of the code."""

import re
import tomllib

from sms_gateway.cases.embedded.fields import Field
from sms_gateway.domain.dossier import State
from sms_gateway.domain.outcome import Billing, Delivery, MtState, Outcome
from sms_gateway.enquiry import intents
from sms_gateway.enquiry.templates import LONGEST, TEMPLATES, billing_of
from sms_gateway.intake.verdicts import NO_WAY_BACK
from sms_gateway.store.operations.outbox import FINAL_WITHOUT_REPLY
from tests.docs.pages import DOCS, PAGES, first_cells, section, text_of
from tests.structure.tree import PACKAGE, ROOT

MESSAGES = DOCS / "messages.md"
REPLIES = DOCS / "replies.md"


def test_every_intent_outcome_and_state_is_explained() -> None:
    names = {kind.name for kind in intents.Intent.__args__} | {intents.PROBE}
    assert set(first_cells(section(MESSAGES, "What a text can ask for"))) == names
    assert set(first_cells(section(MESSAGES, "How a text ends"))) == set(Outcome)
    assert set(first_cells(section(MESSAGES, "Where a reply stands"))) == set(MtState)
    assert set(first_cells(section(MESSAGES, "What a delivery report says"))) == set(Delivery)
    assert set(first_cells(section(MESSAGES, "What the citizen pays"))) == set(Billing)


def reasons(outcome: str) -> set[str]:
    """The reasons beside an outcome that the code can give."""
    decide = (PACKAGE / "enquiry" / "decide.py").read_text(encoding="utf-8")
    if outcome == Outcome.SUPPRESSED:
        found = re.findall(r'_suppressed\(intent, "(\w+)"\)', decide)
        policy = (PACKAGE / "enquiry" / "policy.py").read_text(encoding="utf-8")
        return {*found, *re.findall(r'return "(identical|rate_limited)"', policy)}
    verdicts = (PACKAGE / "intake" / "verdicts.py").read_text(encoding="utf-8")
    sql = (PACKAGE / "store" / "sqlite" / "queries.sql").read_text(encoding="utf-8")
    return {
        NO_WAY_BACK,
        *FINAL_WITHOUT_REPLY.values(),
        *re.findall(r'Outcome\.PARKED, "(\w+)"', verdicts),
        *re.findall(r":park_after THEN '(\w+)' ELSE ''", sql),
        *re.findall(r"SET outcome = 'parked', reason = '(\w+)'", sql),
    }


def test_every_reason_why_nothing_is_sent_is_explained() -> None:
    for outcome in (Outcome.SUPPRESSED, Outcome.PARKED):
        assert len(reasons(outcome)) > 2
        listed = first_cells(section(MESSAGES, f"Why a text is {outcome}"))
        assert set(listed) == reasons(outcome), outcome


def test_every_reply_is_listed_with_its_price() -> None:
    table = section(REPLIES, "All replies")
    listed = dict(re.findall(r"^\| `([\w-]+)` \|[^|]*\| (\w+) \|", table, re.MULTILINE))
    assert listed == {name: str(billing_of(name)) for name in TEMPLATES}


def test_every_placeholder_is_listed_with_its_longest_value() -> None:
    table = section(REPLIES, "Placeholders")
    listed = dict(re.findall(r"^\| `\{(\w+)\}` \| (\d+) \|", table, re.MULTILINE))
    assert {name: int(longest) for name, longest in listed.items()} == LONGEST


def test_every_field_of_a_dossier_is_listed() -> None:
    listed = first_cells(section(DOCS / "dossiers.md", "Fields"))
    assert set(listed) == {field.value for field in Field}


def test_every_state_of_a_dossier_is_listed() -> None:
    listed = first_cells(section(DOCS / "dossiers.md", "States"))
    assert listed == [str(int(state)) for state in State]


def test_every_key_of_the_keywords_file_is_listed() -> None:
    file = (ROOT / "config" / "keywords.toml").read_text(encoding="utf-8")
    listed = first_cells(section(DOCS / "keywords.md", "What the file can say"))
    assert set(listed) == set(tomllib.loads(file)["default"])


def test_the_rooms_of_the_house_are_those_on_disk() -> None:
    listed = first_cells(section(DOCS / "architecture.md", "The rooms"))
    rooms = {path.name + "/" for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    modules = {path.name for path in PACKAGE.glob("*.py") if path.stem != "__init__"}
    assert set(listed) == rooms | modules


def test_the_import_rule_is_the_one_that_is_checked() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    layers = re.search(r"^layers = \[(.*?)^\]", project, re.MULTILINE | re.DOTALL)
    assert layers
    wanted = [line.replace("sms_gateway.", "") for line in re.findall(r'"(.+)"', layers[1])]
    shown = re.search(
        r"```text\n(.*?)```", section(DOCS / "architecture.md", "The import rule"), re.DOTALL
    )
    assert shown
    assert shown[1].splitlines() == wanted


def test_every_page_can_be_reached_from_the_index() -> None:
    index = text_of(DOCS / "index.md")
    for page in PAGES:
        if DOCS in page.parents and page.name != "index.md":
            assert f"({page.relative_to(DOCS).as_posix()})" in index, page


def test_the_readme_is_one_page_and_leads_to_the_handbook() -> None:
    text = text_of(ROOT / "README.md")
    assert len(text.splitlines()) <= 120
    assert "(docs/index.md)" in text
