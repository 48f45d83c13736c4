"""Which room knows which: everything that is open, put together."""

import functools
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from aiohttp import web

from sms_gateway.access import Access
from sms_gateway.alarms.plan import first_code
from sms_gateway.alarms.posting import Poster
from sms_gateway.alarms.senses import Senses
from sms_gateway.alarms.watch import Watch
from sms_gateway.cases.embedded import EmbeddedDirectory
from sms_gateway.cases.embedded.upload import CaseUpload
from sms_gateway.clock import SystemClock
from sms_gateway.commands import Commands, DayCommands
from sms_gateway.dispatch.health import HealthRecord
from sms_gateway.domain.ids import DoorName, ShortCode
from sms_gateway.domain.records import Figures, PendingMo
from sms_gateway.intake.accept import Hands, Intake
from sms_gateway.intake.answering import Answerer
from sms_gateway.intake.around import AnsweringContext, AnsweringLimits
from sms_gateway.intake.case_watch import CaseWatch
from sms_gateway.intake.elsewhere import Elsewhere
from sms_gateway.intake.following_up import FollowUps
from sms_gateway.intake.sweep import FIGURES, Sweep, SweepContext
from sms_gateway.intake.waiting import Waiters
from sms_gateway.notices.survey import Survey
from sms_gateway.notices.watch import Watch as NoticeWatch
from sms_gateway.ports import Door
from sms_gateway.retention.nightly import Nightly
from sms_gateway.service.about import VERSION
from sms_gateway.service.access import wire_access
from sms_gateway.service.alarms import Basis, Rooms, wire_alarms
from sms_gateway.service.by_hand import ByHand
from sms_gateway.service.case_push import wire_push
from sms_gateway.service.copies import Copies, CopiesWatch, known_age, show_copies
from sms_gateway.service.days import DaysWatch
from sms_gateway.service.door_list import door_lines
from sms_gateway.service.ends import Ends
from sms_gateway.service.learning import Learning, wire_learning
from sms_gateway.service.listeners import Apps
from sms_gateway.service.notices import Grounds, wire_notices
from sms_gateway.service.owing import Owing, wire_follow_ups
from sms_gateway.service.retaining import wire_retention
from sms_gateway.service.rule_watch import RuleWatch
from sms_gateway.service.sending import Sending, health_of, leads_of, slots_of, wire_sending
from sms_gateway.service.sessions import SessionLoop, SessionRooms, wire_sessions
from sms_gateway.service.staff_acts import add_staff_acts
from sms_gateway.service.states import StatesWatch
from sms_gateway.service.surroundings import Surroundings
from sms_gateway.service.windows import Windows, wire_windows
from sms_gateway.settings import Settings, load_states
from sms_gateway.store.store import SqlStore
from sms_gateway.web.app import Front, Health, build_app
from sms_gateway.web.calendar import add_calendar
from sms_gateway.web.control import Controls, build_control
from sms_gateway.web.metrics import Metrics
from sms_gateway.web.notices import Noticing, add_notices
from sms_gateway.web.noting import Noting
from sms_gateway.web.parts import Listener
from sms_gateway.web.peers import Proxies
from sms_gateway.web.retention import Retaining, add_retention
from sms_gateway.web.staff import add_staff
from sms_gateway.web.webhooks import Shell
from sms_gateway.web.windows import add_windows


@dataclass(frozen=True, slots=True)
class Loops:
    """What goes on by itself between the ends."""

    answerer: Answerer
    sweep: Sweep
    watch: CaseWatch
    elsewhere: Elsewhere
    follow_ups: FollowUps
    sending: Sending
    sessions: Mapping[DoorName, SessionLoop]
    surroundings: Surroundings
    copies: CopiesWatch
    states: StatesWatch
    days: DaysWatch
    rules: RuleWatch
    windows: Windows
    learning: Learning
    alarms: Watch
    poster: Poster
    nightly: Nightly | None
    notices: Mapping[str, NoticeWatch | Survey]


@dataclass(frozen=True, slots=True)
class Gateway:
    """Everything that is open.

    Attributes:
        settings: what it was opened with.
        store, directory, doors: the ends.
        loops: what runs between them.
        apps: the listeners and what is heard at each.
        leaves_checkpoints: Litestream checkpoints the databases, not we.
        retaining: what purges, and what is held back from that.
        by_hand: sends a person's text.
        noticing: what people do about automatic messages.
        access: who is at the console.
    """

    settings: Settings
    store: SqlStore
    directory: EmbeddedDirectory
    doors: Mapping[DoorName, Door]
    loops: Loops
    apps: Apps
    leaves_checkpoints: bool
    retaining: Retaining
    by_hand: ByHand
    noticing: Noticing
    access: Access


