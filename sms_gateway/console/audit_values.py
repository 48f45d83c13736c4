"""A word of the audit as a person reads it, and the page that tells more of it."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Final, NamedTuple
from urllib.parse import quote

from sms_gateway.access import NotTheirs
from sms_gateway.console import places
from sms_gateway.console.audit_words import ACTS
from sms_gateway.console.labels import label
from sms_gateway.console.languages import marked
from sms_gateway.console.notice_words import KINDS
from sms_gateway.console.partner_words import EVENTS, SCOPES
from sms_gateway.console.visit import Visit
from sms_gateway.console.words import template_words, word
from sms_gateway.domain.acts import SettleAs
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.masking import masked_numbers
from sms_gateway.domain.message import Language
from sms_gateway.domain.outcome import Delivery, MtState, Outcome
from sms_gateway.domain.staff import AgencyId, Permission, Role
from sms_gateway.domain.uuid7 import made_at
from sms_gateway.oidc import Refusal

ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
HASH: Final = re.compile(r"[0-9a-f]{32}")
_BODY: Final = re.compile(r"[0-9a-f]{64}")
_HEAD: Final = 8
"""So many digits of a hash tell two numbers of one page apart."""


class Value(NamedTuple):
    """What is shown: the words, and the address of a page, or nothing."""

    said: str
    leads: str = ""


Says = Callable[[Visit, str], Value]


def plain(visit: Visit, it: str) -> Value:
    """What a person typed: as it is, with numbers masked, as all pages show them."""
    del visit
    return Value(masked_numbers(it))


def own(visit: Visit, it: str) -> Value:
    """What we made ourselves: a count, a name of the settings."""
    del visit
    return Value(it)


def moment(visit: Visit, it: str) -> Value:
    """A time as the office's clock says it."""
    try:
        at = datetime.fromisoformat(it)
        known = at if at.tzinfo else at.replace(tzinfo=UTC)
        return Value(f"{known.astimezone(visit.desk.around.zone):%d/%m/%Y %H:%M:%S}")
    except (ValueError, OverflowError):
        return Value(it)


def moment_or(never: str, machine: str = "-") -> Says:
    """A time, or what is said where there is none."""

    def says(visit: Visit, it: str) -> Value:
        return Value(visit.say(never)) if it == machine else moment(visit, it)

    return says


def day(visit: Visit, it: str) -> Value:
    """A day as people here write it."""
    del visit
    try:
        return Value(f"{date.fromisoformat(it):%d/%m/%Y}")
    except ValueError:
        return Value(it)


def days(visit: Visit, it: str) -> Value:
    """From one day to another: `2026-11-01-2026-11-30`."""
    return Value(f"{day(visit, it[:10]).said} – {day(visit, it[11:]).said}")  # noqa: RUF001  # as people write a span


def one_of(words: Mapping[str, str]) -> Says:
    """One of these words, by what is marked for it; another one as it is."""

    def says(visit: Visit, it: str) -> Value:
        return Value(visit.say(words[it]) if it in words else it)

    return says


def listed(words: Mapping[str, str]) -> Says:
    """Several of them."""

    def says(visit: Visit, it: str) -> Value:
        return Value(
            ", ".join(visit.say(words[one]) if one in words else one for one in it.split(","))
        )

    return says


def agencies(visit: Visit, it: str) -> Value:
    """Agencies by their names."""
    words = {"all": marked("all"), "none": marked("none")}
    if it in words:
        return Value(visit.say(words[it]))
    known = visit.desk.around.agencies
    return Value(", ".join(known.get(AgencyId(one), one) for one in it.split(",")))


def reason(visit: Visit, it: str) -> Value:
    """A word that other pages have too: why something is held, what a text asks for."""
    return Value(visit.say(word(it)))


def act(visit: Visit, it: str) -> Value:
    """An act, by what the page calls it."""
    return Value(visit.say(ACTS[it]) if it in ACTS else it)


def template(visit: Visit, it: str) -> Value:
    """A reply, by its words."""
    names = ", ".join(map(visit.say, template_words(it)))
    leads = f"{places.TEMPLATES}/{quote(it, safe='')}" if names else ""
    return Value(f"{it} {names}".strip(), leads if visit.may(Permission.READ_TEMPLATES) else "")


def by_time(said: str, leads: Callable[[str], str], permission: Permission) -> Says:
    """What has an id of ours, by the time at which it was made; the id tells nobody anything."""

    def says(visit: Visit, it: str) -> Value:
        if not ID.fullmatch(it):
            return Value(masked_numbers(it))
        at = datetime.fromtimestamp(made_at(MessageId(it)) / 1000, visit.desk.around.zone)
        shown = visit.say(said) % {"at": f"{at:%d/%m/%Y %H:%M:%S}"}
        return Value(shown, leads(it) if visit.may(permission) else "")

    return says


