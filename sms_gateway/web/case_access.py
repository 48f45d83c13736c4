"""Who may send us dossiers: all that the settings ask for must hold."""

import re
from datetime import datetime

from aiohttp import hdrs, web

from sms_gateway.callers import standard_webhooks as standard
from sms_gateway.callers.networks import Networks, networks_of
from sms_gateway.callers.tokens import any_matches
from sms_gateway.ports import WebhookRequest
from sms_gateway.settings import SettingsError
from sms_gateway.settings.case_push import CasePush

_BEARER = re.compile(r"[Bb]earer +([^\s]{1,1000})")


class CaseAccess:
    """The checks of one call; every secret is tried, each comparison takes its full time."""

    def __init__(self, push: CasePush) -> None:
        """Read the settings.

        Raises:
            SettingsError: a secret is none that can sign.
        """
        self._anywhere = not push.cidrs
        self._allowed = Networks(networks_of(push.cidrs))
        self._tokens = push.tokens
        self._within_s = push.within_s
        try:
            self._keys = [standard.key_of(secret) for secret in push.secrets]
        except standard.NoKeyError as error:
            message = f"cases.push.secrets: each {error}"
            raise SettingsError(message) from None

    def from_here(self, peer: str) -> bool:
        """Whether calls may come from an address."""
        return self._anywhere or self._allowed.hold(peer)

    def has_token(self, request: web.BaseRequest) -> bool:
        """Whether a call has a token that is valid, where one is asked for."""
        if not self._tokens:
            return True
        found = _BEARER.fullmatch(request.headers.get(hdrs.AUTHORIZATION, ""))
        return any_matches(self._tokens, found[1] if found else "")

    def is_signed(self, called: WebhookRequest, now: datetime) -> bool:
        """Whether a call is signed and in time, where that is asked for."""
        if not self._keys:
            return True
        return standard.holds(self._keys, called.headers, called.body, now, self._within_s)
