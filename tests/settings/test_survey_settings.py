"""`[survey]` is off, and refuses what could ask nobody."""

from pathlib import Path

import pytest

from sms_gateway.settings import SettingsError, load
from sms_gateway.settings.survey import Survey


def test_nobody_is_asked_before_somebody_says_so() -> None:
    assert Survey() == Survey(on=False, after_hours=24, most_per_day=200, fresh_days=7)


def test_a_question_that_would_always_come_too_late_is_refused(tmp_path: Path) -> None:
    environ = {"SMS_GATEWAY_SURVEY__AFTER_HOURS": "48", "SMS_GATEWAY_SURVEY__FRESH_DAYS": "2"}
    with pytest.raises(SettingsError, match=r"survey.*after_hours.*not less than fresh_days"):
        load(None, None, environ, tmp_path)
    environ["SMS_GATEWAY_SURVEY__AFTER_HOURS"] = "47.5"
    assert load(None, None, environ, tmp_path).survey.after_hours == 47.5
