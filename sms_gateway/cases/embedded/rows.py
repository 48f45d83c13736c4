"""One dossier as a file tells it: from named texts to a row ready for the tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import NamedTuple, TypeVar

from sms_gateway.cases.embedded.fields import Field
from sms_gateway.cases.embedded.values import (
    Bad,
    ReadState,
    clean_text,
    read_appointment,
    read_code,
    read_consent,
    read_id,
    read_moment,
    read_phones,
    read_secret,
    read_state,
    read_way,
)
from sms_gateway.domain.dossier import Dossier, ReturnVia, State
from sms_gateway.domain.ids import DossierId
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.states import NATIONAL, States

T = TypeVar("T")


class Place(NamedTuple):
    """Where in a file something stands: its line from 1, in a JSON array also its item from 1."""

    line: int
    item: int = 0

    def __str__(self) -> str:
        """As staff read it: `line 12` or `item 3 (line 12)`."""
        return f"item {self.item} (line {self.line})" if self.item else f"line {self.line}"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file is not imported.

    Attributes:
        place: where; line 0 for the file as a whole.
        field: the national name of the field, or empty.
        sentence: what is wrong and what to do; holds nothing of the dossier.
    """

    place: Place
    field: str
    sentence: str

    def __str__(self) -> str:
        """`line 12, SoDienThoai: holds something that is not a phone number ...`."""
        where = str(self.place) if self.place.line else "the file"
        return (
            f"{where}, {self.field}: {self.sentence}"
            if self.field
            else (f"{where}: {self.sentence}")
        )


@dataclass(frozen=True, slots=True)
class Record:
    """The texts of one dossier, by field, before they are understood.

    Attributes:
        place: where it stands.
        texts: what is not empty.
        problems: what is known to be wrong; one without a field speaks of the whole record.
    """

    place: Place
    texts: Mapping[Field, str] = field(repr=False)
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """What the file itself does not say.

    Attributes:
        zone: of its dates.
        agency_of: code to the agency's code in `config/agencies.toml`, or empty.
        hash_secret: a MaTraCuu as canonical key, which is how citizens' words are compared, to its
            keyed hash (`Hasher.receipt_secret`); the secret itself is never kept.
        states: the source's words for states.
    """

    zone: tzinfo
    agency_of: Callable[[str], str]
    hash_secret: Callable[[str], str]
    states: States = NATIONAL


