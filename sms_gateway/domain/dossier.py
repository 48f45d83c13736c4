"""A case as the one-stop office keeps it, and the keys it is found by."""

import enum
import re
import unicodedata
from datetime import datetime

from sms_gateway.domain.ids import CanonicalKey, DossierId
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.record import Record

MAX_CODE = 64
"""Longest official code kept, in characters; the longest legal one has 50 (domain 4.1)."""

_NOT_KEY = re.compile(r"[^A-Z0-9]+")


def canonical_key(code: str) -> CanonicalKey:
    """The form under which a code is stored and looked up: A-Z and 0-9 only.

    The one place where this is computed, for imports and for citizens' texts alike.
    NFKC folds full-width letters; đ has no decomposition, so it is replaced by hand.
    """
    if code.isascii():
        bare = code.upper().replace("-", "").replace(".", "")  # most have nothing else to drop
        return CanonicalKey(bare if bare.isalnum() else _NOT_KEY.sub("", bare))
    folded = unicodedata.normalize("NFKC", code).replace("đ", "d").replace("Đ", "D")
    bare = "".join(c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c))
    return CanonicalKey(_NOT_KEY.sub("", bare.upper()))


def may_be_a_code(key: CanonicalKey) -> bool:
    """Whether a dossier can have this number; of what none can have nobody needs to be asked."""
    return key.isascii() and key.isalnum() and len(key) <= MAX_CODE


class State(enum.IntEnum):
    """The ten national states of a dossier (domain 4.2). They may go backwards."""

    REGISTERED = 1
    ACCEPTED = 2
    NOT_ACCEPTED = 3
    PROCESSING = 4
    PAPERS_NEEDED = 5
    FEE_DUE = 6
    WITHDRAWN = 7
    STOPPED = 8
    FINISHED = 9
    RETURNED = 10


CLOSED = frozenset({State.NOT_ACCEPTED, State.WITHDRAWN, State.STOPPED, State.RETURNED})
"""States in which nothing more is done; from some of them a dossier may come back."""


IN_WORK = frozenset({
    State.REGISTERED, State.ACCEPTED, State.PROCESSING, State.PAPERS_NEEDED, State.FEE_DUE,
})  # fmt: skip
"""States in which a citizen waits for the office, or the office for the citizen.

Not 9: its citizen was told, and where nobody notes that results were fetched, all old ones stay so.
"""


class ReturnVia(enum.StrEnum):
    """How the result comes back to the citizen, and how the dossier came in."""

    COUNTER = "counter"
    POST = "post"
    ONLINE = "online"


class Dossier(Record, frozen=True):
    """What an answer may need of a dossier; never a name, address or officer.

    Attributes:
        id: MaHoSo, the national code.
        receipt: SoBienNhan, what the citizen's paper says; may equal the id or be empty.
        agency: code prefix of the agency in `config/agencies.toml`, or empty where unknown.
        state: the national state.
        state_at: when the source says that the state began, or None where it did not say.
        received_at: NgayTiepNhan.
        due_at: NgayHenTra, shown as stored, never recomputed.
        new_due_at: the appointment given after an overdue one (NgayHenTraMoi).
        finished_at: NgayKetThucXuLy.
        returned_at: NgayTra.
        return_via: how the result goes back.
        phones: numbers registered to the dossier: owner, or the authorised person.
        secret_hash: keyed hash of the second secret printed on the receipt, or empty.
        as_of: when this copy was learned.
    """

    id: DossierId
    receipt: str
    agency: str
    state: State
    state_at: datetime | None = None
    received_at: datetime | None = None
    due_at: datetime | None = None
    new_due_at: datetime | None = None
    finished_at: datetime | None = None
    returned_at: datetime | None = None
    return_via: ReturnVia = ReturnVia.COUNTER
    phones: tuple[Address, ...] = ()
    secret_hash: str = ""
    as_of: datetime | None = None

    @property
    def code(self) -> str:
        """The number to show the citizen: the one on the paper where there is one."""
        return self.receipt or self.id


class Found(Record, frozen=True):
    """Exactly one dossier has this key."""

    dossier: Dossier


class NotFound(Record, frozen=True):
    """No dossier has this key."""


class Ambiguous(Record, frozen=True):
    """Several dossiers have this key: agencies number alike (`yymmdd-nnnn`)."""

    dossiers: tuple[Dossier, ...]


class Withheld(Record, frozen=True):
    """The case database knows it and may not tell."""


UNREADABLE = "unreadable"
"""Why one dossier cannot be told though the case database answers: its record has a fault."""


class Unavailable(Record, frozen=True):
    """The case database could not say: down, slow or broken.

    Attributes:
        reason: one word for logs and metrics.
    """

    reason: str


class Stale(Record, frozen=True):
    """The case database could not say, and this is what it said the last time.

    Attributes:
        copy: that, each dossier with the time it was learned.
        reason: why it could not say, one word for logs and metrics.
    """

    copy: Found | Ambiguous
    reason: str


CaseLookup = Found | NotFound | Ambiguous | Withheld | Unavailable | Stale
