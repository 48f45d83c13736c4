"""Made-up dossiers: number, phone and state of each follow from its place in the row."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from sms_gateway.cases.embedded import Place, Row
from sms_gateway.domain.dossier import State
from sms_gateway.domain.msisdn import Address

MOST = 100_000_000
"""So many dossiers have a phone each: the digits behind +849."""

MADE_UP = "made-up"
"""What stands wherever a real dossier or message would name a file, an operator or a version."""

_OFFICE = "000.00.12.H32"
_FIRST_PREFIX = 260_000
_PER_PREFIX = 1_000
_RECEIVED = datetime(2026, 1, 5, 1, tzinfo=UTC)
_DUE = datetime(2030, 12, 31, 10, tzinfo=UTC)
_DONE_AFTER = timedelta(days=9)


def receipt(number: int) -> str:
    """The receipt number of a dossier, such as `260000-0001` of the second one."""
    return f"{_FIRST_PREFIX + number // _PER_PREFIX:06d}-{number % _PER_PREFIX:04d}"


def code_of(receipt_number: str) -> str:
    """The MaHoSo of the dossier with that receipt number."""
    return f"{_OFFICE}-{receipt_number}"


def phone(number: int) -> Address:
    """The phone that is registered with it."""
    return Address(f"+849{number:08d}")


def agency_by(agency_of: Callable[[str], str]) -> str:
    """The agency whose dossiers these are, or empty.

    Args:
        agency_of: code to the agency's code in `config/agencies.toml`, or empty.
    """
    return agency_of(code_of(receipt(0)))


def dossiers_of(numbers: Sequence[int], agency: str) -> Sequence[Row]:
    """Dossiers for the embedded case directory.

    Args:
        numbers: which ones, from 0 to below `MOST`.
        agency: whose they are, see `agency_by`.
    """
    return [_row(number, agency) for number in numbers]


def _row(number: int, agency: str) -> Row:
    state = State(number % len(State) + 1)
    received, done = _ms(_RECEIVED), _ms(_RECEIVED + _DONE_AFTER)
    finished = done if state in (State.FINISHED, State.RETURNED) else None
    returned = done if state is State.RETURNED else None
    return Row(
        place=Place(number + 1),
        id=code_of(receipt(number)),
        receipt=receipt(number),
        agency=agency,
        state=state,
        state_at=received if state is State.ACCEPTED else returned or finished,
        received_at=received,
        due_at=_ms(_DUE),
        new_due_at=None,
        finished_at=finished,
        returned_at=returned,
        submitted_via="counter",
        return_via="counter",
        sms_allowed=True,
        secret_hash="",
        procedure_code="",
        procedure_name="Made up",
        field_code="",
        field_name="",
        room="",
        phones=(("owner", phone(number).value),),
    )


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
