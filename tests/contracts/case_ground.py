"""What the contract of case directories gives a kind, and asks of it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sms_gateway.domain.dossier import Dossier
from sms_gateway.ports import CaseDirectory
from tests.postgres import Postgres


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a directory may lie.

    Attributes:
        folder: empty, and nobody else's.
        server: for a dialect that needs one.
    """

    folder: Path
    server: Postgres | None


Opening = AbstractAsyncContextManager[CaseDirectory]


class Case(Protocol):
    FAILURES: Mapping[str, Callable[[Ground], Opening]]

    def open_with(self, ground: Ground, dossiers: Sequence[Dossier]) -> Opening: ...
