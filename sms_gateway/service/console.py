"""The console, wired: what its pages reach."""

import secrets
from datetime import timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from sms_gateway.commands import Commands
from sms_gateway.complaints import ComplaintCommands
from sms_gateway.console.app import add_console
from sms_gateway.console.assets import Assets
from sms_gateway.console.claim_desk import ClaimDesk
from sms_gateway.console.desk import Desk, Surroundings
from sms_gateway.console.live import Live
from sms_gateway.console.rendering import Renderer
from sms_gateway.console.rule_desk import RuleDesk
from sms_gateway.console.site import ROUTES
from sms_gateway.dispatch.answers import Answers
from sms_gateway.domain.staff import AgencyId
from sms_gateway.replay.cases import CaseCommands
from sms_gateway.retention.rights import CitizenRights
from sms_gateway.service.about import VERSION
from sms_gateway.service.ends import Ends
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
    live = Live(ends.store.reading.newest, ends.clock)

    async def close(_app: web.Application) -> None:
        await live.close()

    app.on_shutdown.append(close)
    around = _around(gateway.settings, ends)
    renderer = Renderer(app, assets, around.zone)
    add_console(app, _desk(gateway, ends, renderer, live, around), assets.static, ROUTES)


def _desk(
    gateway: Gateway, ends: Ends, renderer: Renderer, live: Live, around: Surroundings
) -> Desk:
    sending = gateway.loops.sending
    queued, senders = sending.queued, sending.dispatchers
    return Desk(
        access=gateway.access,
        reading=ends.store.reading,
        commands=Commands(ends.store, ends.doors, ends.clock.now, queued, senders),
        renderer=renderer,
        hasher=ends.hasher,
        clock=ends.clock,
        random=secrets.token_bytes,
        new_id=ends.new_id,
        answers=_answers(gateway, ends),
        live=live,
        rules=lambda: ends.enquiry.rules,
        audit=ends.store.note_audit,
        rule_desk=_rule_desk(gateway, ends),
        claim_desk=_claim_desk(gateway, ends),
        around=around,
    )


def _rule_desk(gateway: Gateway, ends: Ends) -> RuleDesk:
    now, kept = ends.clock.now, ends.store.text_cases
    words, cases = gateway.loops.synonyms.commands(now), CaseCommands(kept, now, ends.new_id)
    return RuleDesk(words, ends.store.reading.counted, kept, cases)


def _claim_desk(gateway: Gateway, ends: Ends) -> ClaimDesk:
    calendar, days = gateway.loops.windows.calendar, gateway.settings.reports.complaint_days
    kept, now = ends.store.complaints, ends.clock.now
    commands = ComplaintCommands(kept, calendar, days, now, ends.new_id)
    rights = CitizenRights(ends.store.retention, now)
    return ClaimDesk(commands, kept, rights, ends.store.reading)


def _answers(gateway: Gateway, ends: Ends) -> Answers:
    sending, valid = gateway.loops.sending, gateway.settings.dispatch.valid_s
    known = (ends.store, ends.doors, sending.ways.push, ends.clock, ends.new_id)
    return Answers(*known, timedelta(seconds=valid), sending.queued)


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
        node=settings.gateway.node,
        version=VERSION,
    )
