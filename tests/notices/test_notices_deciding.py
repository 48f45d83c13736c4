"""When a text may go: at night, and soon after another one of its dossier, are two things."""

from datetime import datetime, timedelta

import pytest

from sms_gateway.domain.dossier import State
from sms_gateway.domain.ids import NoticeId
from sms_gateway.domain.notices import Fate, Known, Step
from sms_gateway.notices.deciding import Decision, Moment, Policy, Wait, decide
from sms_gateway.notices.hours import Quiet
from sms_gateway.notices.table import Situation, Table
from tests.notices.notices_desk import MONDAY, RULES, case, dossier_id

QUIET = Quiet.of("21:00-07:00", RULES.zone)
NIGHT, MORNING = MONDAY + timedelta(hours=12), MONDAY + timedelta(hours=20, minutes=45)
APART = timedelta(hours=4)


def decided(*, at_night: bool, at_once: bool, hours_since: float) -> Decision | Wait:
    line = Situation(number=1, name="x", to=(9,), say="S9", at_night=at_night, at_once=at_once)
    policy = Policy(Table((line,), {}, {}), APART, timedelta(days=1), QUIET)
    step = Step(
        NoticeId("n"), dossier_id(), "", "9#2", 1, State.PROCESSING, State.FINISHED, NIGHT, NIGHT,
        tells=True,
    )  # fmt: skip
    known = Known(State.PROCESSING, State.ACCEPTED, NIGHT - timedelta(hours=hours_since))
    return decide((step,), case(State.FINISHED), known, policy, Moment(NIGHT))


@pytest.mark.parametrize(
    "at_night, at_once, hours_since, until",
    [
        (True, True, 1, None),
        (True, False, 5, None),
        (True, False, 1, NIGHT + timedelta(hours=3)),
        (False, True, 1, MORNING),
        (False, False, 1, MORNING),
    ],
)
def test_a_text_waits_for_what_its_line_says(
    *, at_night: bool, at_once: bool, hours_since: float, until: datetime | None
) -> None:
    found = decided(at_night=at_night, at_once=at_once, hours_since=hours_since)
    if until is None:
        assert isinstance(found, Decision)
        assert found.fate is Fate.QUEUED
    else:
        assert found == Wait(until)
