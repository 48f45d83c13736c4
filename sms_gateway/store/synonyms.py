"""The words that staff added, beside what the gateway writes for citizens."""

from collections.abc import Sequence

from sms_gateway.domain.synonyms import Synonym, SynonymBack
from sms_gateway.store.group import GroupCommit
from sms_gateway.store.operations import rules
from sms_gateway.store.statements import Ask


class StoreSynonyms:
    """Implements `replay.synonyms.SynonymStore`; each change is one commit.

    Args:
        writer: of this process.
        ask: see there.
    """

    def __init__(self, writer: GroupCommit, ask: Ask) -> None:
        self._writer = writer
        self._ask = ask

    async def synonyms(self) -> Sequence[Synonym]:
        """All of them, the first one first. Raises StoreDownError."""
        return await self._ask(rules.synonyms)

    async def add(self, added: Synonym) -> bool:
        """Write one down, audited; whether it was not there before. Raises StoreDownError."""
        return (await self._writer.run(rules.add_synonyms, [added]))[0]

    async def remove(self, removed: SynonymBack) -> bool:
        """Take it away, audited; whether it was there. Raises StoreDownError."""
        return (await self._writer.run(rules.remove_synonyms, [removed]))[0]
