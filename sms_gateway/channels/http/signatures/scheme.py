"""What every scheme of signatures is, and how one is chosen."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Protocol

from sms_gateway.channels.http import settings as s
from sms_gateway.channels.http.call import Call
from sms_gateway.channels.http.fields import Ref


class Scheme(Protocol):
    """Checks one signature."""

    @property
    def refs(self) -> Sequence[Ref]:
        """The fields that it reads, the signature's own among them."""

    @property
    def hidden(self) -> Sequence[Ref]:
        """Those of them that are not kept with a call."""

    @property
    def of_body(self) -> bool:
        """Whether the body has to be looked into."""

    def holds(self, call: Call, now: datetime) -> bool:
        """Whether one of the secrets signed this call, in time.

        Raises:
            UnreadableError: a field that is signed cannot be read.
        """


class OpenScheme(Protocol):
    """Makes a scheme of its settings."""

    def __call__(self, signature: s.Signature, zone: tzinfo, at: str) -> Scheme:
        """Read the settings; raises SettingsError where they cannot be used."""


def base_url(url: str) -> str:
    """What stands before the path in an address, without a slash at its end."""
    return url.rstrip("/")


def called(base: str, call: Call) -> str:
    """The address as the telco called it, with its query as it was sent."""
    request = call.request
    return f"{base}{request.path}{'?' if request.query else ''}{request.query}"