message: Final = by_time(
    marked("message of %(at)s"), lambda it: f"{places.MESSAGES}/{it}", Permission.READ_MESSAGES
)
window: Final = by_time(
    marked("interruption written down at %(at)s"),
    lambda it: f"{places.WINDOWS}/{it}",
    Permission.READ_NOTICES,
)
complaint: Final = by_time(
    marked("complaint of %(at)s"), lambda _: places.COMPLAINTS, Permission.COMPLAINTS
)
test_case: Final = by_time(
    marked("test case of %(at)s"), lambda _: places.TEST_CASES, Permission.CHANGE_RULES
)
batch: Final = by_time(marked("batch of %(at)s"), lambda _: places.NOTICES, Permission.READ_NOTICES)


def number(visit: Visit, it: str) -> Value:
    """A number by its keyed hash: its page shows it masked."""
    hashed = it.removeprefix("number ")
    if not HASH.fullmatch(hashed):
        return Value(masked_numbers(it))
    said = visit.say(marked("number with the mark %(mark)s")) % {"mark": hashed[:_HEAD]}
    may = visit.may(Permission.READ_CITIZENS)
    return Value(said, f"{places.CITIZENS}/{hashed}" if may else "")


def anything(visit: Visit, it: str) -> Value:
    """A message, a number, a call that could not be read, or a code that is kept."""
    if ID.fullmatch(it):
        return message(visit, it)
    if HASH.fullmatch(it.removeprefix("number ")):
        return number(visit, it)
    if _BODY.fullmatch(it):
        may = visit.may(Permission.READ_RAW)
        said = visit.say(marked("call with the mark %(mark)s")) % {"mark": it[:_HEAD]}
        return Value(said, f"{places.REFUSED}/{it}" if may else "")
    kind, _, code = it.partition(" ")
    if kind == "code" and code:
        said = visit.say(marked("code %(code)s")) % {"code": masked_numbers(code)}
        return Value(said, _dossiers(visit, f"?code={quote(code, safe='')}", code))
    return Value(masked_numbers(it))


def dossier(visit: Visit, it: str) -> Value:
    """A dossier by the key of its own database."""
    said = masked_numbers(it)
    return Value(said, _dossiers(visit, f"/{quote(it, safe='')}", it))


def _dossiers(visit: Visit, rest: str, code: str) -> str:
    # What was texted as a code and is a number stands in no address.
    may = visit.may(Permission.READ_DOSSIERS) and masked_numbers(code) == code
    return f"{places.DOSSIERS}{rest}" if may else ""


def door(visit: Visit, it: str) -> Value:
    """A door, and its page while the settings have it."""
    known = visit.may(Permission.READ_DOORS) and it in visit.desk.around.doors
    return Value(it, f"{places.DOORS}/{quote(it, safe='')}" if known else "")


def actor(visit: Visit, it: str) -> Value:
    """Whoever acted, as the audit names them."""
    return Value(visit.who(it))


def person(visit: Visit, it: str) -> Value:
    """Somebody of the staff, by their name."""
    may = visit.may(Permission.MANAGE_STAFF) and it
    return Value(visit.who(f"staff:{it}"), f"{places.STAFF}/{quote(it, safe='')}" if may else "")


def _labels(of: Iterable[Role | Outcome | Delivery | MtState | Language]) -> dict[str, str]:
    return {str(one.value): label(one) for one in of}


role: Final = one_of(_labels(Role))
state: Final = one_of(_labels(MtState))
delivery: Final = one_of(_labels(Delivery))
language: Final = one_of(_labels(Language))
outcome: Final = one_of({
    **_labels(Outcome),
    "unanswered": marked("not answered yet"),
    "unhandled": marked("waits for a person, nobody has handled it"),
})  # fmt: skip
settled: Final = one_of(
    {
        SettleAs.ACCEPTED: marked("the citizen has it"),
        SettleAs.FAILED: marked("the citizen has it not"),
        SettleAs.AGAIN: marked("to be sent once more"),
    }
)
scopes: Final = listed({str(scope): said for scope, said in SCOPES.items()})
events: Final = listed({str(event): said for event, said in EVENTS.items()})
day_kind: Final = one_of({str(kind.value): said for kind, said in KINDS.items()})
refused: Final = one_of(
    {
        **dict.fromkeys(map(str, Refusal), marked("its proof does not hold")),
        Refusal.LOGIN: marked("it says no name that somebody could have here"),
        Refusal.UNVERIFIED: marked("it has not confirmed the e-mail address"),
        NotTheirs.NOBODY: marked("nobody has an account of that name"),
        NotTheirs.DISABLED: marked("the account is disabled"),
        NotTheirs.RESERVED: marked("the account signs in by its password alone"),
        NotTheirs.OTHER_SUBJECT: marked("the account is linked to somebody else there"),
        NotTheirs.LINKED_ELSEWHERE: marked("that person is linked to another account"),
        NotTheirs.CHANGED: marked("used before, or the account was changed meanwhile"),
    }
)
