"""From a telco's call to MOs and DLRs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from types import MappingProxyType
from typing import TypeVar, assert_never

from sms_gateway.channels.door import read_zone
from sms_gateway.channels.http import settings as s
from sms_gateway.channels.http import values
from sms_gateway.channels.http.call import Call, Keys, Lookup, lookup
from sms_gateway.channels.http.charsets import text_lookup
from sms_gateway.channels.http.fields import Ref, Source, UnreadableError, parse_ref
from sms_gateway.channels.http.xml_tree import Element, found_at
from sms_gateway.described.places import at_path
from sms_gateway.described.times import time_reader
from sms_gateway.domain.message import DeliveryReport, MobileOriginated
from sms_gateway.domain.outcome import Delivery
from sms_gateway.settings import SettingsError

T = TypeVar("T")

MAX_ITEMS = 100
"""Most MOs or DLRs in one call."""

MAX_ECHO = 200
"""Longest value that is echoed, in characters."""

SMPP_WORDS: Mapping[str, Delivery] = MappingProxyType(
    {
        "ENROUTE": Delivery.ENROUTE,
        "ACCEPTD": Delivery.ENROUTE,
        "DELIVRD": Delivery.DELIVERED,
        "EXPIRED": Delivery.EXPIRED,
        "DELETED": Delivery.UNDELIVERABLE,
        "UNDELIV": Delivery.UNDELIVERABLE,
        "REJECTD": Delivery.REJECTED,
    }
)
"""The states of SMPP 3.4 appendix B, which many HTTP telcos use as they are."""

_NO_ECHO: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class BadItem:
    """One of several in a call that cannot be read.

    Attributes:
        item: as it stands in the body.
        error: why.
    """

    item: object
    error: UnreadableError


class NothingReadableError(UnreadableError):
    """All of a call that may carry several messages was looked at, and there is none in it."""


class MoReader:
    """Reads MOs as `[inbound]` describes them."""

    def __init__(self, inbound: s.Inbound, region: str, zone: tzinfo, at: str) -> None:
        """Read the settings.

        Args:
            inbound: the settings.
            region: ISO 3166 region of numbers without a country code.
            zone: of times without one, unless the settings name another.
            at: dotted key of `inbound`, named in errors.

        Raises:
            SettingsError: they cannot be used.
        """
        self._region = region
        self._charset = inbound.charset
        if inbound.text_encoding == "auto" and inbound.charset != "utf-8":
            msg = f"{at}.text_encoding: auto wants charset utf-8, for in others all octets are text"
            raise SettingsError(msg)
        self._time = time_reader(
            inbound.time_format, read_zone(inbound.time_zone, zone, at), f"{at}.time_format"
        )
        refs = _MoRefs(inbound, at)
        self._read_text = _text_reader(inbound, refs.text)
        self._sender = lookup(refs.sender)
        self._text, named = text_lookup(inbound, refs.text, at)
        self._short_code = lookup(refs.short_code)
        self._message_id = _maybe(refs.message_id)
        self._operator = _maybe(refs.operator)
        self._when = _maybe(refs.time)
        self._parts = [lookup(ref) for ref in refs.parts]
        self._echo = {name: lookup(ref) for name, ref in refs.echo.items()}
        self._items = refs.items
        self.refs = [*refs.all, *named]

    @property
    def charset(self) -> str:
        """Of query and form."""
        return self._charset

    @property
    def batches(self) -> bool:
        """Whether one call may carry several MOs."""
        return self._items is not None

    def read(self, call: Call) -> Sequence[MobileOriginated | BadItem]:
        """The MOs of a call.

        Raises:
            UnreadableError: none of them can be read.
        """
        return _each(call, self._items, self._one)

    def items(self, call: Call) -> Sequence[tuple[MobileOriginated, object]]:
        """The MOs of a call, each with its item as it stands in the body; None for the whole call.

        Raises:
            UnreadableError: none of them can be read.
        """
        found = _each(call, self._items, lambda looked, item: (self._one(looked, item), item))
        return [one for one in found if not isinstance(one, BadItem)]

    def _one(self, call: Call, item: object) -> MobileOriginated:
        message_id, operator, when = self._message_id, self._operator, self._when
        raw_text = self._text(call, item)
        raw_time = when(call, item) if when else None
        return MobileOriginated(
            telco_id=values.read_id(message_id(call, item), "message_id") if message_id else None,
            sender=values.read_sender(self._sender(call, item), self._region),
            short_code=values.read_short_code(self._short_code(call, item), self._region),
            text=self._read_text(raw_text),
            operator=values.read_word(operator(call, item)) if operator else "",
            telco_time=self._time(raw_time) if raw_time else None,
            part=(
                values.read_part(*[part(call, item) for part in self._parts])
                if self._parts
                else None
            ),
            door_data=self._echoed(call, item) if self._echo else _NO_ECHO,
        )

    def _echoed(self, call: Call, item: object) -> Mapping[str, str]:
        found = {name: look(call, item) or "" for name, look in self._echo.items()}
        for name, value in found.items():
            if len(value) > MAX_ECHO:
                raise UnreadableError(
                    field=f"echo.{name}", problem=f"is longer than {MAX_ECHO} characters"
                )
        return found


class _MoRefs:
    """The field references of `[inbound]`."""

    def __init__(self, inbound: s.Inbound, at: str) -> None:
        fields, at_fields = inbound.fields, f"{at}.fields"
        self.sender = parse_ref(fields.sender, "sender", f"{at_fields}.sender")
        self.text = parse_ref(fields.text, "text", f"{at_fields}.text")
        self.short_code = parse_ref(fields.short_code, "short_code", f"{at_fields}.short_code")
        self.message_id = _optional(fields.message_id, "message_id", at_fields)
        self.operator = _optional(fields.operator, "operator", at_fields)
        self.time = _optional(fields.time, "time", at_fields)
        self.parts = _parts(fields, at_fields)
        self.echo = {
            name: parse_ref(ref, f"echo.{name}", f"{at}.echo.{name}")
            for name, ref in inbound.echo.items()
        }
        self.items = _items(inbound.items, f"{at}.items")

    @property
    def all(self) -> Sequence[Ref]:
        optional = [self.message_id, self.operator, self.time, self.items]
        mandatory = [self.sender, self.text, self.short_code]
        return [*mandatory, *filter(None, optional), *self.parts, *self.echo.values()]


class ReportReader:
    """Reads DLRs as `[reports]` describes them."""

    def __init__(self, reports: s.Reports, zone: tzinfo, at: str) -> None:
        """Read the settings.

        Args:
            reports: the settings.
            zone: of times without one, unless the settings name another.
            at: dotted key of `reports`, named in errors.

        Raises:
            SettingsError: they cannot be used.
        """
        fields = reports.fields
        self._time = time_reader(
            reports.time_format, read_zone(reports.time_zone, zone, at), f"{at}.time_format"
        )
        telco_id = parse_ref(fields.telco_id, "telco_id", f"{at}.fields.telco_id")
        status = parse_ref(fields.status, "status", f"{at}.fields.status")
        error = _optional(fields.error, "error", f"{at}.fields")
        when = _optional(fields.time, "time", f"{at}.fields")
        self._telco_id, self._status = lookup(telco_id), lookup(status)
        self._error, self._when = _maybe(error), _maybe(when)
        words = reports.words or SMPP_WORDS
        self._words = {word.strip().casefold(): delivery for word, delivery in words.items()}
        self._items = _items(reports.items, f"{at}.items")
        self._marks = _Marks(reports.when, f"{at}.when")
        self._rules = [
            (_Marks(rule.when, f"{at}.rules.{number}.when"), rule.means)
            for number, rule in enumerate(reports.rules)
        ]
        marks = [self._marks, *(marks for marks, _ in self._rules)]
        self.charset = reports.charset
        self.refs = [telco_id, status, *filter(None, [error, when, self._items])]
        self.refs += [ref for one in marks for ref in one.refs]

    def recognises(self, call: Call) -> bool:
        """Whether a call on the path of MOs is a DLR: all of `when` holds.

        Raises:
            UnreadableError: the call cannot be read far enough to tell.
        """
        return bool(self._marks.refs) and self._marks.hold(call, None)

    @property
    def batches(self) -> bool:
        """Whether one call may carry several DLRs."""
        return self._items is not None

    def read(self, call: Call) -> Sequence[DeliveryReport | BadItem]:
        """The DLRs of a call.

        Raises:
            UnreadableError: none of them can be read.
        """
        return _each(call, self._items, self._one)

    def _one(self, call: Call, item: object) -> DeliveryReport:
        telco_id = values.read_id(self._telco_id(call, item), "telco_id")
        if telco_id is None:
            raise UnreadableError(field="telco_id", problem="is missing")
        word = self._status(call, item)
        if not word:
            raise UnreadableError(field="status", problem="is missing")
        raw_time = self._when(call, item) if self._when else None
        return DeliveryReport(
            telco_id=telco_id,
            delivery=self._delivery(call, item, word),
            at=self._time(raw_time) if raw_time else None,
            error=values.read_word(self._error(call, item)) if self._error else "",
        )

    def _delivery(self, call: Call, item: object, word: str) -> Delivery:
        for marks, means in self._rules:
            if marks.hold(call, item):
                return means
        return self._words.get(word.strip().casefold(), Delivery.UNKNOWN)


class _Marks:
    """Fields, and what must stand in each of them."""

    def __init__(self, when: Mapping[str, str], at: str) -> None:
        self.refs = [parse_ref(ref, "when", at) for ref in when]
        self._values = list(zip(map(lookup, self.refs), when.values(), strict=True))

    def hold(self, call: Call, item: object) -> bool:
        """Whether all of them stand there."""
        return all(look(call, item) == value for look, value in self._values)


def _text_reader(inbound: s.Inbound, text: Ref) -> Callable[[str | None], str]:
    in_pairs = text.source in (Source.QUERY, Source.FORM)
    match inbound.text_encoding:
        case "plain":
            return values.read_text
        case "base64":
            return partial(values.read_base64, charset=inbound.charset, in_pairs=in_pairs)
        case "auto":
            return partial(values.read_plain_or_base64, in_pairs=in_pairs)
        case _:
            assert_never(inbound.text_encoding)


def keys_of(refs: Sequence[Ref]) -> Keys:
    """The JSON keys on the way to what references read."""
    return Keys({part: ref.field for ref in refs if ref.source is Source.JSON for part in ref.path})


def _each(
    call: Call, items: Ref | None, read: Callable[[Call, object], T]
) -> Sequence[T | BadItem]:
    if items is None:
        return (read(call, None),)
    found: object
    if items.source is Source.XML:
        found = found_at(call.xml(), items.path) or None
    else:
        found = at_path(call.document(), items.path)
    if not isinstance(found, list):
        problem = "is missing" if found is None else "is no list"
        raise NothingReadableError(field="items", problem=problem)
    if len(found) > MAX_ITEMS:
        raise UnreadableError(field="items", problem=f"has more than {MAX_ITEMS} entries")
    results = [_tried(call, item, read) for item in found]
    bad = [one for one in results if isinstance(one, BadItem)]
    if bad and len(bad) == len(results):
        raise NothingReadableError(field=bad[0].error.field, problem=bad[0].error.problem)
    return results


def _tried(call: Call, item: object, read: Callable[[Call, object], T]) -> T | BadItem:
    if not isinstance(item, dict | Element):
        return BadItem(item, UnreadableError(field="items", problem="holds what is no object"))
    try:
        return read(call, item)
    except UnreadableError as error:
        return BadItem(item, error)


def _optional(text: str, field: str, at: str) -> Ref | None:
    return parse_ref(text, field, f"{at}.{field}") if text else None


def _maybe(ref: Ref | None) -> Lookup | None:
    return lookup(ref) if ref else None


def _parts(fields: s.MoFields, at: str) -> Sequence[Ref]:
    reference = _optional(fields.part_reference, "part_reference", at)
    total = _optional(fields.part_total, "part_total", at)
    number = _optional(fields.part_number, "part_number", at)
    if reference and total and number:
        return reference, total, number
    if reference or total or number:
        msg = f"{at}: set part_reference, part_total and part_number, or none of them"
        raise SettingsError(msg)
    return ()


def _items(text: str, at: str) -> Ref | None:
    ref = parse_ref(text, "items", at) if text else None
    if ref is not None and (
        ref.source not in (Source.JSON, Source.XML) or ref.path[-1].startswith("@")
    ):
        msg = f"{at}: expected json:PATH or xml:PATH, for example json:results"
        raise SettingsError(msg)
    return ref