def wire(settings: Settings, ends: Ends, heard: Sequence[Listener]) -> Gateway:
    """Every room with what it needs; nothing runs yet."""
    store, clock, doors = ends.store, ends.clock, ends.doors
    metrics = Metrics(doors, ends.worker)
    senses = Senses(metrics.alarms.last_probe)
    health = health_of(settings, doors, clock)
    noting = _noting(metrics, senses, doors, health)
    sending = wire_sending(settings, store, doors, health, noting, clock)
    waiters, queued, seen = Waiters(), sending.queued, _seen(metrics, senses)
    context = AnsweringContext(
        *(clock, ends.new_id, _limits(settings), noting.answered, noting.parked, queued),
        slots := slots_of(sending.dispatchers, sending.ways),
    )
    watching = _watching(settings, ends, metrics, senses)
    watch = watching[-1].before(ends.cases, metrics.looked_up)
    answerer = Answerer(store, watch, waiters, ends.enquiry, doors, context)
    elsewhere = Elsewhere(store, waiters, clock)
    known = (store, watch, ends.enquiry, doors, ends.hasher, clock, ends.new_id)
    follow_ups = wire_follow_ups(settings, Owing(*known, queued, slots))

    def offer(mos: Sequence[PendingMo]) -> None:
        noting.received(mos)
        answerer.offer(mos)

    hands = Hands(offer, answerer.has_room, elsewhere.watch, ends.hasher, ends.new_id, clock)
    intake = Intake(store, waiters, hands)
    proxies, seconds = Proxies(settings.web.trusted_proxies), settings.web.request_timeout_s
    shell = Shell(intake, sending.settler, store, metrics, clock, ends.new_id, proxies, seconds)
    sweep = Sweep(store, answerer, clock, _sweep_context(settings, doors.values(), noting, seen))
    learning = wire_learning(settings, ends.cases, metrics, store, clock)
    rooms = Rooms(metrics, senses, sweep, watch, queued, sending.ways.push, learning.down)
    sessions = wire_sessions(doors, _session_rooms(settings, ends, hands, rooms, sending))
    retaining, nightly = wire_retention(settings, store, ends.cases, clock, ends.hasher)
    noticing, notices = wire_notices(settings, _grounds(ends, rooms, learning))
    around = (*watching, learning, *wire_alarms(settings, _basis(ends), rooms), nightly, notices)
    loops = Loops(answerer, sweep, watch, elsewhere, follow_ups, sending, sessions, *around)
    apps = _apps(settings, ends, shell, heard, _wrong(ends, loops))
    access = wire_access(settings, store.access, ends.hasher, clock, ends.new_id)
    rest = (ends.leaves_checkpoints, retaining, _by_hand(settings, ends, queued), noticing, access)
    return Gateway(settings, store, ends.directory, doors, loops, apps, *rest)


def _noting(
    metrics: Metrics,
    senses: Senses,
    doors: Mapping[DoorName, Door],
    health: Mapping[DoorName, HealthRecord],
) -> Noting:
    metrics.doors.watch(health)
    probes = {d.name: d.probe for d in doors.values() if d.probe}
    return Noting(metrics, senses, probes, health)


def _grounds(ends: Ends, rooms: Rooms, learning: Learning) -> Grounds:
    known = (ends.store, ends.directory, ends.doors, lambda: ends.enquiry.rules, ends.hasher)
    around = (rooms.metrics.notices, rooms.queued, rooms.push, learning.caught_up)
    return Grounds(*known, ends.clock, ends.new_id, *around)


def _by_hand(settings: Settings, ends: Ends, queued: Callable[[DoorName], None]) -> ByHand:
    code = ShortCode(first_code(settings))
    known = (ends.store, ends.doors, ends.hasher, ends.clock, ends.new_id)
    return ByHand(*known, settings.gateway.region, code, queued)


def _session_rooms(
    settings: Settings,
    ends: Ends,
    hands: Hands,
    rooms: Rooms,
    sending: Sending,
) -> SessionRooms:
    return SessionRooms(
        store=ends.store,
        hands=hands,
        metrics=rooms.metrics,
        senses=rooms.senses,
        clock=ends.clock,
        sweep=rooms.sweep,
        sweep_s=settings.dispatch.sweep_s,
        leads=lambda door: leads_of(door, ends.store),
        queued=rooms.queued,
        late=sending.settler.late,
    )


def _wrong(ends: Ends, loops: Loops) -> Health:
    async def wrong() -> Mapping[str, str]:
        return {
            "store": loops.sweep.store_down,
            "cases": loops.watch.failing,
            "changes": loops.learning.failing,
            "import": ends.directory.unfinished,
        }

    return wrong


