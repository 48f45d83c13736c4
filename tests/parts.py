"""Parts that the tests of several rooms put together: the shipped rules, dossiers, citizens."""

import functools
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from sms_gateway.domain.dossier import CaseLookup, Dossier, Found, NotFound, State
from sms_gateway.domain.ids import CanonicalKey, DossierId, ShortCode
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.records import Citizen, UsageEvent
from sms_gateway.domain.secret import Secret
from sms_gateway.enquiry.decide import Enquiry, Incoming, Question, Rules, Verdict
from sms_gateway.rules import load_rules
from sms_gateway.settings import load

ROOT = Path(__file__).parent.parent
START = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
AN, BINH = Address("+84900000001"), Address("+84900000002")
CODE = ShortCode("8083")
HASHER = Hasher(Secret("07" * 32))
SECRET_WORD = "A7K29"
NOBODY = Citizen()


@functools.cache
def _loaded(settings: tuple[tuple[str, str], ...]) -> Rules:
    return load_rules(load(None, None, dict(settings), ROOT), HASHER)


def rules(**settings: str) -> Rules:
    """The shipped rules, `SECTION__KEY` of the settings changed."""
    return _loaded(tuple((f"SMS_GATEWAY_{name}", value) for name, value in settings.items()))


def key_of(number: int) -> CanonicalKey:
    """The key of `170703-0001` and so on."""
    return CanonicalKey(f"170703{number:04}")


def receipt_of(number: int) -> str:
    return f"170703-{number:04}"


def dossier(number: int = 1, *phones: Address, agency: str = "000.00.12.H32") -> Dossier:
    """A dossier in process, registered to these phones."""
    return Dossier(
        id=DossierId(f"{agency}-{receipt_of(number)}"),
        receipt=receipt_of(number),
        agency=agency,
        state=State.PROCESSING,
        received_at=datetime(2026, 11, 20, 2, tzinfo=UTC),
        due_at=datetime(2026, 12, 4, 10, tzinfo=UTC),
        phones=phones,
        secret_hash=HASHER.receipt_secret(SECRET_WORD),
    )


AN_IS_OWNER: Mapping[CanonicalKey, CaseLookup] = {
    key_of(number): Found(dossier(number, AN)) for number in range(1, 60)
}


class Desk:
    """Answers texts one after the other, as `intake` does, and remembers what they count for."""

    def __init__(self, of: Rules | None = None, sender: Address = AN) -> None:
        self.enquiry = Enquiry(of or rules())
        self.sender = sender
        self.citizen = NOBODY
        self.history: list[UsageEvent] = []
        self.cases = AN_IS_OWNER
        self.at = START
        self.looked_up: list[CanonicalKey] = []
        self.tried: Counter[DossierId] = Counter()

    def incoming(self, text: str) -> Incoming:
        return Incoming(text, self.sender, CODE, self.at)

    def ask(self, incoming: Incoming) -> Question:
        return self.enquiry.ask(incoming, self.history)

    def text(self, text: str, **of_the_door: object) -> Verdict:
        """What a text ends in."""
        incoming = replace(self.incoming(text), **of_the_door)
        return self.answer(incoming)

    def answer(self, incoming: Incoming) -> Verdict:
        question = self.ask(incoming)
        self.looked_up = list(question.keys)
        lookups = {key: self.cases.get(key, NotFound()) for key in question.keys}
        guarded = self.enquiry.guarded(question, lookups)
        tried = {dossier_id: self.tried[dossier_id] for dossier_id in guarded}
        verdict = self.enquiry.conclude(
            question, lookups, self.citizen, self.history, self.at, tried
        )
        if verdict.usage:
            self.history.append(verdict.usage)
        if verdict.wrong_secret and verdict.dossier:
            self.tried[verdict.dossier.id] += 1
        return verdict

    def texts(self, texts: Sequence[str]) -> list[str]:
        """The reasons that texts end with."""
        return [self.text(text).reason for text in texts]


def words(verdict: Verdict) -> str:
    assert verdict.reply is not None
    return verdict.reply.text
