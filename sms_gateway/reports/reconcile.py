"""Our messages against the telco's own file: missing here, missing there, differing.

A row belongs to the message that has its telco id. Where the row has none, it belongs to the
nearest message of its number within the slack; where it has one that we do not know, to the nearest
such message whose id the telco never told. What another row names by its id is never taken so,
unless each row is a segment and the message has one more.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sms_gateway.domain.figures import ChargedMessage, Window
from sms_gateway.domain.ids import MessageId
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
        window: rows and messages of other times are left alone.
        slack: by how much times may differ.
        only_charged: the file holds nothing that was not charged.
        per_segment: each row is a segment of a message.
    """

    window: Window
    slack: timedelta
    only_charged: bool
    per_segment: bool = False


@dataclass(slots=True)
class Reconciled:
    """What came of it.

    Attributes:
        agreeing: how many rows and messages say the same.
        outside: how many rows are of another time and of no message of the window.
        missing_here: rows that no message of ours belongs to.
        missing_there: messages that are not in the file.
        differing: see there; one for each thing that differs.
        our_segments, their_segments: of what either charges in the window; None where the file
            does not count them.
        like_segments: how many messages have as many rows under one id as they have segments.
    """

    agreeing: int = 0
    outside: int = 0
    missing_here: list[BillRow] = field(default_factory=list)
    missing_there: list[ChargedMessage] = field(default_factory=list)
    differing: list[Difference] = field(default_factory=list)
    our_segments: int | None = None
    their_segments: int | None = None
    like_segments: int = 0


def normal_id(telco_id: str) -> str:
    """The form in which ids are compared: leading zeros and case differ (domain 8, item 30)."""
    return telco_id.strip().lower().lstrip("0")


def reconcile(
    messages: Sequence[ChargedMessage], rows: Sequence[BillRow], rules: Rules
) -> Reconciled:
    """Compare them.

    Args:
        messages: ours, of the window and of a day before and behind it: the telco may have a
            message of midnight on another day than we.
        rows: of the telco's file.
        rules: see there.
    """
    found = Reconciled()
    met: dict[MessageId, list[tuple[BillRow, ChargedMessage]]] = {}
    for row, message in zip(rows, _Finder(messages, rules).of_each(rows), strict=True):
        if _is_outside(row, message, rules):
            found.outside += 1
        elif message is None:
            found.missing_here.append(row)
        else:
            met.setdefault(message.id, []).append((row, message))
    for pairs in met.values():
        message = pairs[0][1]
        differences = list(_of_message(message, [row for row, _ in pairs], rules))
        found.differing += differences
        found.agreeing += len(pairs) - len({one.row.line for one in differences})
        again = any(one.what == "twice" for one in differences)
        found.like_segments += again and len(pairs) == message.segments
    found.differing.sort(key=lambda one: one.row.line)
    found.missing_there = [
        one
        for one in messages
        if one.id not in met
        and _is_inside(one.at, rules)
        and (one.charged or not rules.only_charged)
    ]
    _count_segments(found, messages, rows, rules)
    return found


def _count_segments(
    found: Reconciled, messages: Sequence[ChargedMessage], rows: Sequence[BillRow], rules: Rules
) -> None:
    """What either charges, as far as the file counts segments at all."""
    if not rules.per_segment and all(row.segments is None for row in rows):
        return
    ours = (one for one in messages if one.charged and _is_inside(one.at, rules))
    theirs = (r for r in rows if r.charged and (r.at is None or _is_inside(r.at, rules)))
    found.our_segments = sum(max(one.segments, 1) for one in ours)
    found.their_segments = sum(1 if row.segments is None else row.segments for row in theirs)


def _is_inside(moment: datetime, rules: Rules) -> bool:
    return rules.window.since <= moment < rules.window.until


def _is_outside(row: BillRow, message: ChargedMessage | None, rules: Rules) -> bool:
    """Whether a row is of another time, and so is its message where it has one."""
    if row.at is None or _is_inside(row.at, rules):
        return False
    return message is None or not _is_inside(message.at, rules)


