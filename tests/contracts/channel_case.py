"""What a kind of door brings to the channel contracts: `tests/channels/<kind>/contract_case.py`."""

import asyncio
import functools
import importlib.util
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, cast
from zoneinfo import ZoneInfo

from sms_gateway.channels import DoorContext
from sms_gateway.domain.message import DeliveryReport, MobileOriginated
from sms_gateway.ports import Sender, WebhookRequest
from tests.channels.presets.preset_case import CASES
from tests.virtual_time import StandingClock

CHANNELS = Path(__file__).parent.parent / "channels"
NOW = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)


CONTEXT = DoorContext("VN", StandingClock(), ZoneInfo("Asia/Ho_Chi_Minh"))


class Stage(Protocol):
    """A sender and the telco it talks to; `arrived` gets one entry per message the telco has."""

    sender: Sender
    arrived: asyncio.Queue[str]


class Case(Protocol):
    """The names that a contract case defines.

    SETTINGS of a door with a webhook; MO and REPORT as they are read from `mo()` and `report()`,
    None where its doors have none. BATCH: settings of a door whose calls carry several MOs, None
    where no such door can be; `batch(texts)` is such a call of MO with these texts instead of its
    own, where None makes one that cannot be read. `strangers()` with a wrong secret each;
    `garbage()` with all secrets right that cannot be read; SECRETS that nothing kept may hold.
    BEHAVIOURS: what a telco behind its doors can do, empty where they do not send; `stage()` opens
    a sender with that telco.
    """

    SETTINGS: dict[str, object]
    SECRETS: Sequence[bytes]
    MO: MobileOriginated | None
    REPORT: DeliveryReport | None
    BATCH: dict[str, object] | None
    BEHAVIOURS: AbstractSet[str]

    def mo(self) -> WebhookRequest: ...
    def report(self) -> WebhookRequest: ...
    def batch(self, texts: Sequence[str | None]) -> WebhookRequest: ...
    def strangers(self) -> Sequence[WebhookRequest]: ...
    def garbage(self) -> Sequence[WebhookRequest]: ...
    def stage(self, behaviour: str, context: DoorContext) -> AbstractAsyncContextManager[Stage]: ...


@functools.cache
def case_of(kind: str) -> Case:
    """The contract case of a kind; a kind without one fails, and a preset brings its exchanges."""
    if kind in CASES:
        return CASES[kind]
    path = CHANNELS / kind / "contract_case.py"
    assert path.exists(), f"a door of kind {kind} wants tests/channels/{kind}/contract_case.py"
    spec = importlib.util.spec_from_file_location(f"contract_case_{kind}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast("Case", module)
