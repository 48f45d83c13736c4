"""What the pages about rules reach: words of staff, unread texts, test cases."""

from dataclasses import dataclass

from sms_gateway.console.proposals import Proposals
from sms_gateway.replay.cases import CaseCommands, CaseReading
from sms_gateway.replay.synonyms import SynonymCommands
from sms_gateway.reports.unread import UnreadReading
from sms_gateway.wordings import WordingCommands


@dataclass(frozen=True, slots=True)
class RuleDesk:
    """All of it.

    Attributes:
        words: the acts about words that staff add.
        unread: where texts that could not be understood stand.
        kept: where test cases stand.
        cases: the acts about them.
        wordings: the acts about versions of what replies say, and where these stand.
        proposals: how many wait for somebody.
    """

    words: SynonymCommands
    unread: UnreadReading
    kept: CaseReading
    cases: CaseCommands
    wordings: WordingCommands
    proposals: Proposals
