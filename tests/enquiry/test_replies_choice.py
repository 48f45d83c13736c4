import tomllib
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_gateway.domain.dossier import Dossier, ReturnVia, State
from sms_gateway.domain.ids import DossierId
from sms_gateway.domain.message import Language
from sms_gateway.enquiry.replies import load_replies
from sms_gateway.enquiry.templates import EVERYWHERE, TEMPLATES
from sms_gateway.enquiry.wording import Choice, reply_to_dossier

ROOT = Path(__file__).parents[2]
REPLIES = load_replies(
    tomllib.loads((ROOT / "config/replies/vi.toml").read_text("utf-8")),
    tomllib.loads((ROOT / "config/replies/en.toml").read_text("utf-8")),
)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
MOMENTS = st.datetimes(timezones=st.sampled_from([UTC, ZONE, timezone(timedelta(hours=-12))]))
NOWS = MOMENTS.filter(lambda moment: 1 < moment.year < 9999)
DOSSIERS = st.builds(
    Dossier,
    id=st.just(DossierId("H32.12-230615-0001")),
    receipt=st.sampled_from(["", "170703-0001"]),
    agency=st.just(""),
    state=st.sampled_from(State),
    state_at=st.none() | MOMENTS,
    received_at=st.none() | MOMENTS,
    due_at=st.none() | MOMENTS,
    new_due_at=st.none() | MOMENTS,
    finished_at=st.none() | MOMENTS,
    returned_at=st.none() | MOMENTS,
    return_via=st.sampled_from(ReturnVia),
)


def at(day: int, hour: int = 12, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=ZONE)


def dossier(
    state: State,
    *,
    due: datetime | None = None,
    new_due: datetime | None = None,
    dates: bool = True,
    via: ReturnVia = ReturnVia.COUNTER,
) -> Dossier:
    return Dossier(
        id=DossierId("H32.12-230615-0001"),
        receipt="",
        agency="",
        state=state,
        state_at=at(20) if dates else None,
        received_at=at(2) if dates else None,
        due_at=due,
        new_due_at=new_due,
        finished_at=at(18) if dates else None,
        returned_at=at(19) if dates else None,
        return_via=via,
    )


def answer(asked: Dossier, *, full: bool = True, now: datetime = NOW) -> Choice:
    return reply_to_dossier(asked, full=full, now=now, zone=ZONE)


@pytest.mark.parametrize(
    "state,template,day",
    [
        (State.REGISTERED, "S1", "02/11/2026"),
        (State.ACCEPTED, "S2-nodue", "02/11/2026"),
        (State.NOT_ACCEPTED, "S3", "20/11/2026"),
        (State.PROCESSING, "S4-nodue", None),
        (State.PAPERS_NEEDED, "S5", "20/11/2026"),
        (State.FEE_DUE, "S6", None),
        (State.WITHDRAWN, "S7", "20/11/2026"),
        (State.STOPPED, "S8", "20/11/2026"),
        (State.FINISHED, "S9", "18/11/2026"),
        (State.RETURNED, "S10", "19/11/2026"),
    ],
)
def test_each_state_has_its_reply_with_the_date_of_its_own_event(
    state: State, template: str, day: str | None
) -> None:
    choice = answer(dossier(state))
    assert choice.template == template
    assert choice.params.get("date") == day


@pytest.mark.parametrize(
    "state,template",
    [
        (State.REGISTERED, "S1-undated"),
        (State.ACCEPTED, "S2-undated-nodue"),
        (State.NOT_ACCEPTED, "S3-undated"),
        (State.PROCESSING, "S4-nodue"),
        (State.PAPERS_NEEDED, "S5-undated"),
        (State.FEE_DUE, "S6"),
        (State.WITHDRAWN, "S7-undated"),
        (State.STOPPED, "S8-undated"),
        (State.FINISHED, "S9-undated"),
        (State.RETURNED, "S10-undated"),
    ],
)
def test_a_date_that_the_source_did_not_give_is_left_out(state: State, template: str) -> None:
    assert answer(dossier(state, dates=False)) == Choice(template, {"code": "H32.12-230615-0001"})


@pytest.mark.parametrize("state", [State.FINISHED, State.RETURNED])
def test_the_beginning_of_the_state_stands_in_for_the_date_of_its_own_event(state: State) -> None:
    plain = Dossier(DossierId("H32.12-230615-0001"), "", "", state, state_at=at(20))
    assert answer(plain).params["date"] == "20/11/2026"


@pytest.mark.parametrize(
    "via,dates,template",
    [
        (ReturnVia.POST, True, "S9-post"),
        (ReturnVia.POST, False, "S9-post-undated"),
        (ReturnVia.ONLINE, True, "S9-online"),
        (ReturnVia.ONLINE, False, "S9-online-undated"),
    ],
)
def test_a_result_that_comes_to_the_citizen_sends_nobody_to_the_counter(
    *, via: ReturnVia, dates: bool, template: str
) -> None:
    assert answer(dossier(State.FINISHED, via=via, dates=dates)).template == template


@pytest.mark.parametrize("state,template", [(State.ACCEPTED, "S2"), (State.PROCESSING, "S4")])
def test_a_due_date_ahead_is_shown(state: State, template: str) -> None:
    choice = answer(dossier(state, due=at(4, month=12)))
    assert (choice.template, choice.params["due"]) == (template, "04/12/2026")


