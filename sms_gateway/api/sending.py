"""Texts that other systems have sent."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Protocol, assert_never

from sms_gateway.api.problems import Problem, malformed, refused
from sms_gateway.dispatch.answers import MAX_ANSWER, as_sent, counted
from sms_gateway.domain.api import (
    ApiBlocked,
    ApiKeyTaken,
    ApiOptedOut,
    ApiOrder,
    ApiQueued,
    ApiSent,
    ApiToken,
)
from sms_gateway.domain.ids import DoorName, MessageId, ShortCode
from sms_gateway.domain.msisdn import Address, AddressKind, read_address
from sms_gateway.domain.numbers import Hasher
from sms_gateway.ports import Clock, Door, Limits

_OPTED_OUT = Problem(HTTPStatus.CONFLICT, "opted_out", "that number wants no texts")
_BLOCKED = Problem(HTTPStatus.CONFLICT, "blocked", "staff have blocked that number")
_KEY_TAKEN = Problem(
    HTTPStatus.CONFLICT,
    "key_taken",
    "the Idempotency-Key was used for another text: make a new one",
)
_NO_NUMBER = refused("no_number", "that is no phone number of a person: write it as +84900000001")
_NO_DOOR = refused("no_door", "no door of that name sends texts of ours; name one that does")
_NO_TEXT = malformed("text holds nothing but blanks")
_NO_AGENCY = refused("no_agency", "name an agency of this token: whose text it is")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A text as it is wanted.

    Attributes:
        to: the number as that system writes it.
        text: what it says.
        key: so that it is sent once.
        agency: whose it is, or empty.
        door: by which it is to leave, or empty for the usual one.
        urgent: it goes at night, too.
    """

    to: str
    text: str
    key: str
    agency: str = ""
    door: str = ""
    urgent: bool = False


class SendStore(Protocol):
    """Where they are written down."""

    async def send(self, order: ApiOrder) -> ApiSent:
        """Queue a text once, audited. Raises StoreDownError."""


@dataclass(frozen=True, slots=True)
class Sending:
    """Queues them.

    Attributes:
        store: where they are written down.
        doors: the configured ones.
        usual: the door where none is named; empty where there are several.
        hasher, clock, new_id: of numbers, time and ids.
        region: of numbers without a country code.
        short_code: the number that they come from.
        over_night: from which moment on a text of this one may go that does not go at night.
        valid: for how long it is worth sending from then on.
        agencies: codes of those there are.
        queued: called with the door that has something new to send.
    """

    store: SendStore
    doors: Mapping[DoorName, Door]
    usual: str
    hasher: Hasher
    clock: Clock
    new_id: Callable[[], MessageId]
    region: str
    short_code: ShortCode
    over_night: Callable[[datetime], datetime]
    valid: timedelta
    agencies: Collection[str]
    queued: Callable[[DoorName], None]

    async def send(self, token: ApiToken, wanted: Wanted) -> ApiQueued | Problem:
        """Queue a text of a token's, once for each of its keys. Raises StoreDownError."""
        address, name = read_address(wanted.to, self.region), self._door(wanted.door)
        if address is None or not _may_get_texts(address):
            return _NO_NUMBER
        if name is None:
            return _NO_DOOR
        agency = self._agency(token, wanted.agency)
        if agency is None:
            return _NO_AGENCY
        door, limits = name
        text = as_sent(wanted.text)
        if not text:
            return _NO_TEXT
        cost = counted(text)
        if cost.segments > limits.longest or len(wanted.text) > MAX_ANSWER:
            return refused("too_long", f"at most {limits.longest} SMS go by door {door}")
        now = self.clock.now()
        from_then = now if wanted.urgent else self.over_night(now)
        order = ApiOrder(
            self.new_id(), token.id, wanted.key, agency, door, self.short_code, address,
            tuple(self.hasher.numbers(address)), text, cost.alphabet, cost.segments,
            now, from_then, from_then + self.valid, token.actor,
        )  # fmt: skip
        return self._told(await self.store.send(order), door)

    def _told(self, result: ApiSent, door: DoorName) -> ApiQueued | Problem:
        match result:
            case ApiOptedOut():
                return _OPTED_OUT
            case ApiBlocked():
                return _BLOCKED
            case ApiKeyTaken():
                return _KEY_TAKEN
            case ApiQueued():
                if not result.before:
                    self.queued(door)
                return result
            case _:
                assert_never(result)

    def _door(self, named: str) -> tuple[DoorName, Limits] | None:
        name = DoorName(named or self.usual)
        door = self.doors.get(name)
        if door is None or door.sender is None or door.sender.limits.no_text_of_ours:
            return None
        return name, door.sender.limits

    def _agency(self, token: ApiToken, named: str) -> str | None:
        if token.agencies is None:
            return named if not named or named in self.agencies else None
        if not named and len(token.agencies) == 1:
            return token.agencies[0]
        return named if token.sees(named) else None


def _may_get_texts(address: Address) -> bool:
    return address.kind is AddressKind.MSISDN and address.may_be_a_person
