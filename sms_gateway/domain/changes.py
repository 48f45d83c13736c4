"""What happened to a dossier, as whoever tells citizens of it and counts it must know it."""

from datetime import datetime

from sms_gateway.domain.dossier import Dossier, ReturnVia, State
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.record import Private, Record


class CaseFacts(Record, frozen=True):
    """What no answer needs of a dossier, and automatic messages and reports do.

    Attributes:
        submitted_via: how it came in (HinhThucNop), or None where that was not told.
        sms_allowed: automatic messages are wanted (ThongBaoSMS).
        procedure_code, procedure_name, field_code, field_name: what it is about.
        room, officer: where it lies and who works on it; empty where that was not told.
        owners, authorised: the phones of either.
    """

    submitted_via: ReturnVia | None = None
    sms_allowed: bool = True
    procedure_code: str = ""
    procedure_name: str = ""
    field_code: str = ""
    field_name: str = ""
    room: str = ""
    officer: Private[str] = ""
    owners: tuple[Address, ...] = ()
    authorised: tuple[Address, ...] = ()


class Case(Record, frozen=True):
    """A dossier as it stands now, with its facts."""

    dossier: Dossier
    facts: CaseFacts


class CaseChange(Record, frozen=True):
    """One entry of the history of a dossier's states.

    Attributes:
        number: its place in the feed; a later entry of any dossier has a higher one.
        case: the dossier as it stands now, which may be later than this entry.
        ordinal: the how manieth entry of its dossier this is, from 1.
        state, before: the state of this entry and of the one before it; None for the first one.
        source: who told it: `import`, `push`, `sql` or `http`.
        source_time: when the source says that the state began, or None.
        learned_at: when it was learned.
    """

    number: int
    case: Case
    ordinal: int
    state: State
    before: State | None
    source: str
    source_time: datetime | None
    learned_at: datetime

    @property
    def transition(self) -> str:
        """What names this step of its dossier for ever: the source's time, else the ordinal.

        `9@1789000000000` or `9#3`; the same step told twice has the same name.
        """
        if self.source_time is None:
            return f"{self.state.value}#{self.ordinal}"
        return f"{self.state.value}@{round(self.source_time.timestamp() * 1000)}"
