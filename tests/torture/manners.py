"""How an SMSC behaves: what it does with each reply, how late, and what receipts it sends."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sms_gateway.smpp.pdus import DeliverSm, SubmitSm
from sms_gateway.smpp.status import Status
from sms_gateway.smpp.tlv import Tag
from tests.acceptance.telco import Does

THROTTLING = (Status.RTHROTTLED, Status.RMSGQFUL)
BUSY_INSIDE = (Status.RSYSERR, Status.RSUBMITFAIL)

_SCRIPTED = 2
"""Replies to one number that are scripted; later ones are taken."""

_RECEIPT = 0x04
_DELIVERED = b"\x02"


@dataclass(frozen=True, slots=True)
class Manners:
    """Of an SMSC.

    Attributes:
        does: what it does with a reply, by weight.
        hurry_s: answers come within so many seconds, in any order; 0 is at once and in order.
        late: share of answers that come within `late_s` instead.
        late_s: longer than the gateway waits.
        receipts: how many receipts of a reply it sends, by weight.
        bare: share of receipts without TLVs, and with an esm_class as of a citizen's text.
    """

    does: Mapping[Does, int] = field(default_factory=lambda: {Does.ACCEPT: 1})
    hurry_s: float = 0.0
    late: float = 0.0
    late_s: float = 3.0
    receipts: Mapping[int, int] = field(default_factory=lambda: {1: 1})
    bare: float = 0.0

    def script(self, chance: random.Random) -> list[Does]:
        """What it does with the first replies to a number."""
        return chance.choices([*self.does], [*self.does.values()], k=_SCRIPTED)

    def wait_s(self, chance: random.Random) -> float:
        """Seconds until it answers."""
        return chance.uniform(0, self.late_s if chance.random() < self.late else self.hurry_s)

    def receipts_of(
        self, reply: SubmitSm, message_id: str, chance: random.Random
    ) -> Sequence[DeliverSm]:
        """All receipts of a reply that it took."""
        (count,) = chance.choices([*self.receipts], [*self.receipts.values()])
        return [_receipt(reply, message_id, bare=chance.random() < self.bare)] * count


PLAIN = Manners()
"""An SMSC as one wishes for: it takes all, answers at once, and sends one receipt of each."""

BUSY = Manners({Does.ACCEPT: 70, Does.BREAK: 30})
"""One that has faults of its own now and then, so that replies wait for their next try."""

ODD = Manners(
    {
        Does.ACCEPT: 72, Does.SILENT: 4, Does.CLOSE: 1, Does.REPORT_FIRST: 10, Does.BREAK: 5,
        Does.THROTTLE: 8,
    },
    hurry_s=0.05,
    late=0.02,
    receipts={0: 20, 1: 50, 2: 30},
    bare=0.3,
)  # fmt: skip


def _receipt(reply: SubmitSm, message_id: str, *, bare: bool) -> DeliverSm:
    """SMPP 3.4 appendix B; the citizen has the text."""
    text = f"id:{message_id} sub:001 dlvrd:001 done date:2611230800 stat:DELIVRD err:000 text:"
    named = (Tag.RECEIPTED_MESSAGE_ID, message_id.encode() + b"\0")
    return DeliverSm(
        source_addr=reply.destination_addr,
        destination_addr=reply.source_addr,
        esm_class=0 if bare else _RECEIPT,
        short_message=text.encode(),
        tlvs=() if bare else (named, (Tag.MESSAGE_STATE, _DELIVERED)),
    )
