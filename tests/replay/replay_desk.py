"""Rows of the log, words of staff, and the shipped keywords."""

from collections.abc import Sequence
from datetime import timedelta

from sms_gateway.domain.ids import CanonicalKey, DoorName, MessageId, ShortCode, TraceId
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Outcome
from sms_gateway.domain.synonyms import Synonym, SynonymBack
from sms_gateway.enquiry.normalise import squash
from sms_gateway.enquiry.synonyms import Vocabulary
from sms_gateway.log_question import MessageFilter
from sms_gateway.reading import MoRow
from sms_gateway.rules import vocabulary
from sms_gateway.settings import load
from tests.parts import CODE, ROOT, START

WORDS: Vocabulary = vocabulary(load(None, None, {}, ROOT))


def synonym(word: str, keyword: str = "MCKH") -> Synonym:
    return Synonym(squash(word), word, keyword, "", START, "os:an")


def row(
    text: str, intent: str = "lookup", code: str = "", number: int = 1, code_of: ShortCode = CODE
) -> MoRow:
    """A text of the log, answered; the higher its number the later it came."""
    return MoRow(
        id=MessageId(f"019aa8c4-7c1e-7000-8000-{number:012}"),
        door=DoorName("telco"),
        telco_id=None,
        sender=Address("+84900000001"),
        short_code=code_of,
        operator="",
        received_at=START + timedelta(seconds=number),
        trace_id=TraceId(""),
        text=text,
        outcome=Outcome.ANSWERED,
        reason="",
        intent=intent,
        code_key=CanonicalKey(code),
        dossier_id=None,
        agency="",
        answered_at=START,
        failures=0,
    )


class Log:
    """Past texts, in memory."""

    def __init__(self, *texts: str) -> None:
        self.rows = [row(text, number=number) for number, text in enumerate(texts, 1)]
        self.asked: list[MessageFilter] = []

    async def messages(self, wanted: MessageFilter) -> Sequence[MoRow]:
        self.asked.append(wanted)
        newest = sorted(self.rows, key=lambda one: one.id, reverse=True)
        found = [
            one
            for one in newest
            if (wanted.before is None or one.id < wanted.before)
            and (wanted.since is None or one.received_at >= wanted.since)
            and (wanted.until is None or one.received_at < wanted.until)
        ]
        return found[: wanted.limit]


class Wall:
    """Where staff write words down."""

    def __init__(self, *kept: Synonym) -> None:
        self.kept = list(kept)

    async def synonyms(self) -> Sequence[Synonym]:
        return list(self.kept)

    async def add(self, added: Synonym) -> bool:
        if any(one.folded == added.folded for one in self.kept):
            return False
        self.kept.append(added)
        return True

    async def remove(self, removed: SynonymBack) -> bool:
        there = [one for one in self.kept if one.folded == removed.folded]
        self.kept = [one for one in self.kept if one.folded != removed.folded]
        return bool(there)
