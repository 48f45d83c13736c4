"""Automatic messages among the other rooms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from sms_gateway.alarms.plan import first_code
from sms_gateway.clock import SystemClock
from sms_gateway.domain.ids import DoorName, MessageId, NoticeId, ShortCode
from sms_gateway.domain.numbers import Hasher
from sms_gateway.enquiry.rules import Rules
from sms_gateway.notices.appointments import Appointments, MondayToFriday, Times
from sms_gateway.notices.composing import Maker, Outlet, Pace
from sms_gateway.notices.deciding import Policy
from sms_gateway.notices.guard import Guard
from sms_gateway.notices.hours import Quiet
from sms_gateway.notices.planning import Planner
from sms_gateway.notices.staff import NoticeActs
from sms_gateway.notices.table import Table, load_table
from sms_gateway.notices.warning import Warnings
from sms_gateway.notices.watch import Around, Plan, Watch
from sms_gateway.ports import CaseDirectory, CaseFeed, Door
from sms_gateway.settings import Settings, SettingsError
from sms_gateway.settings.notices import Notices as Said
from sms_gateway.store.store import SqlStore
from sms_gateway.web.notice_figures import NoticeFigures
from sms_gateway.web.notices import Noticing

LEADS = "notices"
"""What one node of many leads."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What they stand on.

    Attributes:
        store, directory, doors, rules, hasher, clock, new_id: see there.
        figures: takes figures.
        queued: called with a door that has something new to send.
        push: by which door of the same telco a new text leaves now.
    """

    store: SqlStore
    directory: CaseDirectory
    doors: Mapping[DoorName, Door]
    rules: Rules
    hasher: Hasher
    clock: SystemClock
    new_id: Callable[[], MessageId]
    figures: NoticeFigures
    queued: Callable[[DoorName], None]
    push: Callable[[DoorName], DoorName]


def quiet_of(settings: Settings) -> Quiet:
    """The hours of the night, in which what can wait does."""
    return Quiet.of(settings.notices.quiet, ZoneInfo(settings.gateway.timezone))


def wire_notices(settings: Settings, grounds: Grounds) -> tuple[Noticing, Watch | None]:
    """What the command line reaches, and the loop, where the settings want it.

    Raises:
        SettingsError: the table is wrong, no door can send them, or the dossiers tell nothing.
    """
    said = settings.notices
    table = load_table(settings.notice_tables, settings.gateway.region)
    outlet = _outlet(settings, grounds)
    apart, valid = timedelta(minutes=1) / said.per_minute, timedelta(hours=said.valid_hours)
    store, clock = grounds.store, grounds.clock
    acts = NoticeActs(store.notices, clock.now, grounds.queued, apart, valid)
    feed = grounds.directory
    if not isinstance(feed, CaseFeed):
        if said.on:
            message = "notices.on: these dossiers tell nothing of their changes; switch it off"
            raise SettingsError(message)
        return Noticing(acts, None), None
    quiet = quiet_of(settings)
    known = (grounds.rules, grounds.hasher, grounds.new_id, outlet, quiet, Pace(apart), valid)
    maker, plan = Maker(*known), _plan(said, table)
    watch = _watch(grounds, feed, plan, maker, _times(settings))
    planner = Planner(store.notices, store, feed, plan, maker, watch, clock.now)
    return Noticing(acts, planner), watch if said.on else None


def _watch(grounds: Grounds, feed: CaseFeed, plan: Plan, maker: Maker, times: Times) -> Watch:
    store = grounds.store

    def new_id() -> NoticeId:
        return NoticeId(grounds.new_id())

    around = Around(store, grounds.queued, lambda: store.leads(LEADS), grounds.figures, new_id)
    warnings = Warnings(
        *(grounds.hasher, grounds.new_id, maker.outlet, maker.quiet, times.zone, times.warn_days)
    )
    appointments = Appointments(
        *(store.notices, feed, store, plan.policy.table, times, new_id, warnings)
    )
    return Watch(store.notices, feed, plan, maker, around, appointments, grounds.clock)


def _plan(said: Said, table: Table) -> Plan:
    fresh = timedelta(hours=said.fresh_hours)
    return Plan(
        Policy(table, timedelta(hours=said.apart_hours), fresh),
        Guard(said.most, said.usual_times, said.usual_least),
        said.look_s,
        timedelta(seconds=said.stands_s),
        fresh,
    )


def _times(settings: Settings) -> Times:
    said, zone = settings.notices, ZoneInfo(settings.gateway.timezone)
    hours = (said.overdue_hour, said.warn_hour, said.warn_days)
    return Times(zone, *hours, MondayToFriday(zone))


def _outlet(settings: Settings, grounds: Grounds) -> Outlet:
    """By which door they leave; where they are switched off, any will do for a plan."""
    said = settings.notices
    code = ShortCode(said.short_code or first_code(settings))
    able = {n: d.sender.limits for n, d in grounds.doors.items() if _carries(d) and d.sender}
    name = DoorName(said.door) if said.door else next(iter(able), DoorName(""))
    hint = f"the doors that can are {', '.join(sorted(able)) or 'none'}"
    if said.door and name not in able:
        message = f"notices.door: {said.door} sends no texts that answer none; {hint}"
        raise SettingsError(message)
    if said.on and not said.door and len(able) != 1:
        message = f"notices.door: say by which door automatic messages leave; {hint}"
        raise SettingsError(message)
    if not able:
        return Outlet(name, code)
    return Outlet(name, code, able[name], grounds.push)


def _carries(door: Door) -> bool:
    return door.sender is not None and not door.sender.limits.answers_only
