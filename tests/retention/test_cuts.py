from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sms_gateway.commands import CommandError
from sms_gateway.domain.retention import Walk
from sms_gateway.retention.cuts import cuts_of, last_night
from sms_gateway.settings import SettingsError, decode
from sms_gateway.settings.sections import Retention, Sections

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
KEPT = Sections()


def here(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def test_thirteen_months_ago_a_day_began_here() -> None:
    cuts = cuts_of(KEPT, here("2026-11-23T10:15"))
    assert cuts.content == cuts.refused == here("2025-10-23T00:00")
    assert cuts.audit == here("2024-11-23T00:00")
    assert cuts.content.tzinfo is UTC
    assert cuts.of(Walk.AUDIT) == cuts.audit
    assert {cuts.of(walk) for walk in Walk if walk is not Walk.AUDIT} == {cuts.content}


@pytest.mark.parametrize(
    "now, months, expected",
    [
        ("2026-03-31T10:00", 13, "2025-02-28T00:00"),
        ("2025-03-31T10:00", 13, "2024-02-29T00:00"),
        ("2026-01-15T10:00", 13, "2024-12-15T00:00"),
        ("2026-12-15T10:00", 24, "2024-12-15T00:00"),
        # 23:00 of the day before in London.
        ("2026-07-01T00:30", 6, "2026-01-01T00:00"),
    ],
)
def test_months_are_those_of_the_calendar(now: str, months: int, expected: str) -> None:
    kept = Sections(retention=Retention(content_months=months))
    assert cuts_of(kept, here(now)).content == here(expected)


def test_a_person_may_name_an_earlier_day() -> None:
    earlier = here("2024-01-01T00:00")
    cuts = cuts_of(KEPT, here("2026-11-23T10:15"), earlier)
    assert (cuts.content, cuts.refused, cuts.audit) == (earlier,) * 3


def test_nobody_names_a_day_that_the_settings_keep() -> None:
    with pytest.raises(CommandError) as caught:
        cuts_of(KEPT, here("2026-11-23T10:15"), here("2025-10-24T00:00"))
    assert str(caught.value) == (
        "the settings keep texts from 2025-10-23 on: name an earlier day, or change "
        "retention.content_months"
    )


@pytest.mark.parametrize(
    "now, expected",
    [
        ("2026-11-23T10:15", "2026-11-23T04:00"),
        ("2026-11-23T04:00", "2026-11-23T04:00"),
        ("2026-11-23T03:59", "2026-11-22T04:00"),
    ],
)
def test_the_hour_of_the_night_was_last(now: str, expected: str) -> None:
    assert last_night(KEPT, here(now)) == here(expected)


def test_copies_of_dossiers_are_kept_no_shorter_than_texts_about_them() -> None:
    with pytest.raises(SettingsError, match=r"dossiers_months.*no fewer than content_months"):
        decode({"content_months": 30}, Retention, "retention")
    kept = decode({"content_months": 30, "dossiers_months": 30}, Retention, "retention")
    assert kept.dossiers_months == 30
