"""All that an answer depends on besides the text, the dossier and the citizen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from sms_gateway.domain.agency import Agencies
from sms_gateway.domain.ids import NumberHash, ShortCode
from sms_gateway.domain.message import Language
from sms_gateway.domain.msisdn import Address
from sms_gateway.enquiry.grammar import Grammar
from sms_gateway.enquiry.policy import Budgets
from sms_gateway.enquiry.replies import Replies


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that a gateway answers by.

    Attributes:
        grammars: by short code; it answers for every short code.
        short_codes: the numbers that are ours; empty where every number is.
        replies: the wording.
        agencies: names, prefixes, hotlines.
        budgets: what a number may use.
        zone: where the offices are.
        language: of replies to a citizen who chose none.
        second_secret: whether the receipt's second secret proves ownership.
        secret_hashes: hashes a word of the text like the import hashed the secret, by each key that
            it may have done it by.
        number_hashes: the hashes under which a number may be found, where there is more than one.
        on_call: phones of the people on call: what they write back to an alarm is not answered.
        hash: of everything above that comes from files but the phones, kept with each answer.
    """

    grammars: Mapping[ShortCode, Grammar]
    short_codes: frozenset[ShortCode]
    replies: Replies
    agencies: Agencies
    budgets: Budgets
    zone: tzinfo
    language: Language
    second_secret: bool
    secret_hashes: Callable[[str], Sequence[str]]
    number_hashes: Callable[[Address], Sequence[NumberHash]]
    on_call: frozenset[Address]
    hash: str
