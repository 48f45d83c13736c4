"""Batches of the one-stop software on their way into this case directory.

What enters: rows as JSON, by the national names (domain 4.3). What leaves: what became of each. A
row that cannot be read is refused with a sentence, and the others of its batch are learned, in one
transaction.
"""

import asyncio
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from sms_gateway.cases.embedded.learning import PUSH, Learned
from sms_gateway.cases.embedded.pushed_rows import read_batch
from sms_gateway.cases.embedded.rows import Progress, Row, Rules
from sms_gateway.cases.embedded.trouble import CaseTablesError
from sms_gateway.ports import CasesDownError
from sms_gateway.ports.pushed import RowFate, RowTold, Service

_FATES: Mapping[Learned, tuple[RowFate, str]] = MappingProxyType({
    Learned.NEW: (RowFate.NEW, ""),
    Learned.CHANGED: (RowFate.CHANGED, ""),
    Learned.UNCHANGED: (RowFate.UNCHANGED, ""),
    Learned.OVERTAKEN: (RowFate.OVERTAKEN, ""),
    Learned.UNKNOWN: (
        RowFate.REFUSED,
        f"MaHoSo: no such dossier is known here: send it by {Service.DOSSIERS} first",
    ),
})  # fmt: skip


class Learner(Protocol):
    """What is needed of `EmbeddedDirectory`."""

    async def learn(self, items: Sequence[Row | Progress], source: str) -> Sequence[Learned]:
        """See there."""


class PushedCases:
    """Implements `ports.pushed.CasesPushed`.

    Args:
        directory: what learns.
        rules: what the rows do not say themselves.
    """

    def __init__(self, directory: Learner, rules: Rules) -> None:
        self._directory = directory
        self._rules = rules
        # Those that write wait for one another anyway; here they hold no connection meanwhile.
        self._turn = asyncio.Lock()

    async def take(self, service: Service, rows: Sequence[bytes]) -> Sequence[RowTold]:
        """See `CasesPushed`."""
        read = await asyncio.to_thread(read_batch, service, rows, self._rules)
        told = dict(read.told)
        if read.learned:
            try:
                async with self._turn:
                    fates = await self._directory.learn(list(read.learned.values()), PUSH)
            except CaseTablesError as error:
                raise CasesDownError(error.word) from error
            for place, learned in zip(read.learned, fates, strict=True):
                fate, reason = _FATES[learned]
                told[place] = RowTold(read.codes[place], fate, reason)
        return [told[place] for place in range(len(rows))]
