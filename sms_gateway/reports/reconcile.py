"""Our messages against the telco's own file: missing here, missing there, differing.

A row belongs to the message that has its telco id. Where the row has none, it belongs to the
nearest message of its number within the slack; where it has one that we do not know, to the nearest
such message whose id the telco never told. What another row names by its id is never taken so,
unless each row is a segment and the message has one more; the places of its own ids are kept.
"""

from bisect import bisect_left, bisect_right
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
        foot: rows that tell of no message at all.
        missing_here: rows that no message of ours belongs to.
        missing_there: messages that are not in the file.
        differing: see there; one for each thing that differs.
        our_segments, their_segments: of what either charges, of all that was compared; None where
            the file does not count them.
        like_segments: how many messages have as many rows under one id as they have segments.
    """

    agreeing: int = 0
    outside: int = 0
    foot: list[BillRow] = field(default_factory=list)
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
    met: dict[MessageId, _Met] = {}
    for row, message in zip(rows, _Finder(messages, rules).of_each(rows), strict=True):
        if message is not None:
            met.setdefault(message.id, _Met(message)).rows.append(row)
        elif row.foot:
            found.foot.append(row)
        elif _is_row_inside(row, rules):
            found.missing_here.append(row)
        else:
            found.outside += 1
    compared = [one for one in met.values() if one.is_inside(rules)]
    found.outside += sum(len(one.rows) for one in met.values() if not one.is_inside(rules))
    for one in compared:
        differences = list(_of_message(one, rules))
        found.differing += differences
        found.agreeing += len(one.rows) - len({each.row.line for each in differences})
        again = any(each.what == "twice" for each in differences)
        found.like_segments += again and one.may_be_segments
    found.differing.sort(key=lambda one: one.row.line)
    unmet = (one for one in messages if one.id not in met and _is_inside(one.at, rules))
    found.missing_there = [one for one in unmet if one.charged or not rules.only_charged]
    if rules.per_segment or any(row.segments is not None for row in rows):
        _count_segments(found, compared, rules)
    return found


@dataclass(frozen=True, slots=True)
class _Met:
    """A message and its rows."""

    message: ChargedMessage
    rows: list[BillRow] = field(default_factory=list)

    def is_inside(self, rules: Rules) -> bool:
        """Whether it, or a row of it, is of the window: then it is compared with all its rows."""
        return _is_inside(self.message.at, rules) or any(
            _is_row_inside(row, rules) for row in self.rows
        )

    def is_in_parts(self, rules: Rules) -> bool:
        """Whether each row is a part: where all are, or where they name different parts."""
        if rules.per_segment:
            return True
        named = {normal_id(row.id) for row in self.rows} & _ids_of(self.message)
        return self.message.segments > 1 and len(named) > 1

    @property
    def may_be_segments(self) -> bool:
        """Whether its rows would be right if each were a segment."""
        segments = self.message.segments
        return len(self.rows) == segments and len(_ids_of(self.message)) < segments


def _ids_of(message: ChargedMessage) -> frozenset[str]:
    return frozenset(map(normal_id, message.telco_ids)) - {""}


def _count_segments(found: Reconciled, compared: Sequence[_Met], rules: Rules) -> None:
    """What either charges of what is compared, so that the two agree where all of it does."""
    ours = sum(max(one.segments, 1) for one in found.missing_there if one.charged)
    theirs = sum(_segments_of(row, 1) for row in found.missing_here if row.charged)
    for one in compared:
        segments = max(one.message.segments, 1)
        parts = one.is_in_parts(rules)
        charged = [row for row in one.rows if row.charged]
        ours += segments if one.message.charged else 0
        theirs += len(charged) if parts else sum(_segments_of(row, segments) for row in charged)
    found.our_segments, found.their_segments = ours, theirs


def _segments_of(row: BillRow, untold: int) -> int:
    return untold if row.segments is None else row.segments


def _is_inside(moment: datetime, rules: Rules) -> bool:
    return rules.window.since <= moment < rules.window.until


def _is_row_inside(row: BillRow, rules: Rules) -> bool:
    return row.at is None or _is_inside(row.at, rules)


class _Finder:
    def __init__(self, messages: Sequence[ChargedMessage], rules: Rules) -> None:
        self._slack = rules.slack
        self._per_segment = rules.per_segment
        self._by_id: dict[str, ChargedMessage] = {}
        alike: dict[str, list[ChargedMessage]] = {}
        by_number: dict[Address, list[ChargedMessage]] = {}
        for one in messages:
            by_number.setdefault(one.number, []).append(one)
            for telco_id in one.telco_ids:
                self._by_id[telco_id.strip()] = one
                alike.setdefault(normal_id(telco_id), []).append(one)
        # In order of time, so that a number with very many messages costs no more than others.
        self._by_number = {number: sorted(ones, key=_at) for number, ones in by_number.items()}
        # 111 and 0111 may be two messages: such ids are compared as they stand.
        self._by_normal_id = {key: ones[0] for key, ones in alike.items() if _is_one(ones)}

    def of_each(self, rows: Sequence[BillRow]) -> Sequence[ChargedMessage | None]:
        """The message of each row: known ids go before unknown ones, and those before none."""
        found = [self._named(row) for row in rows]
        taken = Counter(one.id for one in found if one is not None)
        named = {normal_id(row.id) for row, one in zip(rows, found, strict=True) if one is not None}
        for has_id in (True, False):
            for place, row in enumerate(rows):
                if found[place] is not None or bool(normal_id(row.id)) is not has_id:
                    continue
                if (near := self._near(row, taken, named)) is not None:
                    found[place] = near
                    taken[near.id] += 1
        return found

    def _named(self, row: BillRow) -> ChargedMessage | None:
        key = normal_id(row.id)
        if not key:
            return None
        return self._by_id.get(row.id.strip()) or self._by_normal_id.get(key)

    def _near(
        self, row: BillRow, taken: Mapping[MessageId, int], named: set[str]
    ) -> ChargedMessage | None:
        if row.number is None or row.at is None:
            return None
        at: datetime = row.at

        def is_free(one: ChargedMessage) -> bool:
            # Another id than those we know is of another message, while these have no row.
            kept = len(_ids_of(one) - named) if normal_id(row.id) else 0
            return taken.get(one.id, 0) + kept < self._rows_of(one)

        ones = self._by_number.get(row.number, [])
        first = bisect_left(ones, at - self._slack, key=_at)
        behind = bisect_right(ones, at + self._slack, key=_at)
        near = [one for one in ones[first:behind] if is_free(one)]
        return min(near, key=lambda one: abs(one.at - at), default=None)

    def _rows_of(self, message: ChargedMessage) -> int:
        """How many rows a message may have."""
        return max(message.segments, 1) if self._per_segment else 1


def _at(message: ChargedMessage) -> datetime:
    return message.at


def _is_one(messages: Sequence[ChargedMessage]) -> bool:
    return len({one.id for one in messages}) == 1


def _of_message(met: _Met, rules: Rules) -> Iterator[Difference]:
    """What differs between a message and its rows, of which there is one for each part of it."""
    message, parts = met.message, met.is_in_parts(rules)
    wanted = max(message.segments, 1) if parts else 1
    missing = wanted
    for row, place, most in _places(met, wanted):
        if place > most:
            yield Difference(message, row, "twice", str(most), str(place))
        else:
            missing -= 1
            yield from _differences(message, row, rules, part=parts)
    if missing:
        yield Difference(message, met.rows[-1], "segments", str(wanted), str(wanted - missing))


def _places(met: _Met, wanted: int) -> Iterator[tuple[BillRow, int, int]]:
    """Each row, which one it is, and of how many.

    Where we know an id for each part, it is the only one of its id; a row without id is for any.
    """
    by_part = wanted > 1 and len(_ids_of(met.message)) == wanted
    places: Counter[str] = Counter()
    for row in met.rows:
        key = normal_id(row.id) if by_part else ""
        places[key] += 1
        yield row, places[key], 1 if key else wanted


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
