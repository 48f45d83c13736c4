"""An import of dossiers on its way from the command line into this case directory.

The command line reads and checks the file in its own process; what travels to a running service
is rows, in batches of JSON. The service keeps them packed, so that a hundred thousand dossiers cost
it some megabytes, and unpacks one step of the import after the other.
"""

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import overload

import msgspec

from sms_gateway.cases.embedded.directory import EmbeddedDirectory
from sms_gateway.cases.embedded.loader import ImportReport
from sms_gateway.cases.embedded.rows import Row, Rules
from sms_gateway.cases.embedded.trouble import CaseTablesError
from sms_gateway.commands import CommandError, ImportOrder
from sms_gateway.domain.agency import Agencies
from sms_gateway.domain.dossier import canonical_key
from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.states import NATIONAL, States
from sms_gateway.enquiry.decide import Rules as AnswerRules

BATCH = 250
"""Dossiers in one line; each line but the last holds so many."""

MAX_ROWS = 1_000_000
"""Most dossiers of one import."""

_PACKING = 1  # zlib's quickest; rows of one file are alike, so it saves nine tenths all the same
_encode = msgspec.json.Encoder().encode
_ROWS = msgspec.json.Decoder(list[Row])


def rules_of_file(rules: AnswerRules, hasher: Hasher, states: States = NATIONAL) -> Rules:
    """What a file of dossiers does not say itself.

    A second secret is hashed in its canonical spelling, the one in which answers look for it among
    the words of a text.

    Args:
        rules: of the answers.
        hasher: of secrets.
        states: the words for states of what is read, see `settings.load_states`.
    """
    return Rules(
        zone=rules.zone,
        agency_of=_agency_of(rules.agencies),
        hash_secret=lambda secret: hasher.receipt_secret(canonical_key(secret)),
        states=states,
    )


def _agency_of(agencies: Agencies) -> Callable[[str], str]:
    def agency_of(code: str) -> str:
        agency = agencies.of_code(code)
        return agency.code if agency else ""

    return agency_of


def lines_of(order: ImportOrder, rows: Sequence[Row]) -> Iterator[bytes]:
    """An import as it travels: a line that says what it is, then the dossiers."""
    yield _encode(order) + b"\n"
    for after in range(0, len(rows), BATCH):
        yield _encode(rows[after : after + BATCH]) + b"\n"


class PackedRows(Sequence[Row]):
    """Rows in batches of `BATCH`, packed; unpacks the batch that is asked for."""

    def __init__(self) -> None:
        self._batches: list[bytes] = []
        self._count = 0
        self._open = -1
        self._rows: list[Row] = []

    def add(self, line: bytes) -> None:
        """Take a batch.

        Raises:
            msgspec.MsgspecError: it holds something else than rows.
            CommandError: it does not fit in.
        """
        rows = _ROWS.decode(line)
        if self._count % BATCH or not 0 < len(rows) <= BATCH:
            message = "the import came in batches of a wrong size: restart the service, try again"
            raise CommandError(message)
        if self._count + len(rows) > MAX_ROWS:
            message = f"the import holds more than {MAX_ROWS} dossiers: split it"
            raise CommandError(message)
        self._batches.append(zlib.compress(line, _PACKING))
        self._count += len(rows)

    def __len__(self) -> int:
        """How many rows there are."""
        return self._count

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        """A row, or the rows of a slice."""
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(self._count))]
        place = range(self._count)[index]
        batch, within = divmod(place, BATCH)
        if batch != self._open:
            self._rows = _ROWS.decode(zlib.decompress(self._batches[batch]))
            self._open = batch
        return self._rows[within]


class CaseUpload:
    """Implements `web.control.Upload`."""

    def __init__(self, directory: EmbeddedDirectory) -> None:
        self._directory = directory
        self._rows = PackedRows()

    def add(self, line: bytes) -> None:
        """Take a batch. Raises MsgspecError, CommandError."""
        self._rows.add(line)

    def __len__(self) -> int:
        """How many dossiers were taken."""
        return len(self._rows)

    async def load(
        self, progress: Callable[[int, int], None], *, replace: bool
    ) -> Mapping[str, int]:
        """Import them; the counts. Raises CommandError."""
        return await load_rows(self._directory, self._rows, progress, replace=replace)


async def load_rows(
    directory: EmbeddedDirectory,
    rows: Sequence[Row],
    progress: Callable[[int, int], None],
    *,
    replace: bool,
) -> Mapping[str, int]:
    """Import rows, and the counts by their names in `ImportReport`.

    Raises:
        CommandError: they cannot be written; one line for people.
    """
    try:
        report: ImportReport = await directory.import_rows(rows, replace=replace, progress=progress)
    except CaseTablesError as error:
        raise CommandError(str(error)) from error
    return asdict(report)
