"""The console, wired: what its pages reach."""

import secrets
from datetime import timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from sms_gateway.commands import Commands
from sms_gateway.console.app import add_console
from sms_gateway.console.assets import Assets
from sms_gateway.console.desk import Desk
from sms_gateway.console.desk import Surroundings as Set
from sms_gateway.console.live import Live
from sms_gateway.console.rendering import Renderer
from sms_gateway.console.site import ROUTES
from sms_gateway.dispatch.answers import Answers
from sms_gateway.domain.staff import AgencyId
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
    settings, sending = gateway.settings, gateway.loops.sending
    app = next(app for listener, app in gateway.apps if Part.STAFF in listener.parts)
    live = Live(ends.store.reading.newest, ends.clock)

    async def close(_app: web.Application) -> None:
        await live.close()

    app.on_shutdown.append(close)
    around = _around(settings, ends)
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
        access=gateway.access,
        reading=ends.store.reading,
        commands=commands,
        renderer=Renderer(app, assets, around.zone),
        hasher=ends.hasher,
        clock=ends.clock,
        random=secrets.token_bytes,
        new_id=ends.new_id,
        answers=answers,
        live=live,
        rules=lambda: ends.enquiry.rules,
        audit=ends.store.note_audit,
        around=around,
    )
    add_console(app, desk, assets.static, ROUTES)


def _around(settings: Settings, ends: Ends) -> Set:
    agencies = {AgencyId(one.code): one.name for one in ends.enquiry.rules.agencies.all}
    return Set(
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
