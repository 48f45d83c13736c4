"""What a store offers to the survey; its mark is one of `ports.Notices`."""

from datetime import datetime
from typing import Protocol

from sms_gateway.domain.surveys import AskDone, AskOrder


class Surveys(Protocol):
    """Questions to citizens, once for each dossier. All raise StoreDownError."""

    async def ask(self, order: AskOrder) -> AskDone:
        """Queue questions, write them down, and how far the feed was read: one commit.

        Void where a restored copy is held, or the feed was read further meanwhile, or is to be read
        from the present. A question whose recipient wants no texts is left out, and one about a
        dossier about which somebody was asked before, ever.
        """

    async def asked_since(self, since: datetime) -> int:
        """How many questions were asked since a moment."""
