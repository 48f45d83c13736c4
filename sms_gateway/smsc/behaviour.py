"""How the simulated SMSC behaves: all that it can be told."""

import enum
from dataclasses import dataclass


class Receipts(enum.StrEnum):
    """What a delivery receipt says, or that there is none."""

    DELIVERED = "delivered"
    FAILED = "failed"
    NONE = "none"


class LongText(enum.StrEnum):
    """How a text of several SMS goes out; as `texts.long` of a door of kind `smpp`."""

    UDH8 = "udh8"
    UDH16 = "udh16"
    SAR = "sar"
    PAYLOAD = "payload"


class Coding(enum.StrEnum):
    """How texts are coded: data_coding 0 (GSM-7 unpacked), 3 (Latin-1), 8 (UCS-2), or UTF-8.

    UTF-8 goes with data_coding 4. What the first two do not hold goes as UCS-2.
    """

    GSM7 = "0"
    LATIN_1 = "3"
    UCS2 = "8"
    UTF_8 = "utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """As told on the command line; shares are of 1.

    Attributes:
        short_code: the number that the texts go to.
        coding, long: see there.
        window: deliver_sm without an answer at one moment, on each bind.
        per_second: pace of texts; None for as fast as they are taken.
        again_s: after which a text is handed over again that was refused for now.
        response_s: until a deliver_sm counts as not taken.
        enquire_link_s: silence after which we ask whether the gateway is there.
        receipts: see there.
        receipts_early: the receipt comes before the submit_sm_resp.
        receipts_after_s: how long after the answer a receipt follows.
        receipts_twice: each receipt comes twice.
        receipts_plain: receipts come with esm_class 0 and without TLVs, as a citizen's text would.
        throttle: share of submit_sm that are refused with ESME_RTHROTTLED.
        drop: share of submit_sm that are taken and never answered.
        duplicate: share of texts that are handed over twice.
        delay_s: until a submit_sm is answered.
        reorder: answers change their order, and the last part of a long text comes first.
    """

    short_code: str = "8083"
    coding: Coding = Coding.GSM7
    long: LongText = LongText.UDH8
    window: int = 10
    per_second: float | None = None
    again_s: float = 1.0
    response_s: float = 10.0
    enquire_link_s: float = 30.0
    receipts: Receipts = Receipts.DELIVERED
    receipts_early: bool = False
    receipts_after_s: float = 0.0
    receipts_twice: bool = False
    receipts_plain: bool = False
    throttle: float = 0.0
    drop: float = 0.0
    duplicate: float = 0.0
    delay_s: float = 0.0
    reorder: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """Who may bind; whatever is empty is not looked at."""

    system_id: str = ""
    password: str = ""
