"""The headers that all requests of a door have."""

from sms_gateway.channels.http import settings as s
from sms_gateway.described.addresses import OWN_HEADERS, basic_header, one_line
from sms_gateway.described.body import CONTENT_TYPES
from sms_gateway.settings import SettingsError


def fixed_headers(outbound: s.Outbound, at: str) -> dict[str, str]:
    """The headers that all requests of a door have; SettingsError where one cannot be written."""
    headers = dict(OWN_HEADERS)
    if outbound.format != "none":
        content_type = outbound.content_type or CONTENT_TYPES[outbound.format]
        headers["Content-Type"] = one_line("content_type", content_type, at)
    if outbound.basic and outbound.bearer:
        msg = f"{at}: set basic or bearer, not both"
        raise SettingsError(msg)
    if outbound.basic:
        headers["Authorization"] = basic_header(outbound.basic.user, outbound.basic.password)
    if outbound.bearer:
        headers["Authorization"] = f"Bearer {one_line('bearer', outbound.bearer.value, at)}"
    return headers
