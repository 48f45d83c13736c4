"""Automatic messages among the other rooms."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from sms_gateway.alarms.plan import first_code
from sms_gateway.clock import SystemClock
from sms_gateway.domain.calendar import Calendar
from sms_gateway.domain.calendar_days import calendar_of, merged
from sms_gateway.domain.ids import DoorName, DossierId, MessageId, NoticeId, ShortCode
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.surveys import SURVEY
from sms_gateway.enquiry.rules import Rules
from sms_gateway.notices.announcing import Announcer, Followers
from sms_gateway.notices.appointments import Appointments
from sms_gateway.notices.composing import Maker, Outlet
from sms_gateway.notices.deciding import Policy
from sms_gateway.notices.guard import Guard
from sms_gateway.notices.hours import Quiet
from sms_gateway.notices.near import Times
from sms_gateway.notices.planning import Planner
from sms_gateway.notices.staff import NoticeActs
from sms_gateway.notices.survey import Survey, SurveyAround, SurveyPlan
from sms_gateway.notices.table import Table, load_table
from sms_gateway.notices.warning import Warnings
from sms_gateway.notices.watch import Around, Plan, Watch
from sms_gateway.ports import CaseFeed, Door
from sms_gateway.settings import Settings, SettingsError, load_calendar
from sms_gateway.store.store import SqlStore
from sms_gateway.web.notice_figures import NoticeFigures
from sms_gateway.web.notices import Noticing

LEADS = "notices"
"""What one node of many leads."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What they stand on.

    Attributes:
        store, feed, doors, hasher, clock, new_id: see there.
        rules: those of now, as texts are answered by them.
        figures: takes figures.
        queued: called with a door that has something new to send.
        push: by which door of the same telco a new text leaves now.
        caught_up: see `notices.watch.Around`.
    """

    store: SqlStore
    feed: CaseFeed
    doors: Mapping[DoorName, Door]
    rules: Callable[[], Rules]
    hasher: Hasher
    clock: SystemClock
    new_id: Callable[[], MessageId]
    figures: NoticeFigures
    queued: Callable[[DoorName], None]
    push: Callable[[DoorName], DoorName]
    caught_up: Callable[[], bool]


def quiet_of(settings: Settings) -> Quiet:
    """The hours of the night, in which what can wait does."""
    return Quiet.of(settings.notices.quiet, ZoneInfo(settings.gateway.timezone))


def wire_notices(
    settings: Settings, grounds: Grounds
) -> tuple[Noticing, Mapping[str, Watch | Survey]]:
    """What the command line reaches, and the loops that the settings want, by name.

    Raises:
        SettingsError: the table or the calendar is wrong, or no door can send them.
    """
    table = load_table(settings.notice_tables, settings.gateway.region)
    outlet = _outlet(settings, grounds)
    apart = timedelta(minutes=1) / settings.notices.per_minute
    valid = timedelta(hours=settings.notices.valid_hours)
    store, clock = grounds.store, grounds.clock
    acts = NoticeActs(store.notices, clock.now, grounds.queued, apart, valid)
    feed, quiet = grounds.feed, quiet_of(settings)
    known = (grounds.rules, grounds.hasher, grounds.new_id, outlet, quiet, valid)
    maker, plan = Maker(*known), _plan(settings, table, quiet)
    watch = _watch(grounds, feed, plan, maker, _times(settings, store))
    planner = Planner(store.notices, store, feed, plan, maker, watch, clock.now)
    survey = _survey(settings, grounds, maker)
    loops = {LEADS: watch} if settings.notices.on else {}
    reading = (store.notices, store, feed, maker, _followers(store))
    announcer = Announcer(*reading, store.queue_pushes, clock.now)
    return Noticing(acts, planner, announcer), {
        **loops,
        **({SURVEY: survey} if settings.survey.on else {}),
    }


def _survey(settings: Settings, grounds: Grounds, maker: Maker) -> Survey:
    store = grounds.store
    around = SurveyAround(store, grounds.queued, lambda: store.leads(SURVEY), grounds.figures)
    plan = SurveyPlan(
        look=settings.notices.look_s,
        after=timedelta(hours=settings.survey.after_hours),
        fresh=timedelta(days=settings.survey.fresh_days),
        most_per_day=settings.survey.most_per_day,
        bulk=settings.notices.most,
    )
    known = (store.surveys, store.notices, grounds.feed, plan, maker, around)
    return Survey(*known, grounds.clock)


def _watch(grounds: Grounds, feed: CaseFeed, plan: Plan, maker: Maker, times: Times) -> Watch:
    store = grounds.store

    def new_id() -> NoticeId:
        return NoticeId(grounds.new_id())

    known = (store, _followers(store), grounds.queued)
    around = Around(*known, lambda: store.leads(LEADS), grounds.figures, new_id, grounds.caught_up)
    warnings = Warnings(
        *(grounds.hasher, grounds.new_id, maker.outlet, maker.quiet, times.zone),
        *(times.warn_days, times.warn_hours),
    )
    appointments = Appointments(
        *(store.notices, feed, store, plan.policy.table, times, new_id, warnings)
    )
    return Watch(store.notices, feed, plan, maker, around, appointments, grounds.clock)


def _followers(store: SqlStore) -> Followers:
    async def followers(ids: Sequence[DossierId]) -> Mapping[DossierId, Sequence[Address]]:
        found: dict[DossierId, list[Address]] = {}
        for one in await store.owed.followers(ids):
            found.setdefault(one.dossier_id, []).append(one.recipient)
        return found

    return followers


def _plan(settings: Settings, table: Table, quiet: Quiet) -> Plan:
    fresh = timedelta(hours=settings.notices.fresh_hours)
    return Plan(
        Policy(table, timedelta(hours=settings.notices.apart_hours), fresh, quiet),
        Guard(settings.notices.most, settings.notices.usual_times, settings.notices.usual_least),
        settings.notices.look_s,
        timedelta(seconds=settings.notices.stands_s),
        fresh,
    )


def _times(settings: Settings, store: SqlStore) -> Times:
    zone, file = ZoneInfo(settings.gateway.timezone), load_calendar(settings.calendar)

    async def calendar() -> Calendar:
        return calendar_of(zone, file.hours, merged(file.days, await store.calendar.days()))

    return Times(
        zone=zone,
        overdue_hour=settings.notices.overdue_hour,
        warn_hour=settings.notices.warn_hour,
        warn_days=settings.notices.warn_days,
        warn_hours=settings.notices.warn_hours,
        calendar=calendar,
        fresh=timedelta(hours=settings.notices.fresh_hours),
    )


def _outlet(settings: Settings, grounds: Grounds) -> Outlet:
    """By which door they leave; where they are switched off, any will do for a plan."""
    wanted = settings.notices.door
    code = ShortCode(settings.notices.short_code or first_code(settings))
    able = {n: d.sender.limits for n, d in grounds.doors.items() if _carries(d) and d.sender}
    name = DoorName(wanted) if wanted else next(iter(able), DoorName(""))
    hint = f"the doors that can are {', '.join(sorted(able)) or 'none'}"
    if wanted and name not in able:
        message = f"notices.door: {wanted} sends no texts that answer none; {hint}"
        raise SettingsError(message)
    if (settings.notices.on or settings.survey.on) and not wanted and len(able) != 1:
        message = f"notices.door: say by which door automatic messages leave; {hint}"
        raise SettingsError(message)
    if not able:
        return Outlet(name, code)
    return Outlet(name, code, able[name], grounds.push)


def _carries(door: Door) -> bool:
    return door.sender is not None and not door.sender.limits.answers_only
