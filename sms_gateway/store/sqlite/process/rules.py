"""The changes of what texts are read and answered by, with the types of their rows and results."""

from collections.abc import Sequence

from msgspec.msgpack import Decoder

from sms_gateway.domain.complaints import Complaint, ComplaintEnd
from sms_gateway.domain.synonyms import Synonym, SynonymBack
from sms_gateway.domain.text_cases import TextCase, TextCaseBack
from sms_gateway.domain.wordings import (
    WordingApproval,
    WordingDone,
    WordingEnd,
    WordingVersion,
)
from sms_gateway.store.operations import complaints, rules, text_cases, wordings
from sms_gateway.store.sqlite.process.others import Shape

_NOTHING = Decoder(list[None])
_YES_OR_NO = Decoder(list[bool | None])


def of_rules() -> Sequence[Shape]:
    """All of them, and those of complaints."""
    done = Decoder(list[WordingDone | None])
    return (
        (complaints.add_complaints, Decoder(list[Complaint]), _NOTHING),
        (complaints.close_complaints, Decoder(list[ComplaintEnd]), _YES_OR_NO),
        (rules.add_synonyms, Decoder(list[Synonym]), _YES_OR_NO),
        (rules.remove_synonyms, Decoder(list[SynonymBack]), _YES_OR_NO),
        (text_cases.add_text_cases, Decoder(list[TextCase]), _YES_OR_NO),
        (text_cases.remove_text_cases, Decoder(list[TextCaseBack]), _YES_OR_NO),
        (wordings.propose, Decoder(list[WordingVersion]), done),
        (wordings.approve, Decoder(list[WordingApproval]), done),
        (wordings.end_proposals, Decoder(list[WordingEnd]), done),
    )
