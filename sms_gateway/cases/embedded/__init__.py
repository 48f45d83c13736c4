"""A case directory of our own: dossiers imported from the one-stop software's exports.

What enters: files in CSV or JSON with the national field names (`read_file`), imported whole or
not at all, and what other doors learn, a few dossiers at a time. What leaves: dossiers, found by
either of their numbers in any spelling, and their history, which is also a feed. It lies in a
SQLite file of its own, or on PostgreSQL (`dialects`). Names and addresses of applicants are not
kept: no reply shows them.
"""

from sms_gateway.cases.embedded.dialects import migrate_cases, standing_of
from sms_gateway.cases.embedded.directory import EmbeddedDirectory, open_embedded
from sms_gateway.cases.embedded.handled import HandledCase, Names, Span
from sms_gateway.cases.embedded.learning import Learned
from sms_gateway.cases.embedded.loader import ImportReport
from sms_gateway.cases.embedded.lookup import CaseDetails, StateEntry
from sms_gateway.cases.embedded.read_file import ReadProblems, ReadResult, ReadRows, read_file
from sms_gateway.cases.embedded.rows import Place, Problem, Progress, Row, Rules
from sms_gateway.cases.embedded.tables import Standing
from sms_gateway.cases.embedded.trouble import CaseTablesError

__all__ = [
    "CaseDetails",
    "CaseTablesError",
    "EmbeddedDirectory",
    "HandledCase",
    "ImportReport",
    "Learned",
    "Names",
    "Place",
    "Problem",
    "Progress",
    "ReadProblems",
    "ReadResult",
    "ReadRows",
    "Row",
    "Rules",
    "Span",
    "Standing",
    "StateEntry",
    "migrate_cases",
    "open_embedded",
    "read_file",
    "standing_of",
]
