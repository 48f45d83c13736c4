"""How the details of each act are written down, and in which words a page says each of them."""

import re
from collections.abc import Mapping
from typing import Final

from sms_gateway.console import audit_values as to
from sms_gateway.console.audit_values import Says
from sms_gateway.console.languages import marked
from sms_gateway.console.report_words import NAMES

_WHO: Final = r"(?P<address>\S*)"
_AGENCIES: Final = r"agencies=(?P<agencies>.*?)"
_WHY: Final = r"(?P<note>.+)"
_NAME: Final = r"(?P<system>\S+)"
_TEMPLATE: Final = r"(?P<template>\S+) (?P<before>\S*) -> (?P<version>\S*)"
_BILL: Final = r"bill=(?P<bill>.+) (?P<days>\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d)"
_FILE: Final = r"(?:(?P<begins>begins)|(?P<rows>\d+) rows), (?P<file>\w+)"
_FULL: Final = r"(?:, (?:(?P<masked>masked)|full numbers: (?P<full>.*)))?"
_EXPORT: Final = rf"{_FILE}, (?:{_BILL}|(?P<asked>[^,]*(?:,[^ ,]+)*){_FULL})"
_RESTORED: Final = (
    r"queued=(?P<queued>\d+)(?: sending=(?P<sending>\d+) parked=(?P<parked>\d+)"
    r"| expired=(?P<expired>\d+) uncertain=(?P<uncertain>\d+))"
)
_COUNTS: Final = "".join(
    rf"(?: ?{name}=(?P<{group}>\d+))?"
    for name, group in {
        "texts": "texts", "messages": "messages", "held": "kept", "open": "unended",
        "preferences": "preferences", "reports": "reports", "refused": "calls", "audit": "lines",
        "left": "left", "notices": "steps", "subscriptions": "followed", "surveys": "surveys",
        "parts": "parts", "dossiers": "dossiers", "complaints": "complaints",
    }.items()
) + r"(?: whole=(?P<whole>yes|no))?"  # fmt: skip

_FORMS: Final[Mapping[str, str]] = {
    "api.read_unmasked": r"messages=(?P<messages>\d+)",
    "api_token.add": rf"{_NAME} scopes=(?P<scopes>\S*) {_AGENCIES} until=(?P<counts_until>\S+)",
    "api_token.revoke": _NAME,
    "audit.export": (
        r"(?:by=(?P<by>.*?))?(?: ?act=(?P<act>.*?))?(?: ?subject=(?P<subject>.*?))?"
        r"(?: ?from=(?P<first>\S+))?(?: ?to=(?P<last>\S+))?"
    ),
    "calendar.set": r"(?P<day_kind>\S+)(?: (?P<note>.+))?",
    "cases.import": r"rows=(?P<rows>\d+) replace=(?P<replace>yes|no)",
    "citizen.block": _WHY,
    "citizen.erase": _WHY,
    "citizen.erased": _COUNTS,
    "citizen.opt_in": _WHY,
    "citizen.opt_out": _WHY,
    "citizen.reset": _WHY,
    "citizen.unblock": _WHY,
    "complaint.open": r"(?P<channel>.+) due=(?P<due>\S+) about=(?P<about>\S+)",
    "door.drain": r"to=(?P<doors>.*)",
    "hold.add": _WHY,
    "key.rotate": r"(?P<key_before>\S+) to (?P<key_now>\S+)",
    "message.answer": r"(?P<door>.+)",
    "message.evidence": r"(?P<sealed>[0-9a-f]+)",
    "message.handle": _WHY,
    "message.send": r"(?P<door>.+)",
    "message.unmask": r"(?P<note>.+?)(?P<whole_call>; the whole call was shown)?",
    "messages.generate": r"(?P<messages>\d+) messages, seed (?P<seed>\d+)",
    "notices.confirm": r"texts=(?P<texts>\d+)",
    "notices.drop": r"texts=(?P<texts>\d+)",
    "notices.release": r"texts=(?P<texts>\d+)",
    "reply.settle": r"as=(?P<settle_as>\S+) was=(?P<was>[^:]+)(?::(?P<held_for>.*))?",
    "report.export": _EXPORT,
    "report.reconcile": rf"{_FILE}, {_BILL}",
    "restore.hold": _RESTORED,
    "restore.release": _RESTORED,
    "retention.purged": _COUNTS,
    "staff.add": rf"role=(?P<role>\S+) {_AGENCIES}",
    "staff.change": rf"role=(?P<role>\S+) {_AGENCIES}",
    "staff.link": r"issuer=(?P<issuer>.+)",
    "staff.oidc_refused": rf"why=(?P<refused>\S+) from={_WHO}",
    "staff.revoke": r"sessions=(?P<sessions>\d+)",
    "staff.sign_in": rf"from={_WHO}(?: by=(?P<provided>oidc))?",
    "staff.sign_in_failed": rf"from={_WHO} until=(?P<locked_until>\S+)",
    "store.copy": r"rows=(?P<rows>\d+)",
    "synonym.add": r"(?P<word>.+?) = (?P<meant>\S+)(?: (?P<note>.+))?",
    "template.approve": rf"{_TEMPLATE} from=(?P<holds_from>\S+)",
    "template.propose": _TEMPLATE,
    "template.reject": _TEMPLATE,
    "template.withdraw": _TEMPLATE,
    "test_case.add": r"(?P<intent>.+)",
    "webhook.add": (
        rf"{_NAME} events=(?P<events>\S*) {_AGENCIES} "
        r"number=(?P<with_number>[01]) text=(?P<with_text>[01])"
    ),
    "webhook.off": _NAME,
    "webhook.on": _NAME,
    "webhook.remove": _NAME,
    "webhook.replay": (
        rf"{_NAME} (?:n=(?P<told_again>\d+) since=(?P<since>\S+)|(?P<event>[\w.]+):(?P<about>\S+))"
    ),
    "webhook.secret": _NAME,
    "windows.add": (
        r"(?P<window>planned|incident) from=(?P<begins_at>\S+) to=(?P<ends>\S+) (?P<cause>.*)"
    ),
    "windows.announce": r"(?P<where>.+)",
    "windows.cause": rf"(?P<given>{to.ID.pattern})(?: (?P<note>.+))?|(?P<cause>.+)",
    "windows.end": r"to=(?P<ends>\S+)",
}
FORMS: Final = {act: re.compile(form) for act, form in _FORMS.items()}
"""Of each act that has details: its pieces are the groups."""

