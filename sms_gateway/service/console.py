"""The console, wired: what its pages reach."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from sms_gateway.cases.embedded import CaseDetails, CaseTablesError
from sms_gateway.commands import Commands
from sms_gateway.console.actors import StaffNames
from sms_gateway.console.answer_hours import AnswerHours
from sms_gateway.console.app import add_console
from sms_gateway.console.assets import Assets
from sms_gateway.console.desk import Desk, Surroundings
from sms_gateway.console.door_desk import DoorDesk
from sms_gateway.console.live import Live
from sms_gateway.console.partner_desk import PartnerDesk
from sms_gateway.console.rendering import Renderer
from sms_gateway.console.seams import CaseFile, Cases, StateStep
from sms_gateway.console.site import ROUTES
from sms_gateway.console.system_desk import SystemDesk
from sms_gateway.console.turn import MOST_FILES, Turn
from sms_gateway.console.uploads import MOST_AT_ONCE
from sms_gateway.console.waiting import Waiting
from sms_gateway.dispatch.answers import Answers
from sms_gateway.domain.staff import AgencyId
from sms_gateway.service.about import VERSION, node_of
from sms_gateway.service.api_tokens import token_commands
from sms_gateway.service.audit_tail import tail_seen
from sms_gateway.service.automatic import wire_automatic
from sms_gateway.service.door_desk import Draining, door_desk
from sms_gateway.service.ends import Ends
from sms_gateway.service.oidc import wire_provider
from sms_gateway.service.reports import comparing_of, reports_of
from sms_gateway.service.rule_desk import claim_desk, rule_desk
from sms_gateway.service.system_desk import Watched, system_desk
from sms_gateway.service.webhooks import webhook_commands
from sms_gateway.service.wiring import Gateway
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
    desk = _desk(app, gateway, ends, assets)

    async def close(_app: web.Application) -> None:
        await desk.live.close()
        await desk.hours.close()

    app.on_shutdown.append(close)
    add_console(app, desk, assets.static, ROUTES)


def _desk(app: web.Application, gateway: Gateway, ends: Ends, assets: Assets) -> Desk:
    settings, store, sending = gateway.settings, ends.store, gateway.loops.sending
    around, windows = _around(settings, ends), gateway.loops.windows.acts
    queued, senders = sending.queued, sending.dispatchers
    return Desk(
        access=gateway.access,
        reading=store.reading,
        commands=Commands(store, ends.doors, ends.clock.now, queued, senders),
        renderer=Renderer(app, assets, around.zone),
        hasher=ends.hasher,
        clock=ends.clock,
        random=secrets.token_bytes,
        new_id=ends.new_id,
        answers=_answers(gateway, ends),
        live=Live(store.reading.newest, ends.clock),
        rules=lambda: ends.enquiry.rules,
        audit=store.note_audit,
        chain=lambda: tail_seen(store.reading.trail, ends.hasher.seals),
        views=store.views,
        numbers=store.numbers,
        cases=_cases(settings, ends),
        waiting=Waiting(store.reading.attention, ends.clock),
        names=StaffNames(gateway.access.staff, ends.clock),
        automatic=wire_automatic(settings, ends, gateway.noticing, windows),
        doors=_doors(gateway, ends),
        system=_system(gateway, ends),
        provided=wire_provider(settings, ends.clock),
        hours=AnswerHours(store.reading.counted.speeds, around.zone, ends.clock.monotonic),
        queue=store.figures,
        reports=reports_of(settings, lambda: ends.enquiry.rules, ends.clock),
        static=assets.static.address,
        turn=Turn(),
        files=Turn(MOST_FILES),
        rule_desk=rule_desk(gateway, ends),
        claim_desk=claim_desk(gateway, ends),
        partners=_partners(settings, ends),
        comparing=comparing_of(settings),
        uploads=Turn(MOST_AT_ONCE),
        around=around,
    )


def _partners(settings: Settings, ends: Ends) -> PartnerDesk:
    store, made = ends.store, (ends.clock, ends.new_id)
    return PartnerDesk(
        listed=store.reading.api_tokens,
        tokens=token_commands(settings, store.api, *made),
        webhooks=webhook_commands(settings, store.webhooks, *made),
        may_lead=bool(settings.api.webhook_networks),
    )


def _answers(gateway: Gateway, ends: Ends) -> Answers:
    sending, valid = gateway.loops.sending, gateway.settings.dispatch.valid_s
    known = (ends.store, ends.doors, sending.ways.push, ends.clock, ends.new_id)
    return Answers(*known, timedelta(seconds=valid), sending.queued)


def _doors(gateway: Gateway, ends: Ends) -> DoorDesk:
    sending = gateway.loops.sending
    hands = {name: one.handing_on for name, one in sending.dispatchers.items()}
    draining = Draining(ends.store, hands, ends.clock.now, sending.queued)
    return door_desk(gateway.settings, ends.doors, sending.health, gateway.by_hand, draining)


def _system(gateway: Gateway, ends: Ends) -> SystemDesk:
    loops = gateway.loops
    watched = Watched(loops.watch, loops.copies, loops.surroundings)
    return system_desk(gateway.settings, ends.store, watched, ends.clock)


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
    agencies = {AgencyId(one.code): one.name for one in ends.enquiry.rules.agencies.all}
    return Surroundings(
        zone=ZoneInfo(settings.gateway.timezone),
        region=settings.gateway.region,
        tls=settings.console.base_url.startswith("https:"),
        seconds=settings.web.request_timeout_s,
        proxies=Proxies(settings.web.trusted_proxies),
        agencies=agencies,
        doors=tuple(sorted(ends.doors)),
        node=node_of(settings, 0),
        version=VERSION,
        base_url=settings.console.base_url,
    )
