"""The store as the survey sees it."""

from datetime import datetime

from sms_gateway.domain.surveys import AskDone, AskOrder
from sms_gateway.store.group import GroupCommit
from sms_gateway.store.operations import surveys
from sms_gateway.store.statements import Ask


class StoreSurveys:
    """Implements `ports.Surveys`.

    Args:
        writer: the one that writes.
        ask: the one that reads.
    """

    def __init__(self, writer: GroupCommit, ask: Ask) -> None:
        self._writer = writer
        self._ask = ask

    async def ask(self, order: AskOrder) -> AskDone:
        """See `ports.Surveys.ask`."""
        return (await self._writer.run(surveys.ask, [order]))[0]

    async def asked_since(self, since: datetime) -> int:
        """See `ports.Surveys.asked_since`."""
        return await self._ask(lambda db: surveys.asked_since(db, since))
