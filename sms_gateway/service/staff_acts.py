"""What people do about words, complaints and a citizen's own data, through the running service."""

from secrets import randbits

from aiohttp import web

from sms_gateway.clock import SystemClock
from sms_gateway.complaints import ComplaintCommands
from sms_gateway.domain.uuid7 import Uuid7
from sms_gateway.retention.rights import CitizenRights
from sms_gateway.service.rule_watch import RuleWatch
from sms_gateway.service.windows import Windows
from sms_gateway.store.store import SqlStore
from sms_gateway.web.complaints import add_complaints
from sms_gateway.web.keywords import add_keywords
from sms_gateway.web.rights import add_rights


def add_staff_acts(
    app: web.Application, store: SqlStore, rules: RuleWatch, windows: Windows, days: int
) -> None:
    """Add them to the application behind the control socket.

    Args:
        app: see there.
        store: where they are written down.
        rules: reads texts by the words that staff add.
        windows: knows the calendar.
        days: working days within which a complaint must be settled.
    """
    clock = SystemClock()
    new_id = Uuid7(clock.milliseconds, randbits)
    add_keywords(app, rules.commands(clock.now))
    add_rights(app, CitizenRights(store.retention, clock.now))
    complaints = ComplaintCommands(store.complaints, windows.calendar, days, clock.now, new_id)
    add_complaints(app, complaints)
