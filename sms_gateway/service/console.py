"""The console, wired: what its pages reach."""

import secrets
from collections.abc import Sequence
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from aiohttp import web

from sms_gateway.cases.embedded import CaseDetails, CaseTablesError
from sms_gateway.alarms.plan import first_code
from sms_gateway.commands import Commands
from sms_gateway.console.answer_hours import AnswerHours
from sms_gateway.console.app import add_console
from sms_gateway.console.assets import Assets
from sms_gateway.console.desk import Desk, Surroundings
from sms_gateway.console.desk import Desk
from sms_gateway.console.desk import Surroundings as Set
from sms_gateway.console.door_desk import DoorDesk
from sms_gateway.console.live import Live
from sms_gateway.console.rendering import Renderer
from sms_gateway.console.seams import CaseFile, Cases, StateStep
from sms_gateway.console.site import ROUTES
from sms_gateway.console.waiting import Waiting
from sms_gateway.console.turn import Turn
from sms_gateway.console.turn import MOST_FILES, Turn
from sms_gateway.dispatch.answers import Answers
from sms_gateway.domain.ids import DoorName, ShortCode
from sms_gateway.domain.staff import AgencyId
from sms_gateway.intake.case_watch import CaseWatch
from sms_gateway.service.about import VERSION
from sms_gateway.service.automatic import wire_automatic
from sms_gateway.service.access import access_of
from sms_gateway.service.audit_tail import tail_seen
from sms_gateway.service.by_hand import ByHand
from sms_gateway.service.copies import CopiesWatch
from sms_gateway.service.door_desk import Draining, door_desk
from sms_gateway.service.ends import Ends
from sms_gateway.service.wiring import Gateway
from sms_gateway.service.reports import reports_of
from sms_gateway.service.sending import Sending
from sms_gateway.service.surroundings import Surroundings
from sms_gateway.service.system_desk import Watched, system_desk
from sms_gateway.settings import Settings
from sms_gateway.web.parts import Part
from sms_gateway.web.peers import Proxies


def wire_console(gateway: Gateway, ends: Ends, assets: Assets) -> None:
    """Add the console to the staff's listener.

    Args:
        gateway: all but this.
        ends: see there.
        assets: the console's files.
    """
    app = next(app for listener, app in gateway.apps if Part.STAFF in listener.parts)
class Loops(Protocol):
    """What of the running gateway the pages reach: what sends, and the loops that look."""

    @property
    def sending(self) -> Sending:
        """What sends."""

    @property
    def watch(self) -> CaseWatch:
        """Stands before the case directory."""

    @property
    def copies(self) -> CopiesWatch:
        """Looks at replica and backups."""

    @property
    def surroundings(self) -> Surroundings:
        """Looks at the disk."""


def wire_console(
    app: web.Application,
    assets: Assets,
    settings: Settings,
    ends: Ends,
    loops: Loops,
) -> ByHand:
    """Add the console to the staff's listener; what sends a person's text, for others as well."""
    sending, by_hand = loops.sending, _by_hand(settings, ends, loops.sending.queued)
    live = Live(ends.store.reading.newest, ends.clock)

    around = _around(settings, ends)
    hours = AnswerHours(ends.store.reading.counted.speeds, around.zone, ends.clock.monotonic)

    async def close(_app: web.Application) -> None:
        await live.close()
        await hours.close()

    app.on_shutdown.append(close)
    around = _around(gateway.settings, ends)
    renderer = Renderer(app, assets, around.zone)
    add_console(app, _desk(gateway, ends, renderer, live, around), assets.static, ROUTES)