PLAIN: Final = frozenset({
    *("alarms.test", "audit.verify", "calendar.unset", "citizen.export", "complaint.close"),
    *("door.pause", "door.resume", "hold.remove", "message.look", "retention.purge"),
    *("staff.accept", "staff.disable", "staff.enable", "staff.invite", "staff.password"),
    *("staff.sign_out", "staff.totp", "staff.unlink", "synonym.remove", "test_case.remove"),
    *("windows.hold",),
})  # fmt: skip
"""Acts without details."""

_YES: Final = to.one_of(
    {"yes": marked("yes"), "no": marked("no"), "1": marked("yes"), "0": marked("no")}
)
_CHANNELS: Final = to.one_of({
    "desk": marked("at the desk"), "phone": marked("by phone"), "mail": marked("by mail"),
    "portal": marked("by the portal"), "other": marked("another way"),
})  # fmt: skip

PIECES: Final[Mapping[str, tuple[str, Says]]] = {
    "about": (marked("about: %(it)s"), to.message),
    "act": (marked("act: %(it)s"), to.act),
    "address": (marked("from the address %(it)s"), to.own),
    "agencies": (marked("agencies: %(it)s"), to.agencies),
    "before": (marked("version before: %(it)s"), to.own),
    "begins": (marked("begun"), to.own),
    "begins_at": (marked("from %(it)s"), to.moment),
    "bill": (marked("file of %(it)s"), to.own),
    "by": (marked("by: %(it)s"), to.actor),
    "calls": (marked("unread calls: %(it)s"), to.own),
    "cause": ("", to.plain),
    "channel": ("", _CHANNELS),
    "complaints": (marked("complaints: %(it)s"), to.own),
    "counts_until": (marked("counts until %(it)s"), to.moment_or(marked("for ever"))),
    "day_kind": ("", to.day_kind),
    "days": (marked("days: %(it)s"), to.days),
    "door": (marked("door: %(it)s"), to.door),
    "doors": (marked("what waits goes to: %(it)s"), to.listed({})),
    "dossiers": (marked("dossiers: %(it)s"), to.own),
    "due": (marked("due %(it)s"), to.moment),
    "ends": (marked("until %(it)s"), to.moment_or(marked("not known yet"), "open")),
    "event": (marked("once more: %(it)s"), to.events),
    "events": (marked("told of: %(it)s"), to.events),
    "expired": (marked("too late to send: %(it)s"), to.own),
    "file": (marked("as %(it)s"), to.one_of({
        "csv": "CSV", "xlsx": "XLSX", "print": marked("a print"), "page": marked("a page"),
    })),
    "first": (marked("from %(it)s"), to.day),
    "followed": (marked("dossiers followed: %(it)s"), to.own),
    "full": (marked("with full numbers: %(it)s"), to.plain),
    "given": ("", to.window),
    "held_for": ("", to.reason),
    "holds_from": (marked("holds from %(it)s"), to.moment),
    "intent": (marked("meaning: %(it)s"), to.reason),
    "issuer": (marked("sign-in service: %(it)s"), to.own),
    "kept": (marked("kept by an order: %(it)s"), to.own),
    "key_before": (marked("key before: %(it)s"), to.own),
    "key_now": (marked("key now: %(it)s"), to.own),
    "last": (marked("to %(it)s"), to.day),
    "left": (marked("old enough, and kept: %(it)s"), to.own),
    "lines": (marked("lines of the audit: %(it)s"), to.own),
    "locked_until": (marked("locked out until %(it)s"), to.moment),
    "masked": (marked("numbers masked"), to.own),
    "meant": (marked("means: %(it)s"), to.own),
    "messages": (marked("messages: %(it)s"), to.own),
    "note": ("", to.plain),
    "parked": (marked("texts for a person: %(it)s"), to.own),
    "parts": (marked("parts of texts: %(it)s"), to.own),
    "preferences": (marked("choices: %(it)s"), to.own),
    "provided": (marked("by the sign-in service"), to.own),
    "queued": (marked("to be sent: %(it)s"), to.own),
    "refused": (marked("why: %(it)s"), to.refused),
    "replace": (marked("in the place of all before: %(it)s"), _YES),
    "reports": (marked("delivery reports: %(it)s"), to.own),
    "role": (marked("role: %(it)s"), to.role),
    "rows": (marked("rows: %(it)s"), to.own),
    "scopes": (marked("may: %(it)s"), to.scopes),
    "sealed": (marked("mark of the sheet: %(it)s"), to.own),
    "seed": (marked("seed: %(it)s"), to.own),
    "sending": (marked("being sent: %(it)s"), to.own),
    "sessions": (marked("sessions: %(it)s"), to.own),
    "settle_as": ("", to.settled),
    "since": (marked("since %(it)s"), to.moment_or(marked("what was given up"))),
    "steps": (marked("steps of dossiers: %(it)s"), to.own),
    "subject": (marked("subject: %(it)s"), to.anything),
    "surveys": (marked("questions of the survey: %(it)s"), to.own),
    "system": (marked("system: %(it)s"), to.own),
    "template": (marked("reply: %(it)s"), to.template),
    "texts": (marked("texts: %(it)s"), to.own),
    "told_again": (marked("events: %(it)s"), to.own),
    "uncertain": (marked("uncertain: %(it)s"), to.own),
    "unended": (marked("not ended: %(it)s"), to.own),
    "version": (marked("version: %(it)s"), to.own),
    "was": (marked("before: %(it)s"), to.state),
    "where": (marked("told by: %(it)s"), to.plain),
    "whole": ("", to.one_of({"yes": marked("all is done"), "no": marked("goes on later")})),
    "whole_call": (marked("the whole call was shown"), to.own),
    "window": ("", to.one_of({"planned": marked("planned"), "incident": marked("an outage")})),
    "with_number": (marked("with full numbers: %(it)s"), _YES),
    "with_text": (marked("with the words: %(it)s"), _YES),
    "word": (marked("word: %(it)s"), to.plain),
}  # fmt: skip
"""Of each piece: the sentence around it, which may be empty, and what is shown in it."""

ASKED: Final[Mapping[str, tuple[str, Says]]] = {
    "agencies": PIECES["agencies"],
    "all": (marked("all"), to.own),
    "by": ("", to.one_of(NAMES)),
    "carried": (marked("carried over too"), to.own),
    "code": (marked("of one code"), to.own),
    "delivery": (marked("delivery: %(it)s"), to.delivery),
    "door": PIECES["door"],
    "ending": (marked("numbers ending %(it)s"), to.own),
    "from": PIECES["first"],
    "kind": ("", to.one_of(NAMES)),
    "language": (marked("language: %(it)s"), to.language),
    "operator": (marked("of one telco"), to.own),
    "outcome": (marked("outcome: %(it)s"), to.outcome),
    "sender": (marked("of one number"), to.own),
    "to": PIECES["last"],
    "words": (marked("with some words"), to.own),
}
"""What was asked for in a list or a report, by the words of its address."""