def _apps(
    settings: Settings, ends: Ends, shell: Shell, heard: Sequence[Listener], wrong: Health
) -> Apps:
    known = (ends.directory, ends.enquiry.rules, ends.hasher, shell)
    pushed = wire_push(settings, *known)
    front = Front(ends.store.reading, ends.hasher, ends.clock, shell.metrics, wrong)
    return [(one, build_app(ends.doors, shell, front, one.parts, pushed)) for one in heard]


def _basis(ends: Ends) -> Basis:
    def leads() -> bool:
        # The one that is shown the store's figures.
        return ends.store.leads(FIGURES)

    return Basis(ends.store.incidents, ends.doors, ends.hasher, ends.clock, ends.new_id, leads)


def _watching(
    settings: Settings, ends: Ends, metrics: Metrics, senses: Senses
) -> tuple[Surroundings, CopiesWatch, StatesWatch, DaysWatch, RuleWatch, Windows]:
    """What looks at the disk, the certificate, the copies, states, the calendar and windows."""
    folder, ops, clock = settings.data_path, settings.ops, ends.clock
    surroundings = Surroundings(folder, ops, metrics, clock, senses.saw_certificate)
    reading = ends.store.reading

    def seen(copies: Copies) -> None:
        senses.saw_backup(known_age(settings, copies.backup_age))
        show_copies(metrics, copies)

    tables = load_states(settings.states)
    states = StatesWatch(ends.directory, tables, clock, senses.saw_unknown_states)
    days = DaysWatch(settings, ends.store.calendar, clock, metrics.show_calendar)
    windows = wire_windows(settings, ends.store, clock, ends.new_id, (metrics, senses))
    copies = CopiesWatch(settings, reading, clock, seen)
    rules = RuleWatch(settings, ends.store, ends.enquiry, clock)
    return surroundings, copies, states, days, rules, windows


def _limits(settings: Settings) -> AnsweringLimits:
    return AnsweringLimits(
        look_up=settings.cases.timeout_s,
        park_after=settings.intake.park_after_failures,
        valid=timedelta(seconds=settings.dispatch.valid_s),
        queue=settings.store.max_unanswered,
    )


Seen = Callable[[Figures | None, datetime], None]


def _seen(metrics: Metrics, senses: Senses) -> Seen:
    def seen(figures: Figures | None, now: datetime) -> None:
        metrics.show(figures, now)
        senses.saw(figures)

    return seen


def _sweep_context(
    settings: Settings, doors: Collection[Door], noting: Noting, seen: Seen
) -> SweepContext:
    resend = [door.name for door in doors if door.resend_uncertain]
    return SweepContext(
        seconds=settings.dispatch.sweep_s,
        parts_wait=timedelta(seconds=settings.intake.parts_wait_s),
        alarm=timedelta(seconds=settings.intake.unanswered_alarm_s),
        resend=resend,
        seen=seen,
        parked=noting.parked,
    )


async def _held(gateway: Gateway) -> int | None:
    """How many MTs a restored copy holds back; None where none does."""
    hold = await gateway.store.reading.restore_hold(SystemClock().now())
    return hold.held if hold else None


def control(gateway: Gateway, worker: int) -> web.Application:
    """What commands of the command line reach while the gateway runs; `worker` as in `serve`."""

    async def status() -> Mapping[str, object]:
        figures = await gateway.store.figures()
        return {
            "version": VERSION,
            "pid": os.getpid(),
            "worker": worker,
            "doors": sorted(gateway.doors),
            "paused": sorted(figures.paused),
            "unanswered": figures.unanswered,
            "restore": await _held(gateway),
            "replica": gateway.leaves_checkpoints,
            "cases": gateway.loops.watch.failing,
            "import": gateway.directory.unfinished,
        }

    sending, now = gateway.loops.sending, SystemClock().now
    commands = Commands(gateway.store, gateway.doors, now, sending.queued, sending.dispatchers)

    async def test_alarms() -> Mapping[str, object]:
        return asdict(await gateway.loops.alarms.test())

    async def listed() -> Mapping[str, object]:
        known = await gateway.store.reading.doors()
        lines = door_lines(gateway.doors, gateway.settings, known, sending.health)
        return {"doors": lines}

    upload = functools.partial(CaseUpload, gateway.directory)
    controls = Controls(commands, upload, status, listed, test_alarms, gateway.by_hand.send)
    app = build_control(controls)
    add_retention(app, gateway.retaining)
    add_notices(app, gateway.noticing)
    add_calendar(app, DayCommands(gateway.store.calendar, now))
    loops, days = gateway.loops, gateway.settings.reports.complaint_days
    add_staff_acts(app, gateway.store, loops.rules, loops.windows, days)
    add_windows(app, gateway.loops.windows.acts, gateway.noticing.announcer)
    add_staff(app, gateway.access)
    return app