@dataclass(frozen=True, slots=True)
class Row:
    """One dossier, understood; moments in milliseconds since the epoch, UTC.

    Attributes:
        place: where it stands in its file.
        id, receipt, agency, state: as in `domain.dossier.Dossier`.
        state_at: NgayTiepNhan for state 2, NgayKetThucXuLy for 9, NgayTra for 10, else, or
            where that is empty, ThoiDiemTrangThai; None where the source does not say.
        received_at, due_at, new_due_at, finished_at, returned_at: as in `Dossier`.
        submitted_via: HinhThucNop; empty where not told.
        return_via: HinhThucTra, else HinhThuc, else the counter.
        sms_allowed: ThongBaoSMS.
        secret_hash: keyed hash of MaTraCuu, or empty.
        procedure_code, procedure_name, field_code, field_name, room: what it is about and where
            it lies, for staff; in no reply.
        phones: role (`authorised`, `owner`) and number in E.164.
        officer: who works on it, for staff; in no reply.
        unknown_state: the source's word for its state where nobody knows it, else empty.
        read_at: when the look-up that saw it began; None where it is newer than all that is known.
    """

    place: Place
    id: str
    receipt: str
    agency: str
    state: int
    state_at: int | None
    received_at: int | None
    due_at: int | None
    new_due_at: int | None
    finished_at: int | None
    returned_at: int | None
    submitted_via: str
    return_via: str
    sms_allowed: bool
    secret_hash: str = field(repr=False)
    procedure_code: str
    procedure_name: str
    field_code: str
    field_name: str
    room: str
    phones: tuple[tuple[str, str], ...] = field(repr=False)
    officer: str = field(default="", repr=False)
    unknown_state: str = ""
    read_at: int | None = None

    def dossier(self, learned_at: int) -> Dossier:
        """What answers need of it.

        Args:
            learned_at: when this copy was learned, milliseconds since the epoch.
        """
        return Dossier(
            id=DossierId(self.id),
            receipt=self.receipt,
            agency=self.agency,
            state=State(self.state),
            state_at=_moment(self.state_at),
            received_at=_moment(self.received_at),
            due_at=_moment(self.due_at),
            new_due_at=_moment(self.new_due_at),
            finished_at=_moment(self.finished_at),
            returned_at=_moment(self.returned_at),
            return_via=ReturnVia(self.return_via),
            phones=tuple(dict.fromkeys(Address(number) for _role, number in self.phones)),
            secret_hash=self.secret_hash,
            as_of=moment_of(learned_at),
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """A step of a dossier that is known, as CapNhatTienDoHoSoMC tells it; all else stays as it was.

    Only the dates of its end are void where it is open again.

    Attributes:
        place: where it stands in what was told.
        id: MaHoSo.
        state: as in `Dossier`.
        state_at: ThoiDiemXuLy, milliseconds since the epoch, UTC, as all moments here.
        room, officer: where it lies and who works on it; empty where not told.
        new_due_at, finished_at, returned_at: as in `Dossier`; None where not told.
        unknown_state: as in `Row`.
    """

    place: Place
    id: str
    state: int
    state_at: int | None = None
    room: str = ""
    officer: str = field(default="", repr=False)
    new_due_at: int | None = None
    finished_at: int | None = None
    returned_at: int | None = None
    unknown_state: str = ""


def moment_of(milliseconds: int) -> datetime:
    """A moment as the domain has it, from milliseconds since the epoch."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else moment_of(milliseconds)


class _Texts:
    """Reads the fields of one record and gathers what is wrong with them."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self.problems = list(record.problems)
        self._told = {problem.field for problem in record.problems}

    def take(self, name: Field, read: Callable[[str], T | Bad], empty: T) -> T:
        """The value of a field; `empty` where it is empty, or bad."""
        text = self._record.texts.get(name)
        return self.need(name, read, empty) if text else empty

    def need(self, name: Field, read: Callable[[str], T | Bad], instead: T) -> T:
        """The value of a field that must not be empty; `instead` where it is bad."""
        if name.value in self._told:
            return instead
        value = read(self._record.texts.get(name, ""))
        if isinstance(value, Bad):
            self.problems.append(Problem(self._record.place, name.value, value.sentence))
            return instead
        return value

    def text(self, name: Field) -> str:
        """A text that is only shown, mended."""
        text = self._record.texts.get(name)
        return clean_text(text) if text else ""


def read_row(record: Record, rules: Rules) -> Row | tuple[Problem, ...]:
    """The dossier of a record, or everything that is wrong with it."""
    if any(not problem.field for problem in record.problems):
        return record.problems
    texts = _Texts(record)
    code = texts.need(Field.ID, read_id, "")
    receipt = texts.take(Field.RECEIPT, read_code, "")
    state, unknown = texts.need(
        Field.STATE, lambda raw: read_state(raw, rules.states), ReadState(int(State.PROCESSING))
    )
    dates = _dates(texts, rules)
    secret = texts.take(Field.SECRET, read_secret, "")
    row = Row(
        place=record.place,
        id=code,
        receipt=receipt,
        agency=rules.agency_of(code) or (rules.agency_of(receipt) if receipt else ""),
        state=state,
        state_at=dates.state_at(state),
        received_at=dates.received,
        due_at=dates.due,
        new_due_at=dates.new_due,
        finished_at=dates.finished,
        returned_at=dates.returned,
        submitted_via=texts.take(Field.SUBMITTED_VIA, read_way, None) or "",
        return_via=_return_via(texts),
        sms_allowed=texts.take(Field.SMS_ALLOWED, read_consent, empty=True),
        secret_hash=rules.hash_secret(secret) if secret else "",
        procedure_code=texts.text(Field.PROCEDURE_CODE),
        procedure_name=texts.text(Field.PROCEDURE_NAME),
        field_code=texts.text(Field.FIELD_CODE),
        field_name=texts.text(Field.FIELD_NAME),
        room=texts.text(Field.ROOM) or texts.text(Field.UNIT),
        phones=_phones(texts),
        officer=texts.text(Field.OFFICER),
        unknown_state=unknown,
    )
    return tuple(texts.problems) or row


@dataclass(frozen=True, slots=True)
class _Dates:
    received: int | None
    due: int | None
    new_due: int | None
    finished: int | None
    returned: int | None
    told: int | None

    def state_at(self, state: int) -> int | None:
        """When the state began: its own date, else what the source told apart."""
        began: int | None = None
        if state == State.ACCEPTED:
            began = self.received
        elif state == State.FINISHED:
            began = self.finished
        elif state == State.RETURNED:
            began = self.returned
        return self.told if began is None else began


def _dates(texts: _Texts, rules: Rules) -> _Dates:
    def moment(raw: str) -> int | Bad | None:
        return read_moment(raw, rules.zone)

    def appointment(raw: str) -> int | Bad | None:
        return read_appointment(raw, rules.zone)

    return _Dates(
        received=texts.take(Field.RECEIVED, moment, None),
        due=texts.take(Field.DUE, appointment, None),
        new_due=texts.take(Field.NEW_DUE, appointment, None),
        finished=texts.take(Field.FINISHED, moment, None),
        returned=texts.take(Field.RETURNED, moment, None),
        told=texts.take(Field.STATE_TIME, moment, None),
    )


def _return_via(texts: _Texts) -> ReturnVia:
    # In the national schema HinhThuc stands with NgayTra and ThongTinTra: it is how the result
    # goes back, not how the dossier came in.
    national = texts.take(Field.WAY, read_way, None)
    return texts.take(Field.RETURN_VIA, read_way, None) or national or ReturnVia.COUNTER


def _phones(texts: _Texts) -> tuple[tuple[str, str], ...]:
    none: tuple[str, ...] = ()
    authorised = texts.take(Field.AUTHORISED_PHONES, read_phones, none)
    owner = texts.take(Field.PHONES, read_phones, none)
    return (
        *(("authorised", number) for number in authorised),
        *(("owner", number) for number in owner),
    )
