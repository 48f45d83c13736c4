"""A line of the audit as a person reads it: to what, and how or why; the audit is for machines."""

import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote

from sms_gateway.console import audit_values as to
from sms_gateway.console import places
from sms_gateway.console.audit_forms import ASKED, FORMS, PIECES
from sms_gateway.console.audit_values import Says, Value
from sms_gateway.console.languages import marked
from sms_gateway.console.report_words import NAMES
from sms_gateway.console.visit import Visit
from sms_gateway.domain.audit_trail import AuditRow
from sms_gateway.domain.staff import Permission
from sms_gateway.made_up.dossiers import MADE_UP

_SUBJECTS: Final[Mapping[str, Says]] = {
    "api": to.anything,
    "calendar": to.day,
    "citizen": to.number,
    "complaint": to.complaint,
    "door": to.door,
    "hold": to.anything,
    "message": to.anything,
    "notices": to.batch,
    "reply": to.anything,
    "staff": to.person,
    "synonym": to.plain,
    "test_case": to.test_case,
    "windows": to.window,
}
"""By the first part of the act."""

_WORDS: Final[Mapping[str, str]] = {
    "everything": marked("everything"),
    MADE_UP: marked("made-up data"),
    "reconcile": marked("a telco's file of charges"),
    **NAMES,
}
_BEFORE: Final = re.compile(r"(?P<dossiers>dossiers that ended )?before (?P<at>\S+)")
_PURGED: Final = marked("what is older than %(at)s")
_DOSSIERS: Final = marked("copies of dossiers that ended before %(at)s")
_ONE: Final = re.compile(r"(\w+)(?:=(\S*))?")


_VERSION: Final = marked("version proposed at %(at)s")


def details(visit: Visit, row: AuditRow) -> list[Value]:
    """Its pieces in words; as it is written down where that is not known here."""
    return _told(visit, row.act, row.detail, named=_led(visit, row) is not None)


def in_words(visit: Visit, act: str, detail: str) -> str:
    """The same as one line, for what stands beside the message that it is of."""
    return "; ".join(value.said for value in _told(visit, act, detail, named=False))


def _told(visit: Visit, act: str, detail: str, *, named: bool) -> list[Value]:
    found = FORMS[act].fullmatch(detail) if act in FORMS else None
    if found is None:
        return [to.plain(visit, detail)] if detail else []
    pieces = {name: said for name, said in found.groupdict().items() if said}
    if named:
        pieces.pop("system", None)
    # Of many counts those tell something that are not 0.
    none = {name for name, said in pieces.items() if said == "0" and _counts(name)}
    told: list[Value] = []
    for name in (name for name in pieces if name not in none or none == pieces.keys()):
        if name == "asked":
            told += _asked(visit, pieces[name])
        else:
            told.append(_piece(visit, PIECES[name], pieces[name]))
    return told


def _counts(name: str) -> bool:
    return name in PIECES and PIECES[name][1] is to.own


def _piece(visit: Visit, known: tuple[str, Says], said: str) -> Value:
    around, says = known
    value = says(visit, said)
    if not around:
        return value
    sentence = visit.say(around)
    return Value(sentence % {"it": value.said} if "%(" in sentence else sentence, value.leads)


def _asked(visit: Visit, said: str) -> Iterator[Value]:
    for name, value in _ONE.findall(said):
        yield _piece(visit, ASKED[name], value) if name in ASKED else to.plain(visit, value or name)


def subject(visit: Visit, row: AuditRow) -> Value:
    """To what it was done; ids of ours as what they are of."""
    kind = row.act.partition(".")[0]
    if not row.subject:
        return Value("")
    if row.subject in _WORDS:
        return Value(visit.say(_WORDS[row.subject]))
    if kind == "retention" and (purged := _BEFORE.fullmatch(row.subject)) is not None:
        said = visit.say(_DOSSIERS if purged["dossiers"] else _PURGED)
        return Value(said % {"at": to.moment(visit, purged["at"]).said})
    if row.act == "windows.cause":
        return to.dossier(visit, row.subject)
    if led := _led(visit, row):
        return led
    return _SUBJECTS.get(kind, to.plain)(visit, row.subject)


def _led(visit: Visit, row: AuditRow) -> Value | None:
    """Of a token, a webhook and a version: its name stands in the detail, and its page is there."""
    kind, first = row.act.partition(".")[0], row.detail.partition(" ")[0]
    may = visit.may(Permission.MANAGE_TOKENS)
    match kind:
        case "api_token" if first:
            return Value(first, places.TOKENS if may else "")
        case "webhook" if first:
            gone = row.act == "webhook.remove"
            leads = f"{places.WEBHOOKS}/{quote(first, safe='')}"
            return Value(first, leads if may and not gone else "")
        case "template" if first and to.ID.fullmatch(row.subject):
            leads = f"{places.TEMPLATES}/{quote(first, safe='')}/versions/{row.subject}"
            return to.by_time(_VERSION, lambda _: leads, Permission.READ_TEMPLATES)(
                visit, row.subject
            )
        case _:
            return None
