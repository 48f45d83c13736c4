"""`[console]`: where the staff's desk is, and how long somebody stays signed in."""

import re
from typing import Annotated, Literal

from msgspec import Meta, Struct

from sms_gateway.settings.oidc import Oidc

_BASE_URL = re.compile(r"https?://[^\s/?#@\"'\\]+(?:/[^\s?#\"'\\]*)?")
_MINUTES = 60


class Console(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[console]`: the staff's desk.

    Attributes:
        base_url: where browsers find it, `https://sms.example.vn`; links in invitations begin
            with it, and without it they are paths.
        idle_minutes: minutes after the last request at which somebody is signed out.
        absolute_hours: hours after signing in at which they are in any case.
        invite_hours: hours for which the link of an invitation works.
        two_factor: whether a code is wanted besides the password: `optional` leaves it to each
            person, `required` wants one from everybody.
        oidc: signing in by a provider, see there.
    """

    base_url: Annotated[str, Meta(max_length=200)] = ""
    idle_minutes: Annotated[int, Meta(ge=1, le=1440)] = 30
    absolute_hours: Annotated[int, Meta(ge=1, le=168)] = 12
    invite_hours: Annotated[int, Meta(ge=1, le=336)] = 24
    two_factor: Literal["optional", "required"] = "optional"
    oidc: Oidc = Oidc()

    def __post_init__(self) -> None:
        if self.base_url and not _BASE_URL.fullmatch(self.base_url):
            message = "`base_url`: write https://HOST, without a user, a query or a fragment"
            raise ValueError(message)
        if self.idle_minutes > self.absolute_hours * _MINUTES:
            message = "`idle_minutes`: more than absolute_hours, so that it would never count"
            raise ValueError(message)
        if self.oidc.on and not self.base_url:
            message = "`base_url`: needed with console.oidc, whose provider sends people back there"
            raise ValueError(message)
