"""Who may call: all that is configured must hold, and every comparison takes its full time."""

import base64
import binascii
import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sms_gateway.callers.networks import Network, Networks, networks_of
from sms_gateway.callers.octets import octets
from sms_gateway.callers.tokens import any_matches
from sms_gateway.channels.http import settings as s
from sms_gateway.channels.http.call import Call, Lookup, lookup
from sms_gateway.channels.http.fields import Ref, Source, UnreadableError, parse_ref
from sms_gateway.channels.http.signatures.opened import open_signature
from sms_gateway.domain.record import Record
from sms_gateway.domain.secret import Secret
from sms_gateway.ports import WebhookRequest
from sms_gateway.settings import SettingsError

PLACEHOLDER = "{secret}"
"""Where a path has its secret part; also how the web server names it."""

_PATH = re.compile(r"(?:/(?:[A-Za-z0-9._~-]+|\{secret\}))+")
_PATH_SECRET = re.compile(r"[A-Za-z0-9._~-]{16,128}")
_MAX_CREDENTIALS = 1_000
_IN_BODY = (Source.FORM, Source.JSON, Source.XML)


class Denied(Record, frozen=True):
    """The caller did not prove who it is.

    Attributes:
        check: which check failed, for people: `address`, `path`, `basic`, `field NAME` or
            `signature NAME`.
    """

    check: str


