"""All that a door of kind `http` can be told, as `[doors.<name>]` holds it.

A *field reference* names one value of a request: `query:NAME`, `form:NAME`, `json:a.b.0` (keys and
list positions, split at dots), `xml:Body.receiverMO.Message` or a shorter end of such a path
(elements without their prefixes; only those without elements in them have a value; `xml:mo.@id` is
an attribute), `header:NAME`, or `const:VALUE`. Of the same place more than once all values must be
equal. A *template* is text with placeholders in braces, `{reply}`; `{{` and `}}` stand for the
braces themselves, but a JSON document keeps its own.
"""

from sms_gateway.channels.http.settings.access import Access, BasicUser, FieldSecret, Signature
from sms_gateway.channels.http.settings.answer import Answer, RefusedAnswer, StatusWords
from sms_gateway.channels.http.settings.door import HttpDoor
from sms_gateway.channels.http.settings.inbound import (
    Inbound,
    MoFields,
    ReportFields,
    ReportRule,
    Reports,
)
from sms_gateway.channels.http.settings.outbound import (
    Basic,
    Outbound,
    OutboundDigest,
    RegisteredTemplate,
    Token,
)
from sms_gateway.channels.http.settings.result import Meaning, Result, Rule
from sms_gateway.channels.http.settings.words import AlphabetWords, BillingWords, NumberFormat, Word

__all__ = [
    "Access",
    "AlphabetWords",
    "Answer",
    "Basic",
    "BasicUser",
    "BillingWords",
    "FieldSecret",
    "HttpDoor",
    "Inbound",
    "Meaning",
    "MoFields",
    "NumberFormat",
    "Outbound",
    "OutboundDigest",
    "RefusedAnswer",
    "RegisteredTemplate",
    "ReportFields",
    "ReportRule",
    "Reports",
    "Result",
    "Rule",
    "Signature",
    "StatusWords",
    "Token",
    "Word",
]
