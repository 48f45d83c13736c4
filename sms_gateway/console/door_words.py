"""Why a send failed or a call could not be read, in words of the reader.

A telco's own code stays as it is behind them: whoever asks the telco needs it.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from sms_gateway.console.languages import marked
from sms_gateway.domain.outcome import PARTLY_TAKEN
from sms_gateway.smpp.status import Status

Say = Callable[[str], str]

_REASONS: Final[Mapping[str, str]] = {
    "bad_gateway": marked("a proxy of the telco heard no good answer"),
    "cancelled": marked("ended while it was being sent"),
    "certificate": marked("the telco's certificate is not good"),
    "disconnected": marked("the connection broke while it was being sent"),
    "door_refused": marked("the telco refuses us"),
    "gateway_timeout": marked("a proxy of the telco waited too long"),
    "http": marked("the telco answered with the status"),
    "no template registered": marked("no template is registered for it"),
    "no value for a parameter of the template": marked("a value for its template is missing"),
    "not_bound": marked("no connection to the telco"),
    PARTLY_TAKEN: marked("the telco took a part of it"),
    "partly_throttled": marked("the telco took a part of it and then was busy"),
    "sender_broke": marked("a fault of the gateway"),
    "server_error": marked("a fault at the telco"),
    "shutdown": marked("the gateway was being stopped"),
    "throttled": marked("the telco is busy"),
    "timed_out": marked("no answer in time"),
    "token_refused": marked("the telco gave no token"),
    "token_unreachable": marked("where tokens come from cannot be reached"),
    "token_unreadable": marked("the answer with the token cannot be read"),
    "unavailable": marked("the telco says: not now"),
    "unencodable": marked("it has signs that this door cannot send"),
    "unknown_answer": marked("an answer that the settings do not know"),
    "unreachable": marked("the telco cannot be reached"),
    "unreadable_answer": marked("an answer that cannot be read"),
}

_FAULT: Final = marked("a setting of the door does not fit, or a fault of the gateway")
_SMPP: Final[Mapping[str, str]] = {
    "RALYBND": marked("this account is connected already"),
    "RBINDFAIL": _REASONS["server_error"],
    "RDELIVERYFAILURE": _REASONS["unavailable"],
    "RINVDSTADR": marked("the telco cannot send to this number"),
    "RINVPASWD": marked("the password is wrong"),
    "RINVSRCADR": marked("the telco does not take our short code"),
    "RINVSYSID": marked("the account is unknown"),
    "RMSGQFUL": _REASONS["throttled"],
    "RSUBMITFAIL": _REASONS["unavailable"],
    "RSYSERR": _REASONS["server_error"],
    "RTHROTTLED": _REASONS["throttled"],
    "RUNKNOWNERR": marked("the telco does not know what became of it"),
    "RX_P_APPN": marked("the telco takes no such message"),
    "RX_R_APPN": marked("the telco takes no such message"),
    "RX_T_APPN": _REASONS["unavailable"],
}
"""By the names of SMPP 3.4 table 5-2; of the others it says that something of ours does not fit."""
_OWN_STATUS: Final = marked("a status of the telco's own")
_OWN_CODE: Final = marked("the telco's code: %(code)s")
_OF_SMPP: Final = re.compile(r"(?:(?P<word>\w+) )?(?P<code>ESME_(?P<name>\w+)|0x[0-9a-f]{8})")

_PROBLEMS: Final[Mapping[str, str]] = {
    "has more than %(n)s entries": marked("has more than %(n)s entries"),
    "has more than %(n)s fields": marked("has more than %(n)s fields"),
    "holds what is no object": marked("holds what is no object"),
    "is given twice with different values": marked("is given twice with different values"),
    "is longer than %(n)s characters": marked("is longer than %(n)s characters"),
    "is missing": marked("is missing"),
    "is no form in UTF-8": marked("is no form in UTF-8"),
    "is no id of up to %(n)s printable characters": marked(
        "is no id of up to %(n)s printable characters"
    ),
    "is no line of up to %(n)s characters": marked("is no line of up to %(n)s characters"),
    "is no list": marked("is no list"),
    "is no number from %(n)s to %(m)s": marked("is no number from %(n)s to %(m)s"),
    "is no number of up to %(n)s digits": marked("is no number of up to %(n)s digits"),
    "is no phone number or name": marked("is no phone number or name"),
    "is no short code": marked("is no short code"),
    "is not Base64": marked("is not Base64"),
    "is not Base64 in its one right form": marked("is not Base64 in its one right form"),
    "is not JSON": marked("is not JSON"),
    "is not XML": marked("is not XML"),
    "is not text": marked("is not text"),
    "is not %(n)s text": marked("is not text in %(n)s"),
    "is over %(n)s octets": marked("is over %(n)s octets"),
    "names a field twice": marked("names a field twice"),
}
_FIELD: Final = marked("field %(field)s %(what)s")
_OF_FIELD: Final = re.compile(
    r"(?:(?:unreadable|too_large): )?(?:field (?P<field>\S+) )?(?P<what>.+)"
)
_PATTERNS: Final = [
    (re.compile(re.sub(r"%\\?\((\w)\\?\)s", r"(?P<\1>\\S+)", re.escape(known))), said)
    for known, said in _PROBLEMS.items()
]


def send_reason(reason: str, say: Say) -> str:
    """Why an attempt to send was not taken; a telco's own word stays as it is."""
    if reason in _REASONS:
        return say(_REASONS[reason])
    if (smpp := _OF_SMPP.fullmatch(reason)) is not None and _smpp_known(smpp):
        before = f"{say(_REASONS[smpp['word']])}: " if smpp["word"] else ""
        meant = _SMPP.get(smpp["name"], _FAULT) if smpp["name"] else _OWN_STATUS
        return f"{before}{say(meant)} ({smpp['code']})"
    word, _, code = reason.partition(" ")
    return f"{say(_REASONS[word])} {code}" if code and word in _REASONS else reason


def _smpp_known(found: re.Match[str]) -> bool:
    word, name = found["word"], found["name"]
    return (not word or word in _REASONS) and (not name or name in Status.__members__)


def telco_code(code: str, say: Say) -> str:
    """What a telco's report gives as the reason: each has codes of its own, so it is named one."""
    return say(_OWN_CODE) % {"code": code} if code else ""


def unread_reason(detail: str, say: Say) -> str:
    """Why a call could not be read; what is not known here stays as it is."""
    found = _OF_FIELD.fullmatch(detail)
    if found is None:
        return detail
    for pattern, said in _PATTERNS:
        if (fits := pattern.fullmatch(found["what"])) is not None:
            what = say(said) % fits.groupdict() if fits.groupdict() else say(said)
            return say(_FIELD) % {"field": found["field"], "what": what} if found["field"] else what
    return detail
