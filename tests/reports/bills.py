"""Messages of ours and rows of a telco's file, written short, and the comparison of them."""

from datetime import datetime, timedelta

from sms_gateway.domain.figures import ChargedMessage, Window
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.msisdn import Address
from sms_gateway.reports.bill_file import BillRow
from sms_gateway.reports.reconcile import Reconciled, Rules, reconcile
from tests.reports.office import at

AN, BINH = Address("+84900000001"), Address("+84900000002")
NOON = at("2026-11-23 12:00")
WINDOW = Window(at("2026-11-01 00:00"), at("2026-12-01 00:00"))


def ours(  # a message has so many facts
    code: str,
    *telco_ids: str,
    number: Address = AN,
    moment: datetime = NOON,
    charged: bool = True,
    segments: int = 1,
) -> ChargedMessage:
    return ChargedMessage(MessageId(code), telco_ids, number, moment, charged, segments)


def theirs(  # so has a row
    line: int,
    telco_id: str = "",
    number: Address | None = AN,
    moment: datetime | None = NOON,
    *,
    charged: bool = True,
    segments: int | None = 1,
) -> BillRow:
    return BillRow(line, telco_id, number, moment, charged, segments)


def compared(
    messages: list[ChargedMessage],
    rows: list[BillRow],
    *,
    only_charged: bool = False,
    per_segment: bool = False,
) -> Reconciled:
    slack = timedelta(seconds=120)
    return reconcile(messages, rows, Rules(WINDOW, slack, only_charged, per_segment))


def differing(found: Reconciled) -> list[tuple[int, str, str, str]]:
    return [(one.row.line, one.what, one.ours, one.theirs) for one in found.differing]
