"""The examples of the handbook are what the shipped calendar counts."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from sms_gateway.domain.calendar_days import calendar_of, merged
from sms_gateway.settings import load_calendar
from tests.docs.pages import DOCS, section
from tests.domain.shipped import SHIPPED

_ROW = re.compile(r"^\| (\w{3} \S+) \| (\d+) \| (\w{3} \S+) \|$", re.MULTILINE)


def test_the_examples_are_counted_as_shown() -> None:
    file = load_calendar(SHIPPED)
    calendar = calendar_of(ZoneInfo("Asia/Ho_Chi_Minh"), file.hours, merged(file.days, ()))
    rows = _ROW.findall(section(DOCS / "calendar.md", "How days are counted"))
    assert len(rows) == 6
    for start, count, due in rows:
        begin = datetime.strptime(start, "%a %d/%m/%Y").date()  # noqa: DTZ007  # a day has no zone
        counted = calendar.add_working_days(begin, int(count))
        assert f"{counted:%a %d/%m/%Y}" == due
