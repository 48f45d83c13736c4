"""Which change is told, and as what: the table of `notices.toml`, read and checked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta, Struct

from sms_gateway.domain.changes import CaseFacts
from sms_gateway.domain.dossier import Dossier, ReturnVia, State
from sms_gateway.domain.msisdn import Address, AddressKind, read_address
from sms_gateway.domain.names import name_key
from sms_gateway.settings import SettingsError, decode

SILENCE = "silence"
OVERDUE_TEMPLATE = "S4L"
_RUNNING = (State.ACCEPTED, State.PROCESSING)
_STILL = frozenset({State.PAPERS_NEEDED, State.FEE_DUE, State.STOPPED})

_State = Annotated[int, Meta(ge=1, le=10)]


class Situation(
    Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"from_": "from"}
):
    """One line of the table; what is left out is whatever it may be.

    Attributes:
        number: 1 to 18 are those of Khánh Hòa; others are free.
        name: for people.
        event: `state` for a change, `overdue` for an appointment that passed, `none` for what no
            field of the case database tells.
        from_, to: states.
        submitted_via, return_via: how the dossier came in, and how its result goes back.
        say: the reply that is sent, as `replies/*.toml` names it without its variants, or
            `silence`.
        at_night: it does not wait for the morning.
        at_once: it does not wait because another text of the dossier was sent shortly before.
        on: it counts; a line that is off is as if it were not there.
        why: for people.
    """

    number: Annotated[int, Meta(ge=1, le=999)]
    name: str
    event: str = "state"
    from_: tuple[_State, ...] = ()
    to: tuple[_State, ...] = ()
    submitted_via: tuple[ReturnVia, ...] = ()
    return_via: tuple[ReturnVia, ...] = ()
    say: str = SILENCE
    at_night: bool = False
    at_once: bool = False
    on: bool = True
    why: str = ""

    @property
    def speaks(self) -> bool:
        """Whether it has a text."""
        return self.say != SILENCE


class _Staff(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    phone: str
    room: str = ""
    officer: str = ""


class _File(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    situation: tuple[Situation, ...] = ()
    staff: tuple[_Staff, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """The situations, and who of the staff is warned.

    Attributes:
        situations: in order; the first that fits counts.
        rooms, officers: phones by the name of a room or officer, to be compared by `name_key`.
    """

    situations: Sequence[Situation]
    rooms: Mapping[str, Sequence[Address]]
    officers: Mapping[str, Sequence[Address]]

    def of_change(
        self, before: State | None, state: State, dossier: Dossier, facts: CaseFacts
    ) -> Situation | None:
        """The line for a change; None where there is none, which is silence."""
        for line in self.situations:
            if (
                line.on
                and line.event == "state"
                and _fits(None if before is None else before.value, line.from_)
                and _fits(state.value, line.to)
                and _fits(facts.submitted_via, line.submitted_via)
                and _fits(dossier.return_via, line.return_via)
            ):
                return line
        return None

    def of_overdue(self) -> Situation | None:
        """The line for an appointment that passed, or None."""
        lines = (one for one in self.situations if one.on and one.event == "overdue")
        return next(lines, None)


def _fits(value: object, wanted: Collection[object]) -> bool:
    """Whether a line takes it; what was not told fits only a line that leaves it open."""
    return not wanted or value in wanted


def load_table(raw: Mapping[str, object], region: str) -> Table:
    """Read `notices.toml`.

    Raises:
        SettingsError: naming the entry that is wrong.
    """
    file = decode(raw, _File, "notices.toml")
    for index, line in enumerate(file.situation):
        if why := _wrong(line):
            message = f"notices.toml situation.{index} ({line.number}): {why}"
            raise SettingsError(message)
    rooms: dict[str, list[Address]] = {}
    officers: dict[str, list[Address]] = {}
    called_first: dict[tuple[bool, str], str] = {}
    for index, staff in enumerate(file.staff):
        phone = read_address(staff.phone, region)
        if phone is None or phone.kind is not AddressKind.MSISDN:
            # Never quoted: it may be a number with a slip in it.
            message = f"notices.toml staff.{index}.phone: no phone number; write it as 0900000001"
            raise SettingsError(message)
        if bool(staff.room) == bool(staff.officer):
            message = f"notices.toml staff.{index}: give it either a room or an officer"
            raise SettingsError(message)
        to, name = (rooms, staff.room) if staff.room else (officers, staff.officer)
        called = called_first.setdefault((bool(staff.room), name_key(name)), name)
        if phone not in to.setdefault(called, []):
            to[called].append(phone)
    return Table(file.situation, rooms, officers)


def _wrong(line: Situation) -> str:
    """What is wrong with a line; empty where nothing is."""
    match line.event:
        case "none":
            return "no field tells of it, so it cannot be on" if line.on else ""
        case "overdue":
            fits = line.say in (SILENCE, OVERDUE_TEMPLATE)
            return "" if fits else f"say: {SILENCE} or {OVERDUE_TEMPLATE}"
        case "state" if not line.to:
            return "to: say to which states"
        case "state":
            able = {f"S{state}" for state in line.to}
            if line.say == SILENCE or able == {line.say}:
                return ""
            # What is pushed is what somebody who asks is told.
            return f"say: {SILENCE}, or the reply of its one state ({', '.join(sorted(able))})"
        case _:
            return "event: state, overdue or none"


def stands_still(state: State | None) -> bool:
    """Whether the clock stands, so that an appointment may pass and nobody is late."""
    return state in _STILL


def is_running(state: State) -> bool:
    """Whether the office's clock runs, so that an appointment can pass."""
    return state in _RUNNING
