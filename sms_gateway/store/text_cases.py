"""Texts that staff keep as test cases, beside what the gateway writes for citizens."""

from collections.abc import Sequence

from sms_gateway.domain.text_cases import TextCase, TextCaseBack
from sms_gateway.store.group import GroupCommit
from sms_gateway.store.operations import text_cases
from sms_gateway.store.statements import Ask


class StoreTextCases:
    """Implements `replay.cases.CaseStore`; each change is one commit.

    Args:
        writer: of this process.
        ask: see there.
    """

    def __init__(self, writer: GroupCommit, ask: Ask) -> None:
        self._writer = writer
        self._ask = ask

    async def text_cases(self) -> Sequence[TextCase]:
        """All of them, the last one first. Raises StoreDownError."""
        return await self._ask(text_cases.text_cases)

    async def add(self, added: TextCase) -> bool:
        """Keep one, audited; whether there was room. Raises StoreDownError."""
        return (await self._writer.run(text_cases.add_text_cases, [added]))[0]

    async def remove(self, removed: TextCaseBack) -> bool:
        """Take it away, audited; whether it was there. Raises StoreDownError."""
        return (await self._writer.run(text_cases.remove_text_cases, [removed]))[0]