class _Finder:
    def __init__(self, messages: Sequence[ChargedMessage], rules: Rules) -> None:
        self._slack = rules.slack
        self._per_segment = rules.per_segment
        self._by_id: dict[str, ChargedMessage] = {}
        alike: dict[str, list[ChargedMessage]] = {}
        self._by_number: dict[Address, list[ChargedMessage]] = {}
        for one in messages:
            self._by_number.setdefault(one.number, []).append(one)
            for telco_id in one.telco_ids:
                self._by_id[telco_id.strip()] = one
                alike.setdefault(normal_id(telco_id), []).append(one)
        # 111 and 0111 may be two messages: such ids are compared as they stand.
        self._by_normal_id = {key: ones[0] for key, ones in alike.items() if _is_one(ones)}

    def of_each(self, rows: Sequence[BillRow]) -> Sequence[ChargedMessage | None]:
        """The message of each row; all ids go before any number."""
        found = [self._named(row) for row in rows]
        taken = Counter(one.id for one in found if one is not None)
        for place, row in enumerate(rows):
            if found[place] is None and (near := self._near(row, taken)) is not None:
                found[place] = near
                taken[near.id] += 1
        return found

    def _named(self, row: BillRow) -> ChargedMessage | None:
        key = normal_id(row.id)
        if not key:
            return None
        return self._by_id.get(row.id.strip()) or self._by_normal_id.get(key)

    def _near(self, row: BillRow, taken: Mapping[MessageId, int]) -> ChargedMessage | None:
        if row.number is None or row.at is None:
            return None
        at: datetime = row.at
        near = [
            one
            for one in self._by_number.get(row.number, ())
            if abs(one.at - at) <= self._slack
            and taken.get(one.id, 0) < self._rows_of(one)
            and (self._rows_of(one) > 1 or not (normal_id(row.id) and one.telco_ids))
        ]
        return min(near, key=lambda one: abs(one.at - at), default=None)

    def _rows_of(self, message: ChargedMessage) -> int:
        """How many rows a message may have."""
        return max(message.segments, 1) if self._per_segment else 1


def _is_one(messages: Sequence[ChargedMessage]) -> bool:
    return len({one.id for one in messages}) == 1


def _of_message(
    message: ChargedMessage, rows: Sequence[BillRow], rules: Rules
) -> Iterator[Difference]:
    """What differs between a message and its rows, of which there is one for each part of it."""
    per_segment = rules.per_segment or _have_parts(message, rows)
    wanted = max(message.segments, 1) if per_segment else 1
    for row in rows[:wanted]:
        yield from _differences(message, row, rules, part=per_segment)
    for place, row in enumerate(rows[wanted:], wanted + 1):
        yield Difference(message, row, "twice", str(wanted), str(place))
    if len(rows) < wanted:
        yield Difference(message, rows[-1], "segments", str(wanted), str(len(rows)))


def _have_parts(message: ChargedMessage, rows: Sequence[BillRow]) -> bool:
    """Whether the first rows of a message of several segments name different parts of it."""
    named = {normal_id(row.id) for row in rows} & {normal_id(one) for one in message.telco_ids}
    return message.segments > 1 and len(named) > 1


def _differences(
    message: ChargedMessage, row: BillRow, rules: Rules, *, part: bool
) -> Iterator[Difference]:
    if message.charged != row.charged:
        yield Difference(message, row, "billing", _said(message.charged), _said(row.charged))
    counted = row.segments is not None and message.segments and not part
    if counted and row.segments != message.segments:
        yield Difference(message, row, "segments", str(message.segments), str(row.segments))
    if row.at is not None and abs(row.at - message.at) > rules.slack:
        zone = row.at.tzinfo
        ours = f"{message.at.astimezone(zone):%d/%m/%Y %H:%M:%S}"
        yield Difference(message, row, "time", ours, f"{row.at:%d/%m/%Y %H:%M:%S}")


def _said(charged: bool) -> str:  # noqa: FBT001  # what it says
    return "tính tiền" if charged else "không tính tiền"