def _desk(
    gateway: Gateway, ends: Ends, renderer: Renderer, live: Live, around: Surroundings
) -> Desk:
    sending, windows = gateway.loops.sending, gateway.loops.windows
    queued, senders = sending.queued, sending.dispatchers
    return Desk(
        access=gateway.access,
    answers = Answers(
        ends.store,
        ends.doors,
        sending.ways.push,
        ends.clock,
        ends.new_id,
        timedelta(seconds=settings.dispatch.valid_s),
        sending.queued,
    )
    senders = sending.dispatchers
    commands = Commands(ends.store, ends.doors, ends.clock.now, sending.queued, senders)
    desk = Desk(
        access=access_of(settings, ends),
        reading=ends.store.reading,
        commands=Commands(ends.store, ends.doors, ends.clock.now, queued, senders),
        renderer=renderer,
    around = _around(settings, ends)
    watched = Watched(loops.watch, loops.copies, loops.surroundings)
    desk = Desk(
        access=access_of(settings, ends),
        reading=ends.store.reading,
        commands=Commands(
            ends.store, ends.doors, ends.clock.now, sending.queued, sending.dispatchers
        ),
        renderer=Renderer(app, assets, around.zone),
        hasher=ends.hasher,
        clock=ends.clock,
        random=secrets.token_bytes,
        new_id=ends.new_id,
        answers=_answers(gateway, ends),
        answers=_answers(settings, ends, sending),
        live=live,
        rules=lambda: ends.enquiry.rules,
        audit=ends.store.note_audit,
        numbers=ends.store.numbers,
        cases=_cases(gateway.settings, ends),
        waiting=Waiting(ends.store.reading.attention, ends.clock),
        automatic=wire_automatic(gateway.settings, ends, gateway.noticing, windows.acts),
        hours=hours,
        queue=ends.store.figures,
        reports=reports_of(settings, ends),
        static=assets.static.address,
        turn=Turn(),
        files=Turn(MOST_FILES),
        chain=lambda: tail_seen(ends.store.reading.trail, ends.hasher.seals),
        doors=_doors(settings, ends, sending, by_hand),
        system=system_desk(settings, ends.store, watched, ends.clock),
        around=around,
    )


def _answers(gateway: Gateway, ends: Ends) -> Answers:
    sending, valid = gateway.loops.sending, gateway.settings.dispatch.valid_s
    known = (ends.store, ends.doors, sending.ways.push, ends.clock, ends.new_id)
    return Answers(*known, timedelta(seconds=valid), sending.queued)


def _cases(settings: Settings, ends: Ends) -> Cases:
    async def files(code: str) -> Sequence[CaseFile] | None:
        try:
            return [_file(details) for details in await ends.directory.show(code)]
        except CaseTablesError:
            return None

    return Cases(ends.cases.answers.find_many, files, settings.cases.timeout_s)


def _file(details: CaseDetails) -> CaseFile:
    return CaseFile(
        dossier=details.dossier,
        procedure=" ".join(filter(None, (details.procedure_code, details.procedure_name))),
        room=details.room,
        officer=details.officer,
        sms_allowed=details.sms_allowed,
        history=[
            StateStep(one.state, one.source, one.source_time, one.learned_at)
            for one in details.history
        ],
    )


def _around(settings: Settings, ends: Ends) -> Surroundings:
def _answers(settings: Settings, ends: Ends, sending: Sending) -> Answers:
    return Answers(
        ends.store,
        ends.doors,
        sending.ways.push,
        ends.clock,
        ends.new_id,
        timedelta(seconds=settings.dispatch.valid_s),
        sending.queued,
    )
    add_console(app, desk, assets.static, ROUTES)
    return by_hand


def _answers(settings: Settings, ends: Ends, sending: Sending) -> Answers:
    valid = timedelta(seconds=settings.dispatch.valid_s)
    known = (ends.store, ends.doors, sending.ways.push, ends.clock, ends.new_id)
    return Answers(*known, valid, sending.queued)


def _by_hand(settings: Settings, ends: Ends, queued: Callable[[DoorName], None]) -> ByHand:
    code = ShortCode(first_code(settings))
    known = (ends.store, ends.doors, ends.hasher, ends.clock, ends.new_id)
    return ByHand(*known, settings.gateway.region, code, queued)


def _doors(settings: Settings, ends: Ends, sending: Sending, by_hand: ByHand) -> DoorDesk:
    hands = {name: one.handing_on for name, one in sending.dispatchers.items()}
    draining = Draining(ends.store, hands, ends.clock.now, sending.queued)
    return door_desk(settings, ends.doors, sending.health, by_hand, draining)


def _around(settings: Settings, ends: Ends) -> Set:
    agencies = {AgencyId(one.code): one.name for one in ends.enquiry.rules.agencies.all}
    return Surroundings(
        zone=ZoneInfo(settings.gateway.timezone),
        region=settings.gateway.region,
        tls=settings.console.base_url.startswith("https:"),
        seconds=settings.web.request_timeout_s,
        proxies=Proxies(settings.web.trusted_proxies),
        agencies=agencies,
        doors=tuple(sorted(ends.doors)),
        node=settings.gateway.node,
        version=VERSION,
        base_url=settings.console.base_url,
    )
