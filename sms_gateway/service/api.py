"""The API, wired: what other systems reach."""

from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from sms_gateway.alarms.plan import first_code
from sms_gateway.api.app import add_api
from sms_gateway.api.desk import ApiDesk
from sms_gateway.api.sending import Sending
from sms_gateway.api.tokens import Callers, Pace
from sms_gateway.domain.ids import DoorName, ShortCode
from sms_gateway.ports import Door
from sms_gateway.service.ends import Ends
from sms_gateway.service.notices import quiet_of
from sms_gateway.service.webhooks import webhook_commands
from sms_gateway.service.wiring import Gateway
from sms_gateway.settings import Settings
from sms_gateway.web.parts import Part
from sms_gateway.web.peers import Proxies


def wire_api(gateway: Gateway, ends: Ends) -> None:
    """Add the API to the staff's listener.

    Args:
        gateway: all but this.
        ends: see there.
    """
    app = next(app for listener, app in gateway.apps if Part.STAFF in listener.parts)
    settings, store = gateway.settings, ends.store
    desk = ApiDesk(
        callers=Callers(store.api, ends.clock, Pace(settings.api.per_minute)),
        reading=store.reading,
        counts=store.api,
        sending=_sending(gateway, ends),
        webhooks=webhook_commands(settings, store.webhooks, ends.clock, ends.new_id),
        audit=store.note_audit,
        zone=ZoneInfo(settings.gateway.timezone),
        proxies=Proxies(settings.web.trusted_proxies),
        seconds=settings.web.request_timeout_s,
        now=ends.clock.now,
    )
    add_api(app, desk)


def _sending(gateway: Gateway, ends: Ends) -> Sending:
    settings = gateway.settings
    return Sending(
        store=ends.store.api,
        doors=ends.doors,
        usual=_usual(settings, ends.doors),
        hasher=ends.hasher,
        clock=ends.clock,
        new_id=ends.new_id,
        region=settings.gateway.region,
        short_code=ShortCode(settings.notices.short_code or first_code(settings)),
        over_night=quiet_of(settings).over,
        valid=timedelta(seconds=settings.dispatch.valid_s),
        agencies=[agency.code for agency in ends.enquiry.rules.agencies.all],
        queued=gateway.loops.sending.queued,
    )


def _usual(settings: Settings, doors: Mapping[DoorName, Door]) -> str:
    """The door of automatic messages, or the only one that can; empty where there are several."""
    if settings.notices.door:
        return settings.notices.door
    able = [
        name
        for name, door in doors.items()
        if door.sender is not None and not door.sender.limits.no_text_of_ours
    ]
    return able[0] if len(able) == 1 else ""