@pytest.mark.parametrize("hour", [0, 8, 17, 23])
def test_nobody_is_told_late_on_the_due_day_itself(hour: int) -> None:
    running = dossier(State.PROCESSING, due=at(23, 8))
    assert answer(running, now=at(23, hour)).template == "S4"
    assert answer(running, now=at(23, hour), full=False).template == "E7"


@pytest.mark.parametrize("state", [State.ACCEPTED, State.PROCESSING])
def test_late_begins_when_the_due_day_has_ended_where_the_offices_are(state: State) -> None:
    running = dossier(state, due=at(22, 23))
    midnight = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)  # 00:00 on the 23rd in Vietnam
    assert answer(running, now=midnight - timedelta(seconds=1)).template != "S4L-nonew"
    assert answer(running, now=midnight).template == "S4L-nonew"


@pytest.mark.parametrize(
    "state",
    [state for state in State if state not in (State.ACCEPTED, State.PROCESSING)],
)
@pytest.mark.parametrize("full", [True, False])
def test_a_passed_due_date_changes_nothing_where_the_clock_stands(
    *, state: State, full: bool
) -> None:
    assert answer(dossier(state, due=at(1)), full=full) == answer(dossier(state), full=full)


@pytest.mark.parametrize(
    "due,new_due,template,shown,renewed",
    [
        # the old appointment is missed, the new one lies ahead, or is today
        (at(20), at(4, month=12), "S4L", "20/11/2026", "04/12/2026"),
        (at(20), at(23), "S4L", "20/11/2026", "23/11/2026"),
        # both are missed: the newer promise is the broken one
        (at(10), at(20), "S4L-nonew", "20/11/2026", None),
        (at(20), at(10), "S4L-nonew", "20/11/2026", None),
        # the new one was given in time and replaces the old one
        (at(30), at(4, month=12), "S4", "04/12/2026", None),
        # a new one that has passed before the old one is not shown
        (at(30), at(10), "S4", "30/11/2026", None),
        # only the new one is known
        (None, at(30), "S4", "30/11/2026", None),
        (None, at(10), "S4L-nonew", "10/11/2026", None),
    ],
)
def test_two_appointments_make_one_answer(
    due: datetime | None,
    new_due: datetime,
    template: str,
    shown: str,
    renewed: str | None,
) -> None:
    choice = answer(dossier(State.PROCESSING, due=due, new_due=new_due))
    assert choice.template == template
    assert (choice.params["due"], choice.params.get("new_due")) == (shown, renewed)


def test_dates_are_those_of_the_local_day() -> None:
    evening = datetime(2026, 12, 3, 18, 0, tzinfo=UTC)  # 01:00 on the 4th in Vietnam
    assert answer(dossier(State.PROCESSING, due=evening)).params["due"] == "04/12/2026"


@pytest.mark.parametrize(
    "state,template",
    [
        (State.REGISTERED, "E7-registered"),
        (State.ACCEPTED, "E7"),
        (State.PROCESSING, "E7"),
        (State.FINISHED, "E7-ready"),
        (State.RETURNED, "E7-returned"),
    ],
)
def test_a_stranger_reads_the_degree_of_completion_alone(state: State, template: str) -> None:
    choice = answer(dossier(state, due=at(30)), full=False)
    assert choice == Choice(template, {"code": "H32.12-230615-0001"})


def test_a_stranger_is_told_that_a_running_dossier_is_late_but_no_date() -> None:
    choice = answer(dossier(State.ACCEPTED, due=at(1), new_due=at(30)), full=False)
    assert choice == Choice("E7-overdue", {"code": "H32.12-230615-0001"})


def test_a_stranger_cannot_tell_refusal_debt_and_withdrawal_apart() -> None:
    answers = [
        answer(dossier(State(state), due=due), full=False)
        for state in (3, 5, 6, 7, 8)
        for due in (None, at(1), at(30))
    ]
    assert answers == [Choice("E7-call", {"code": "H32.12-230615-0001"})] * 15


def test_the_number_on_the_paper_is_the_one_shown() -> None:
    with_receipt = Dossier(DossierId("H32.12-230615-0001"), "170703-0001", "", State.PROCESSING)
    assert answer(with_receipt).params["code"] == "170703-0001"


@settings(max_examples=200)
@given(asked=DOSSIERS, now=NOWS, full=st.booleans())
def test_every_answer_has_exactly_the_facts_its_reply_asks_for(
    asked: Dossier, now: datetime, *, full: bool
) -> None:
    choice = reply_to_dossier(asked, full=full, now=now, zone=ZONE)
    assert set(choice.params) == TEMPLATES[choice.template] - EVERYWHERE
    for language in Language:
        text = REPLIES.whole(choice.template, choice.params, language)
        assert all(value in text for value in choice.params.values())


@settings(max_examples=200)
@given(DOSSIERS, NOWS)
def test_a_new_appointment_that_is_shown_never_lies_in_the_past(
    asked: Dossier, now: datetime
) -> None:
    choice = reply_to_dossier(asked, full=True, now=now, zone=ZONE)
    today = now.astimezone(ZONE).date()
    shown = {"S2": "due", "S2-undated": "due", "S4": "due", "S4L": "new_due"}
    if choice.template in shown:
        day, month, year = map(int, choice.params[shown[choice.template]].split("/"))
        assert date(year, month, day) >= today
