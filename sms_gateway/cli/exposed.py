"""What `doctor` says of doors that are meant for this machine, where others may come as well."""

import ipaddress

from sms_gateway.cli.findings import Finding, Level
from sms_gateway.ports import Door
from sms_gateway.settings import Settings
from sms_gateway.web.parts import listeners, part_of


def exposed(door: Door, settings: Settings) -> Finding | None:
    """What to look at, or None where the door is not for this machine or nobody else comes.

    A proxy on this machine that does not say for whom it calls looks like this machine itself.
    """
    others = _others(door, settings)
    if not others or not (door.pages or door.this_machine_only):
        return None
    what = f"door {door.name}"
    if door.pages:
        shown = door.pages[0].path
        told = f"its page texts in anybody's name, and {others}: let no proxy pass {shown}"
        return Finding(Level.WARN, what, f"{told}, and take the door out in production")
    paths = sorted({route.path for route in door.webhook.routes}) if door.webhook else ()
    told = f"it lets in whoever calls from this machine, and {others}: let no proxy pass"
    return Finding(Level.WARN, what, f"{told} {' and '.join(paths)}, or set a secret in access")


def _others(door: Door, settings: Settings) -> str:
    """Why others than this machine may come, or nothing."""
    at = next(one.host for one in listeners(settings) if part_of(door) in one.parts)
    if not _is_loopback(at):
        return f"the gateway listens on {at}"
    return "web.trusted_proxies is set" if settings.web.trusted_proxies else ""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
