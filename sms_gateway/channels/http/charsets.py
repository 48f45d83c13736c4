"""Texts of a query or form whose call names their character set.

Kannel hands on a text beyond GSM 03.38 in UTF-16, and says so in a field of its own; all other
fields of the call stay in the door's charset.
"""

from sms_gateway.channels.http import settings as s
from sms_gateway.channels.http.call import Call, Lookup, lookup
from sms_gateway.channels.http.fields import Ref, Source, UnreadableError, parse_ref
from sms_gateway.settings import SettingsError


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
        return lookup(text), []
    named = parse_ref(inbound.fields.charset, "charset", f"{at}.fields.charset")
    if text.source not in (Source.QUERY, Source.FORM) or inbound.text_encoding != "plain":
        msg = f"{at}.fields.charset: only for a plain text in query:NAME or form:NAME"
        raise SettingsError(msg)
    return _by_its_name(text, named, inbound), [named]


def _by_its_name(text: Ref, named: Ref, inbound: s.Inbound) -> Lookup:
    word_of = lookup(named)
    charsets = {word.strip().casefold(): name for word, name in inbound.charsets.items()}

    def decoded(call: Call, item: object) -> str | None:
        word = (word_of(call, item) or "").strip().casefold()
        charset = charsets.get(word, inbound.charset)
        pairs = call.query() if text.source is Source.QUERY else call.form()
        raw = pairs.raw(text)
        try:
            return None if raw is None else raw.decode(charset)
        except UnicodeDecodeError:
            raise UnreadableError(field=text.field, problem=f"is not {charset} text") from None

    return decoded