class Guard:
    """The checks of one route."""

    def __init__(self, access: s.Access, path: str, zone: tzinfo, at: str) -> None:
        """Read the settings.

        Args:
            access: who may call.
            path: of the route, with `{secret}` where path secrets are configured.
            zone: of times without one.
            at: dotted key of `access`, named in errors.

        Raises:
            SettingsError: they cannot be used, or would let everybody in.
        """
        secret = access.path_secrets or access.basic or access.fields or access.signatures
        if not (access.cidrs or secret):
            msg = (
                f"{at}: set cidrs, path_secrets, basic, fields or signatures; without one anybody "
                "could call"
            )
            raise SettingsError(msg)
        networks = _networks(access.cidrs, at)
        self._allowed = Networks(networks).hold
        self._anywhere = not access.cidrs
        self._before, self._after = _path_parts(access, path, at)
        self._path_secrets = access.path_secrets
        self._basic = [_credentials(name, user, at) for name, user in access.basic.items()]
        self._fields = [_field(name, field, at) for name, field in access.fields.items()]
        self._outside_body = [field for field in self._fields if field.ref.source not in _IN_BODY]
        self._signatures = {
            name: open_signature(signature, zone, f"{at}.signatures.{name}")
            for name, signature in access.signatures.items()
        }
        schemes = self._signatures.values()
        self.secret_refs = (
            *(field.ref for field in self._fields),
            *(ref for scheme in schemes for ref in scheme.hidden),
        )
        self.refs = (*self.secret_refs, *(ref for scheme in schemes for ref in scheme.refs))
        self.this_machine_only = not secret and all(network.is_loopback for network in networks)

    @property
    def wants_basic(self) -> bool:
        """Whether a refusal asks for HTTP Basic."""
        return bool(self._basic)

    def outside(self, request: WebhookRequest) -> Denied | None:
        """The checks that do not look at query and body."""
        if not self._anywhere and not self._allowed(request.peer):
            return Denied("address")
        if self._path_secrets and not self._knows_path(request.path):
            return Denied("path")
        if self._basic and not self._knows_basic(request.headers.get("authorization", "")):
            return Denied("basic")
        return None

    def inside(self, call: Call, now: datetime) -> Denied | None:
        """The checks of fields and signatures.

        Raises:
            UnreadableError: the request cannot be read far enough to check them.
        """
        denied = _denied(self._fields, call)
        for name, scheme in self._signatures.items():
            if not scheme.holds(call, now):
                denied = denied or Denied(f"signature {name}")
        return denied

    def without_body(self, call: Call, now: datetime) -> Denied | None:
        """The checks of a call whose body is not looked into; what is unreadable denies nothing."""
        denied = self.outside(call.request)
        with contextlib.suppress(UnreadableError):
            denied = denied or _denied(self._outside_body, call)
            for name, scheme in self._signatures.items():
                if not scheme.of_body and not scheme.holds(call, now):
                    denied = denied or Denied(f"signature {name}")
        return denied

    def proven_without_body(self, call: Call, now: datetime) -> bool:
        """Whether all checks hold, and none of them is of the body."""
        of_body = any(scheme.of_body for scheme in self._signatures.values())
        outside = len(self._outside_body) == len(self._fields) and not of_body
        return outside and self.proven(call, now)

    def proven(self, call: Call, now: datetime) -> bool:
        """Whether all checks hold, of a request that may be unreadable."""
        try:
            return self.outside(call.request) is None and self.inside(call, now) is None
        except UnreadableError:
            return False

    def _knows_path(self, path: str) -> bool:
        if not (path.startswith(self._before) and path.endswith(self._after)):
            return False
        offered = path[len(self._before) : len(path) - len(self._after)]
        return any_matches(self._path_secrets, offered)

    def _knows_basic(self, header: str) -> bool:
        scheme, _, packed = header.partition(" ")
        if scheme.lower() != "basic" or len(packed) > _MAX_CREDENTIALS:
            return False
        try:
            offered = base64.b64decode(octets(packed.strip()), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return False
        return any_matches([pair for pairs in self._basic for pair in pairs], offered)


@dataclass(frozen=True, slots=True)
class _Field:
    """A field that must hold one of the secrets."""

    ref: Ref
    look: Lookup
    secrets: Sequence[Secret]


def _denied(fields: Sequence[_Field], call: Call) -> Denied | None:
    denied = None
    for field in fields:
        if not any_matches(field.secrets, field.look(call, None) or ""):
            denied = Denied(f"field {field.ref.name}")
    return denied


def check_path(path: str, at: str) -> str:
    """A route's path, or SettingsError where it is none."""
    if not _PATH.fullmatch(path) or path.count(PLACEHOLDER) > 1:
        msg = f"{at}: expected a path such as /mo/telco or /mo/telco/{PLACEHOLDER}"
        raise SettingsError(msg)
    return path


def _path_parts(access: s.Access, path: str, at: str) -> tuple[str, str]:
    if bool(access.path_secrets) != (PLACEHOLDER in path):
        msg = (
            f"{at}.path_secrets and {PLACEHOLDER} in the path go together: "
            f"set both or neither (the path is {path})"
        )
        raise SettingsError(msg)
    if not all(_PATH_SECRET.fullmatch(secret.value) for secret in access.path_secrets):
        msg = (
            f"{at}.path_secrets: each wants 16 to 128 letters, digits and . _ ~ - only; "
            "try: python -c 'import secrets; print(secrets.token_urlsafe(24))'"
        )
        raise SettingsError(msg)
    before, _, after = path.partition(PLACEHOLDER)
    return before, after


def _networks(cidrs: Sequence[str], at: str) -> Sequence[Network]:
    try:
        return networks_of(cidrs)
    except ValueError as error:
        msg = f"{at}.cidrs: {error}; expected a network such as 203.0.113.0/24"
        raise SettingsError(msg) from None


def _credentials(name: str, user: s.BasicUser, at: str) -> Sequence[Secret]:
    if not user.user or ":" in user.user or not user.passwords:
        msg = f"{at}.basic.{name}: wants a user without colon, and at least one password"
        raise SettingsError(msg)
    return [Secret(f"{user.user}:{password.value}") for password in user.passwords]


def _field(name: str, field: s.FieldSecret, at: str) -> _Field:
    ref = parse_ref(field.field, f"access {name}", f"{at}.fields.{name}.field")
    if ref.source is Source.CONST or not field.secrets:
        msg = f"{at}.fields.{name}: wants a field of the request, and at least one secret"
        raise SettingsError(msg)
    return _Field(ref, lookup(ref), field.secrets)
