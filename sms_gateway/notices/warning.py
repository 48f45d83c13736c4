"""The text by which staff are warned: how many dossiers are due soon, and which come first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.message import Language, MtKind
from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.pushes import NOTICE_PRIORITY, Push
from sms_gateway.gsm.alphabet import Alphabet
from sms_gateway.gsm.plain import plain
from sms_gateway.gsm.segment import count
from sms_gateway.notices.composing import Outlet
from sms_gateway.notices.hours import Quiet
from sms_gateway.notices.near import Warned, due_of, ms

_SHOWN = 3
_NAME = 30
_VALID = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Warnings:
    """Makes it.

    Attributes:
        hasher, new_id: of numbers and ids.
        outlet, quiet: by which way and when it leaves.
        zone: of the days in it.
        days, hours: working days, and working hours ahead that are looked at.
    """

    hasher: Hasher
    new_id: Callable[[], MessageId]
    outlet: Outlet
    quiet: Quiet
    zone: tzinfo
    days: int
    hours: int

    def text(self, warned: Warned, now: datetime) -> str:
        """The words, without accents: who, how many, and the codes that are due first."""
        cases, form = warned.cases, "%H:%M %d/%m" if warned.hours else "%d/%m"
        first = [
            f"{case.dossier.code} ({due_of(case, now).astimezone(self.zone):{form}})"
            for case in cases[:_SHOWN]
        ]
        rest = f" va {len(cases) - _SHOWN} ho so khac" if len(cases) > _SHOWN else ""
        who = plain(warned.who)[:_NAME].strip()
        span = f"{self.hours} gio" if warned.hours else f"{self.days} ngay"
        within = f"den han trong {span} lam viec"
        return f"{who}: {len(cases)} ho so {within}: {' '.join(first)}{rest}"

    def __call__(self, warned: Warned, now: datetime) -> Push:
        """The text on its way; the same one of the same day, or hour, is never queued twice."""
        number, text = self.hasher.number(warned.to), self.text(warned, now)
        at = self.quiet.over(now)
        counted, first = count(text), warned.cases[0]
        which = f"{now.astimezone(self.zone):%Y-%m-%d}"
        if warned.hours:
            which = f"{first.dossier.id}@{ms(due_of(first, now))}"
        return Push(
            id=self.new_id(),
            kind=MtKind.NOTICE,
            dossier_id=None,
            agency="",
            recipient=warned.to,
            recipient_hash=number,
            short_code=self.outlet.short_code,
            door=self.outlet.push(self.outlet.door),
            template="",
            template_version="",
            params={},
            language=Language.VI,
            text=text,
            alphabet=Alphabet.GSM7,
            segments=counted.segments,
            billing_reason="warning",
            priority=NOTICE_PRIORITY,
            at=now,
            not_before=at,
            valid_until=at + _VALID,
            dedupe_key=f"warning:{number}:{which}:{warned.who}",
        )
