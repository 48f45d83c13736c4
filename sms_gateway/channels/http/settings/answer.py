"""What the telco hears."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from sms_gateway.channels.http.settings.words import AlphabetWords, BillingWords, NumberFormat, Word
from sms_gateway.ports import AnswerStyle


class StatusWords(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What `{status}` says."""

    answered: Word = "answered"
    stored: Word = "stored"
    late: Word = "late"
    no_reply: Word = "no_reply"
    refused: Word = "refused"


class RefusedAnswer(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a refusal looks.

    Attributes:
        body: template in the answer's format with `{status}`, `{error}` (unauthorised, unreadable
            or too_large) and `{field}`; empty for `{"error": ..., "field": ...}` as JSON.
        status_code: 400 to 499 of what cannot be read; a stranger always gets 401 or 403.
    """

    body: str = ""
    status_code: Annotated[int, Meta(ge=400, le=499)] = 400


class Answer(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[doors.<name>.answer]`: what the telco hears.

    Templates know `{status} {reply} {billing} {alphabet} {message_id} {sender} {short_code}
    {telco_id}` and `{echo.NAME}`. Values are escaped as the format wants; a JSON template is a JSON
    document, an XML template an XML document, and both are read once at the start.

    Attributes:
        style: inline, the reply goes back in the response; or acknowledge, it is sent later.
        format: text, json or xml.
        body: template; empty for a JSON document of status, reply, billing and message_id, or as
            text for `{reply}` inline and `OK` in acknowledge.
        no_reply, late, stored: templates for where there is no reply; empty for `body`.
        status_code: of every answer that is not a refusal.
        content_type: empty for the usual one of the format.
        headers: name to template of `{status} {billing} {alphabet} {message_id}`.
        charset: of the response.
        status, billing, alphabet: the telco's words.
        number_format: how `{sender}` is written.
        forbidden: characters that become spaces in every value; empty for newlines in text
            answers and none in the others.
        acknowledge_refused: what was kept although it was unreadable is answered with OK (`stored`
            in acknowledge, `no_reply` inline), for telcos that retry ten times. With `items` only
            where each text was looked at: not for a call that is cut off, too large or too long.
        refused: how a refusal looks.
    """

    style: AnswerStyle = AnswerStyle.INLINE
    format: Literal["text", "json", "xml"] = "json"
    body: str = ""
    no_reply: str = ""
    late: str = ""
    stored: str = ""
    status_code: Annotated[int, Meta(ge=200, le=299)] = 200
    content_type: str = ""
    headers: dict[str, str] = {}
    status: StatusWords = StatusWords()
    billing: BillingWords = BillingWords()
    alphabet: AlphabetWords = AlphabetWords()
    number_format: NumberFormat = "digits"
    forbidden: str = ""
    acknowledge_refused: bool = False
    refused: RefusedAnswer = RefusedAnswer()
