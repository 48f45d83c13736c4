"""Dossiers that the one-stop software tells us of by itself, in the words of the national API."""

import enum
from collections.abc import Sequence
from typing import Protocol

from sms_gateway.domain.record import Record

MAX_ROWS = 500
"""Most rows of one batch."""


class Service(enum.StrEnum):
    """What a batch holds (domain 4.3)."""

    DOSSIERS = "DongBoHoSoMC"
    PROGRESS = "CapNhatTienDoHoSoMC"


class RowFate(enum.StrEnum):
    """What became of a row: each can be sent again, and is then `unchanged` or `overtaken`.

    Of the dossier of an `overtaken` one something newer is known, from its own batch or before it.
    """

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    OVERTAKEN = "overtaken"
    REFUSED = "refused"


class RowTold(Record, frozen=True):
    """What the software hears of one row.

    Attributes:
        code: its MaHoSo; empty where that cannot be read.
        fate: what became of it.
        reason: of a refused one: what is wrong, without any value of it; else empty.
    """

    code: str
    fate: RowFate
    reason: str = ""


class CasesPushed(Protocol):
    """Takes batches into the case directory."""

    async def take(self, service: Service, rows: Sequence[bytes]) -> Sequence[RowTold]:
        """Learn what the rows tell; an answer for each, in their order.

        What a row may hold never raises. May be cancelled: then nothing or all was learned.

        Args:
            service: what they are.
            rows: each a value of JSON, UTF-8.

        Raises:
            CasesDownError: the dossiers cannot be written now.
        """
