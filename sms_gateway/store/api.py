"""Other systems, beside what the gateway writes for itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sms_gateway.domain.api import ApiOrder, ApiSent, ApiToken, TokenEnd, TokenMade, TokenUsed
from sms_gateway.domain.ids import MessageId
from sms_gateway.store.group import GroupCommit
from sms_gateway.store.operations import api
from sms_gateway.store.statements import Ask


class StoreApi:
    """Implements `api.ApiStore`; each change is one commit.

    Args:
        writer: of this process.
        ask: see there.
    """

    def __init__(self, writer: GroupCommit, ask: Ask) -> None:
        self._writer = writer
        self._ask = ask

    async def token_of(self, token_hash: str) -> ApiToken | None:
        """The token of a hash. Raises StoreDownError."""
        return await self._ask(lambda db: api.token_of(db, token_hash))

    async def outcomes(
        self,
        between: tuple[datetime, datetime],
        agencies: Sequence[str] | None,
        after: MessageId | None,
    ) -> tuple[Mapping[str, int], MessageId | None]:
        """See `operations.api.outcomes`. Raises StoreDownError."""
        return await self._ask(lambda db: api.outcomes(db, between, agencies, after))

    async def make(self, made: TokenMade) -> bool:
        """Keep a token, audited; whether its name was free. Raises StoreDownError."""
        return (await self._writer.run(api.make_tokens, [made]))[0]

    async def end(self, end: TokenEnd) -> bool:
        """Let one count no more, audited; whether it did. Raises StoreDownError."""
        return (await self._writer.run(api.end_tokens, [end]))[0]

    async def use(self, used: TokenUsed) -> None:
        """Note that one was used. Raises StoreDownError."""
        await self._writer.run(api.use_tokens, [used])

    async def send(self, order: ApiOrder) -> ApiSent:
        """Queue a text once, audited. Raises StoreDownError."""
        return (await self._writer.run(api.queue_sent, [order]))[0]
