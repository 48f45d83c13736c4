"""Our messages against the telco's own file: missing here, missing there, differing.

A row belongs to the message that has its telco id; where it has none, to the nearest one of its
number within the slack.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sms_gateway.domain.figures import ChargedMessage, Window
from sms_gateway.domain.msisdn import Address
from sms_gateway.reports.bill_file import BillRow


@dataclass(frozen=True, slots=True)
class Difference:
    """A row and a message that do not say the same.

    Attributes:
        message: ours.
        row: the telco's.
        what: of billing, segments, time, twice.
        ours, theirs: what each says, for people.
    """

    message: ChargedMessage
    row: BillRow
    what: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Rules:
    """How they are compared.

    Attributes:
        window: rows of other times are left alone.
        slack: by how much times may differ.
        only_charged: the file holds nothing that was not charged.
    """

    window: Window
    slack: timedelta
    only_charged: bool


@dataclass(slots=True)
class Reconciled:
    """What came of it.

    Attributes:
        agreeing: how many rows and messages say the same.
        outside: how many rows are of another time and of no message.
        missing_here: rows that no message of ours belongs to.
        missing_there: messages that are not in the file.
        differing: see there; one for each thing that differs.
    """

    agreeing: int = 0
    outside: int = 0
    missing_here: list[BillRow] = field(default_factory=list)
    missing_there: list[ChargedMessage] = field(default_factory=list)
    differing: list[Difference] = field(default_factory=list)


def normal_id(telco_id: str) -> str:
    """The form in which ids are compared: leading zeros and case differ (domain 8, item 30)."""
    return telco_id.strip().lower().lstrip("0")


def reconcile(
    messages: Sequence[ChargedMessage], rows: Sequence[BillRow], rules: Rules
) -> Reconciled:
    """Compare them.

    Args:
        messages: ours, of the window.
        rows: of the telco's file.
        rules: see there.
    """
    found = Reconciled()
    finder = _Finder(messages, rules.slack)
    met: dict[str, ChargedMessage] = {}
    for row in rows:
        message = finder.find(row, met)
        if message is None:
            _alone(row, rules, found)
            continue
        differences = list(_differences(message, row, rules, again=message.id in met))
        found.differing += differences
        found.agreeing += not differences
        met[message.id] = message
    found.missing_there = [
        one for one in messages if one.id not in met and (one.charged or not rules.only_charged)
    ]
    return found


class _Finder:
    def __init__(self, messages: Sequence[ChargedMessage], slack: timedelta) -> None:
        self._slack = slack
        self._by_id = {normal_id(i): one for one in messages for i in one.telco_ids}
        self._by_number: dict[Address, list[ChargedMessage]] = {}
        for one in messages:
            self._by_number.setdefault(one.number, []).append(one)

    def find(self, row: BillRow, met: dict[str, ChargedMessage]) -> ChargedMessage | None:
        key = normal_id(row.id)
        if key and key in self._by_id:
            return self._by_id[key]
        if row.number is None or row.at is None:
            return None
        at: datetime = row.at
        near = [
            one
            for one in self._by_number.get(row.number, ())
            if abs(one.at - at) <= self._slack and one.id not in met
        ]
        return min(near, key=lambda one: abs(one.at - at), default=None)


def _alone(row: BillRow, rules: Rules, found: Reconciled) -> None:
    if row.at is not None and not rules.window.since <= row.at < rules.window.until:
        found.outside += 1
    else:
        found.missing_here.append(row)


def _differences(
    message: ChargedMessage, row: BillRow, rules: Rules, *, again: bool
) -> Iterator[Difference]:
    if again:
        yield Difference(message, row, "twice", "1", "2")
        return
    if message.charged != row.charged:
        yield Difference(message, row, "billing", _said(message.charged), _said(row.charged))
    if row.segments is not None and message.segments and row.segments != message.segments:
        yield Difference(message, row, "segments", str(message.segments), str(row.segments))
    if row.at is not None and abs(row.at - message.at) > rules.slack:
        zone = row.at.tzinfo
        ours = f"{message.at.astimezone(zone):%d/%m/%Y %H:%M:%S}"
        yield Difference(message, row, "time", ours, f"{row.at:%d/%m/%Y %H:%M:%S}")


def _said(charged: bool) -> str:  # noqa: FBT001  # what it says
    return "tính tiền" if charged else "không tính tiền"
