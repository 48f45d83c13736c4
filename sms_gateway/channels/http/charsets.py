"""Texts whose octets are odd, or of a character set of their own.

Kannel hands on a text beyond GSM 03.38 in UTF-16, and says so in a field of its own; all other
fields of the call stay in the door's charset. Of all fields only a text may have octets that are
none in its character set, or half an emoji as JSON writes it: they become U+FFFD, for what is ASCII
in it is mostly enough to answer.
"""

import re

from sms_gateway.channels.http import settings as s
from sms_gateway.channels.http.call import Call, Lookup, lookup
from sms_gateway.channels.http.fields import Ref, Source, UnreadableError, parse_ref
from sms_gateway.described.places import at_path
from sms_gateway.settings import SettingsError

_IN_PAIRS = (Source.QUERY, Source.FORM)
_HALF = re.compile("[\ud800-\udfff]")


def text_lookup(inbound: s.Inbound, text: Ref, at: str) -> tuple[Lookup, list[Ref]]:
    """How the text of an MO is looked up, and the references that this takes besides its own.

    Args:
        inbound: the settings.
        text: where the text stands.
        at: dotted key of `inbound`, named in errors.

    Raises:
        SettingsError: a character set is named for a text that is no field of a query or form, or
            is in Base64; or words of character sets without a field.
    """
    if not inbound.fields.charset:
        if inbound.charsets:
            msg = f"{at}.charsets: wants fields.charset, which says where its words stand"
            raise SettingsError(msg)
        charset = inbound.charset
        if text.source is Source.JSON:
            return _in_json(text), []
        if text.source not in _IN_PAIRS:
            return lookup(text), []
        return lambda call, _item: _decoded(call, text, charset), []
    named = parse_ref(inbound.fields.charset, "charset", f"{at}.fields.charset")
    if text.source not in _IN_PAIRS or inbound.text_encoding != "plain":
        msg = f"{at}.fields.charset: only for a plain text in query:NAME or form:NAME"
        raise SettingsError(msg)
    return _by_its_name(text, named, inbound), [named]


def _by_its_name(text: Ref, named: Ref, inbound: s.Inbound) -> Lookup:
    word_of = lookup(named)
    charsets = {word.strip().casefold(): name for word, name in inbound.charsets.items()}

    def decoded(call: Call, item: object) -> str | None:
        word = (word_of(call, item) or "").strip().casefold()
        return _decoded(call, text, charsets.get(word, inbound.charset))

    return decoded


def _in_json(text: Ref) -> Lookup:
    usual = lookup(text)

    def look(call: Call, item: object) -> str | None:
        try:
            return usual(call, item)
        except UnreadableError:
            if not call.odd:
                raise
            found = at_path(call.document() if item is None else item, text.path)
            if not isinstance(found, str):
                raise
            return _HALF.sub("\ufffd", found)

    return look


def _decoded(call: Call, text: Ref, charset: str) -> str | None:
    raw = call.pairs(text.source).raw(text)
    return None if raw is None else raw.decode(charset, "replace")
