"""What the channel contracts need to know of presets: all of it stands in their exchanges."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from aiohttp.test_utils import unused_port
from msgspec.structs import replace

from sms_gateway.channels import DoorContext
from sms_gateway.channels.presets import KINDS, laid_over
from sms_gateway.domain.message import DeliveryReport, MobileOriginated
from sms_gateway.ports import Sender, WebhookRequest
from tests.channels.presets.exchanges import (
    DOOR,
    Recorded,
    Response,
    door_of,
    joined,
    recorded,
)
from tests.channels.presets.telco import telco

T = TypeVar("T", MobileOriginated, DeliveryReport)

_STATES = {
    "accepted": "accepts", "duplicate": "duplicate", "deferred": "throttles", "rejected": "rejects"
}  # fmt: skip
_ENDS: Mapping[str, Response] = {
    "closes": Response(ends="closes"),
    "times_out": Response(ends="times out"),
    "holds": Response(ends="holds"),
    "unreachable": Response(),
}
_SECRET = ("secrets", "passwords", "path_secrets", "password", "bearer")


@dataclass
class Stage:
    """A sender, and one entry for each message that its telco has."""

    sender: Sender
    arrived: asyncio.Queue[str]


class PresetCase:
    """The contract case of one preset, in its usual form."""

    def __init__(self, kind: str) -> None:
        """Read its exchanges."""
        self._all = [one for one in recorded(kind) if not one.exchange.variant]
        self._kind = kind
        whole = laid_over(DOOR, door_of(kind))
        # That a door says OK to what it refuses stands in its exchanges; the contract is of others.
        self.SETTINGS = joined(whole, {"answer": {"acknowledge_refused": False}})
        if "templates" in self._outbound():
            # The contract's texts are all of this reply.
            registered = {"outbound": {"templates": {"H1": {"id": "1"}}}}
            self.SETTINGS = joined(self.SETTINGS, registered)
        self.SECRETS: Sequence[bytes] = [text.encode() for text in secrets(self.SETTINGS)]
        self._mo = self._first(MobileOriginated)
        self._report = self._first(DeliveryReport)
        self.MO = self._item(self._mo, MobileOriginated)
        self.REPORT = self._item(self._report, DeliveryReport)
        self.BATCH = self.SETTINGS if self._items() else None
        self._responses = dict(self._told())
        self.BEHAVIOURS: AbstractSet[str] = frozenset(self._responses)

    def mo(self) -> WebhookRequest:
        return self._request(self._mo)

    def report(self) -> WebhookRequest:
        return self._request(self._report)

    def batch(self, texts: Sequence[str | None]) -> WebhookRequest:
        """A call with several MOs: that of the exchange, with these texts."""
        body = json.loads(self.mo().body)
        place, (*tables, last) = body, self._items()
        for name in tables:
            place = place[name]
        text = str(self._inbound()["fields"]["text"]).removeprefix("json:")
        one = {key: value for key, value in place[last][0].items() if key != text}
        place[last] = [one if said is None else {**one, text: said} for said in texts]
        return replace(self.mo(), body=json.dumps(body).encode())

    def strangers(self) -> Sequence[WebhookRequest]:
        return self._refused("unauthorised")

    def garbage(self) -> Sequence[WebhookRequest]:
        return self._refused("unreadable")

    @asynccontextmanager
    async def stage(self, behaviour: str, context: DoorContext) -> AsyncIterator[Stage]:
        """A sender whose telco does as the exchange says."""
        port = unused_port() if behaviour == "unreachable" else None
        async with telco(self.SETTINGS, self._responses[behaviour], context, port) as found:
            yield Stage(found.sender, found.counted)

    def _first(self, kind: type[MobileOriginated | DeliveryReport]) -> Recorded | None:
        return next(
            (
                one
                for one in self._all
                if one.exchange.call
                and not one.exchange.settings
                and len(one.exchange.items()) == 1
                and isinstance(one.exchange.items()[0], kind)
            ),
            None,
        )

    def _item(self, one: Recorded | None, kind: type[T]) -> T | None:
        if one is None:
            return None
        (item,) = one.exchange.items()
        assert isinstance(item, kind)
        return item

    def _request(self, one: Recorded | None) -> WebhookRequest:
        assert one is not None
        assert one.exchange.call is not None
        return one.exchange.call.request()

    def _refused(self, reason: str) -> Sequence[WebhookRequest]:
        return [
            one.exchange.call.request()
            for one in self._all
            if one.exchange.refused and one.exchange.refused.reason == reason and one.exchange.call
        ]

    def _inbound(self) -> Mapping[str, Any]:
        inbound = self.SETTINGS.get("inbound")
        return inbound if isinstance(inbound, dict) else {}

    def _outbound(self) -> Mapping[str, Any]:
        outbound = self.SETTINGS.get("outbound")
        return outbound if isinstance(outbound, dict) else {}

    def _items(self) -> Sequence[str]:
        path = str(self._inbound().get("items", ""))
        return path.removeprefix("json:").split(".") if path else []

    def _told(self) -> Iterator[tuple[str, Response]]:
        for one in self._all:
            state = one.exchange.fate.state if one.exchange.fate else ""
            if state in _STATES and one.exchange.response and not one.exchange.settings:
                yield _STATES[state], one.exchange.response
        if "outbound" in self.SETTINGS:
            yield from _ENDS.items()


def secrets(table: Mapping[str, object]) -> Iterator[str]:
    """What stands in a table under a name that says that it is secret."""
    for name, value in table.items():
        if isinstance(value, dict):
            hidden = name == "secrets"
            yield from ([str(one) for one in value.values()] if hidden else secrets(value))
        elif name in _SECRET and isinstance(value, list | str):
            yield from [value] if isinstance(value, str) else map(str, value)


CASES: Mapping[str, PresetCase] = {kind: PresetCase(kind) for kind in KINDS}
"""Made when the tests are collected: presets are files, and no loop may wait for one."""
