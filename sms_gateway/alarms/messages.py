"""What is told, put together: texts for the outbox, events for the webhook."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec.structs import replace

from sms_gateway.alarms import wording
from sms_gateway.alarms.plan import Plan
from sms_gateway.alarms.posting import Event
from sms_gateway.domain.ids import DoorName, IncidentId, MessageId
from sms_gateway.domain.incidents import AlarmText, Incident, IncidentNote
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.numbers import Hasher
from sms_gateway.gsm.alphabet import Alphabet

VALID = timedelta(hours=2)
"""After that a text about an incident is no news."""

OPENED, CLOSED, TEST = "incident.opened", "incident.closed", "test"
"""The types of events."""


@dataclass(frozen=True, slots=True)
class Messages:
    """Makes them.

    Attributes:
        plan: who is told.
        hasher: of numbers.
        new_id: makes ids.
        push: by which door of the same telco a new text leaves now.
    """

    plan: Plan
    hasher: Hasher
    new_id: Callable[[], MessageId]
    push: Callable[[DoorName], DoorName] = lambda door: door

    def new_incident(self) -> IncidentId:
        """An id of a new incident."""
        return IncidentId(self.new_id())

    def note(self, incident: Incident, now: datetime) -> IncidentNote:
        """The incident as one that the people on call are told of now."""
        node, zone = self.plan.node, self.plan.zone
        if incident.closed_at is None:
            text = wording.begun(incident, node, zone)
            return self._note(replace(incident, texted_at=now), "alarm", text, now)
        text = wording.over(incident, node, zone)
        return self._note(replace(incident, texted_over_at=now), "over", text, now)

    def test_texts(self, now: datetime) -> Sequence[AlarmText]:
        """One to each person on call."""
        return self._texts("test", self.new_id(), wording.test(self.plan.node), now)

    def _note(self, incident: Incident, template: str, text: str, now: datetime) -> IncidentNote:
        return IncidentNote(incident, tuple(self._texts(template, incident.id, text, now)))

    def _texts(self, template: str, about: str, text: str, now: datetime) -> Sequence[AlarmText]:
        numbers = self.plan.texting.numbers if self.plan.texting else ()
        return [self._text(template, about, text, to, now) for to in numbers]

    def _text(self, template: str, about: str, text: str, to: Address, now: datetime) -> AlarmText:
        texting = self.plan.texting
        assert texting is not None  # noqa: S101  # asked for numbers before
        number = self.hasher.number(to)
        return AlarmText(
            id=self.new_id(),
            door=self.push(texting.door),
            short_code=texting.short_code,
            recipient=to,
            recipient_hash=number,
            template=template,
            text=text,
            alphabet=Alphabet.GSM7,
            at=now,
            valid_until=now + VALID,
            dedupe_key=f"alarm:{about}:{template}:{number}",
        )


def event_of(incident: Incident, messages: Messages) -> Event:
    """What the webhook is told of an incident."""
    plan = messages.plan
    stands = incident.closed_at is None
    tell = wording.begun if stands else wording.over
    return Event(
        type=OPENED if stands else CLOSED,
        id=incident.id,
        node=plan.node,
        trouble=incident.trouble,
        door=incident.door,
        figure=incident.figure,
        opened_at=incident.opened_at,
        closed_at=incident.closed_at,
        text=tell(incident, plan.node, plan.zone),
    )


def test_event(messages: Messages, now: datetime) -> Event:
    """A test."""
    text = wording.test(messages.plan.node)
    return Event(TEST, messages.new_id(), messages.plan.node, "", "", 0, now, now, text)
