"""A sum over named fields, as eSMS (MD5, Base64) and 1pay (HMAC-SHA256, hex) send it (domain 2)."""

import hmac
import string
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, tzinfo

from sms_gateway.callers.octets import octets
from sms_gateway.channels.door import read_zone
from sms_gateway.channels.http import settings as s
from sms_gateway.channels.http.call import Call, lookup
from sms_gateway.channels.http.fields import Ref, Source, parse_ref
from sms_gateway.channels.http.hashes import keyed, sum_of, written_as
from sms_gateway.channels.http.signatures.scheme import base_url, called
from sms_gateway.described.times import time_reader
from sms_gateway.domain.secret import Secret
from sms_gateway.settings import SettingsError

_IN_BODY = (Source.FORM, Source.JSON, Source.XML)

_Part = Callable[[Call, Secret], bytes]


class Digest:
    """Scheme `digest`."""

    def __init__(self, signature: s.Signature, zone: tzinfo, at: str) -> None:
        """Read the settings; raises SettingsError where they cannot be used."""
        self._algorithm = signature.algorithm or "hmac-sha256"
        self._hex = signature.encoding == "hex"
        self._write = written_as(signature.encoding)
        self._secrets = signature.secrets
        field = _request_field(signature.field, f"{at}.field")
        self._offered = lookup(field)
        over = _Over(signature, at)
        if not keyed(self._algorithm) and "{secret}" not in signature.over:
            msg = f"{at}.over: anybody could make this sum; put {{secret}} into it, or use an HMAC"
            raise SettingsError(msg)
        self._parts = over.parts
        self.refs: Sequence[Ref] = (field, *over.refs)
        self.hidden: Sequence[Ref] = (field,)
        self._when = None
        if signature.time:
            when = _request_field(signature.time, f"{at}.time")
            self._when = lookup(when)
            zone = read_zone(signature.time_zone, zone, at)
            self._read_time = time_reader(signature.time_format, zone, f"{at}.time_format")
            self._within = timedelta(seconds=signature.within_s)
            self.refs = (*self.refs, when)
        self.of_body = over.whole_body or any(ref.source in _IN_BODY for ref in self.refs)

    def holds(self, call: Call, now: datetime) -> bool:
        """See `Scheme`."""
        offered = (self._offered(call, None) or "").strip()
        # A plus sign of Base64 that came unescaped in a query reads as a space.
        offered = offered.lower() if self._hex else offered.replace(" ", "+")
        fits = False
        for secret in self._secrets:
            over = b"".join(part(call, secret) for part in self._parts)
            made = self._write(sum_of(self._algorithm, secret.value.encode(), over))
            fits |= hmac.compare_digest(made.encode(), octets(offered))
        return fits and self._in_time(call, now)

    def _in_time(self, call: Call, now: datetime) -> bool:
        if self._when is None:
            return True
        moment = self._read_time(self._when(call, None) or "")
        return moment is not None and abs(moment - now) <= self._within


class _Over:
    """What the sum is made of."""

    def __init__(self, signature: s.Signature, at: str) -> None:
        self.parts: list[_Part] = []
        self.refs: list[Ref] = []
        self.whole_body = False
        self._base = base_url(signature.url)
        self._at = at
        try:
            pieces = list(string.Formatter().parse(signature.over))
        except ValueError:
            msg = f"{at}.over: a brace stands alone; write {{{{ or }}}} for a brace that is none"
            raise SettingsError(msg) from None
        for literal, name, spec, conversion in pieces:
            if literal:
                self.parts.append(_constant(literal))
            if name is not None:
                self.parts.append(self._part(f"{name}:{spec}" if spec else name, conversion))
        if not self.refs and not self.whole_body and "{url}" not in signature.over:
            msg = f"{at}.over: names nothing of the call; write for example {{query:id}}{{secret}}"
            raise SettingsError(msg)

    def _part(self, name: str, conversion: str | None) -> _Part:
        at = f"{self._at}.over"
        if name == "secret" and not conversion:
            return lambda _call, secret: secret.value.encode()
        if name == "body" and not conversion:
            self.whole_body = True
            return lambda call, _secret: call.request.body
        if name == "url" and not conversion:
            if not self._base:
                msg = f"{self._at}.url: is missing; {{url}} needs it"
                raise SettingsError(msg)
            return lambda call, _secret: octets(called(self._base, call))
        ref = _request_field(name if not conversion else "", at)
        self.refs.append(ref)
        if ref.source in (Source.QUERY, Source.FORM):
            # As they came, for the sender summed its octets, whatever text they are.
            return lambda call, _secret: call.pairs(ref.source).raw(ref) or b""
        look = lookup(ref)
        return lambda call, _secret: octets(look(call, None) or "")


def _constant(text: str) -> _Part:
    packed = text.encode()
    return lambda _call, _secret: packed


def _request_field(text: str, at: str) -> Ref:
    ref = parse_ref(text, "signature", at)
    if ref.source is Source.CONST:
        msg = f"{at}: wants a field of the request"
        raise SettingsError(msg)
    return ref
