"""What a dialect offers, and all that the rest of this room knows of one.

A dialect is a folder with `queries.sql`, the same names in each, with migrations, and with the few
lines that run a statement. What is done with the statements is written once, as `async def`
functions over `Statements`; where a dialect never waits they run to their end in one go.
"""

from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sms_gateway.domain.secret import Secret
from sms_gateway.ports import Clock

T = TypeVar("T")

Location = Path | Secret
"""A file of SQLite, or the URL of a PostgreSQL database, which may hold a password."""

Value = str | int | Sequence[str] | None
"""What a statement takes: a text, a number, or texts where it wants many of them as one value."""

Columns = Sequence[Any]
"""A row as a statement gives it, or takes one of many."""


class Statements(Protocol):
    """The statements of a dialect by name, over one connection.

    Each of them raises what the dialect's driver raises; `Tables` and `Writer` make one kind of it.
    """

    async def rows(self, name: str, **values: Value) -> Sequence[Columns]:
        """All rows of a statement."""

    async def row(self, name: str, **values: Value) -> Columns | None:
        """Its first row, or None."""

    async def change(self, name: str, **values: Value) -> int:
        """Change rows; how many there were."""

    async def many(self, name: str, rows: Sequence[Columns]) -> None:
        """Run a statement once for each row, whose columns are its values."""

    def transaction(self, *, lasting: bool = False) -> AbstractAsyncContextManager[None]:
        """All of a block or nothing.

        Args:
            lasting: it, and all before it, is on the disk when the block ends. Otherwise a power
                cut may take it back.
        """


Act = Callable[[Statements], Coroutine[Any, Any, T]]
"""What is done over one connection."""


class Writer(Protocol):
    """A connection that writes."""

    def turn(self, told: Callable[[], None]) -> AbstractAsyncContextManager[None]:
        """For the length of a block nobody else imports, on no node.

        Args:
            told: called now and then while others have their turn.

        Raises:
            CaseTablesError: the dossiers cannot be written.
        """

    async def work(self, act: Act[T]) -> T:
        """Do something. Raises CaseTablesError."""


class Tables(Protocol):
    """Where the dossiers lie, by one dialect.

    Attributes:
        where: what people call it, for messages.
        step: rows of an import per transaction.
        shared: other processes may import into it, and end while they do.
    """

    where: str
    step: int
    shared: bool

    async def look(self, act: Act[T]) -> T:
        """Read something within the time limit. Raises CaseTablesError."""

    def writing(self) -> AbstractAsyncContextManager[Writer]:
        """A connection that writes, for the length of a block. Raises CaseTablesError."""

    def shortly(self) -> AbstractAsyncContextManager[Writer]:
        """The same for a moment: no import may use it. Raises CaseTablesError."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a schema has come.

    Attributes:
        version: the newest step that was made, 0 where there is no schema.
        known: the newest step that this code knows.
    """

    version: int
    known: int


class Dialect(Protocol):
    """What the folder of a dialect offers."""

    def open_tables(
        self, at: Location, clock: Clock, *, writable: bool, time_limit: float
    ) -> AbstractAsyncContextManager[Tables]:
        """Open the tables for the length of a block; see `open_embedded`.

        Raises:
            CaseTablesError: they cannot be written.
        """

    async def migrate_cases(self, at: Location, at_ms: int) -> int:
        """See `dialects.migrate_cases`."""

    async def standing_of(self, at: Location) -> Standing:
        """See `dialects.standing_of`."""
