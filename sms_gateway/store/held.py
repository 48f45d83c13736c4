"""Automatic messages that wait for a person, as far as somebody may see them."""

from collections.abc import Sequence

from sms_gateway.domain.held_texts import Agencies, HeldPart, HeldText
from sms_gateway.store.operations import held
from sms_gateway.store.statements import Ask


class StoreHeld:
    """Looks at them.

    Args:
        ask: see there.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def parts(self, agencies: Agencies) -> Sequence[HeldPart]:
        """What of each batch belongs to these agencies. Raises StoreDownError."""
        return await self._ask(lambda db: held.held_parts(db, agencies))

    async def texts(self, batch: str, agencies: Agencies, limit: int) -> Sequence[HeldText]:
        """Some texts of a batch that belong to these agencies. Raises StoreDownError."""
        return await self._ask(lambda db: held.held_texts(db, batch, agencies, limit))
