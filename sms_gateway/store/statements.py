"""What an operation may do with a database, whatever its dialect."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeVar, runtime_checkable

from sms_gateway.domain.record import EMPTY

Values = Mapping[str, object]
"""What a statement is given, by name; a list of texts is one value."""

Row = Sequence[Any]

T = TypeVar("T")


class Statements(Protocol):
    """Named statements, run one behind the other."""

    async def rows(self, name: str, values: Values = EMPTY) -> Sequence[Row]:
        """All rows that a statement finds or returns."""

    async def row(self, name: str, values: Values = EMPTY) -> Row | None:
        """The first of them, or None."""

    async def json(self, name: str, values: Values = EMPTY) -> Any:  # noqa: ANN401  # as the statement makes it
        """What the one value of a statement, which is JSON, says."""

    async def change(self, name: str, values: Values = EMPTY) -> int:
        """How many rows a statement changed."""

    async def many(self, name: str, rows: Sequence[Sequence[object]]) -> None:
        """Run a statement that takes many rows at once."""

    async def returned(self, name: str, rows: Sequence[Sequence[object]]) -> Sequence[Row]:
        """The same, and what it returns."""

    def at_end(self, step: "Step") -> None:
        """Have a step run once, last in the transaction, however often it is asked for."""


Step = Callable[[Statements], Awaitable[None]]
"""A part of a transaction of which nobody waits for a result."""


class Ask(Protocol):
    """Asks one question, of which every statement sees the same moment or a later one.

    Two questions may be under way at once.
    """

    async def __call__(self, question: Callable[[Statements], Awaitable[T]]) -> T:
        """The answer. Raises StoreDownError."""


class Steps:
    """What is to run last in a transaction, in the order in which it was first asked for."""

    def __init__(self) -> None:
        self._wanted: dict[Step, None] = {}

    def at_end(self, step: Step) -> None:
        """See `Statements.at_end`."""
        self._wanted[step] = None

    def taken(self) -> Sequence[Step]:
        """All of them; they are not wanted any more."""
        wanted, self._wanted = list(self._wanted), {}
        return wanted


@runtime_checkable
class Scrubbing(Protocol):
    """What can see to it that nothing is left of what was deleted."""

    async def scrub(self) -> bool:
        """Take what was deleted off the disk, where that does not come by itself.

        Called outside a transaction. False where it could not be done now, because somebody is
        reading what was there before, or because another program looks after it.
        """


class Database(Statements, Scrubbing, Protocol):
    """The same for the one that writes."""

    def transaction(self) -> AbstractAsyncContextManager[None]:
        """All that is run inside is written, or nothing."""

    def apart(self) -> AbstractAsyncContextManager[None]:
        """The same for a part of a transaction, which goes on without it."""

    def is_down(self, error: Exception) -> bool:
        """Whether this is the fault of the database and of no row."""

    def may_pass(self, error: Exception) -> bool:
        """Whether the same transaction may well succeed at once, as after a deadlock."""

    def word_of(self, error: Exception) -> str:
        """What is wrong in one word, without any content."""
