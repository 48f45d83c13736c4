"""Every seam that two rooms share.

A telco implements what it needs of `Sender` and `Webhook` (`telcos`) and `Session` (`sessions`); a
case database `CaseDirectory` (`around`); a store the small batch-first protocols of `stores`. What
a telco or case database may say is a value here, never an exception; an exception that leaves one
of these is a bug, or `StoreDownError`.
"""

from sms_gateway.ports.around import (
    CaseDirectory,
    CaseFeed,
    CasesDownError,
    Clock,
)
from sms_gateway.ports.incidents import Incidents
from sms_gateway.ports.notices import Notices
from sms_gateway.ports.owed import OwedAnswers
from sms_gateway.ports.sessions import Handed, Inbound, Kept, Session
from sms_gateway.ports.stores import (
    Citizens,
    Inbox,
    Nodes,
    Outbox,
    Staff,
    Store,
    StoreDownError,
    StoreLostError,
)
from sms_gateway.ports.surveys import Surveys
from sms_gateway.ports.telcos import (
    MAX_BATCH,
    MAX_REQUEST,
    Answered,
    AnswerStyle,
    Check,
    Checked,
    Door,
    Late,
    Limits,
    NoReply,
    Page,
    PageContext,
    Probe,
    Purpose,
    Refused,
    Route,
    Sender,
    Settled,
    Stored,
    Unreadable,
    Webhook,
    WebhookReply,
    WebhookRequest,
    WebhookResult,
)

__all__ = [
    "MAX_BATCH",
    "MAX_REQUEST",
    "AnswerStyle",
    "Answered",
    "CaseDirectory",
    "CaseFeed",
    "CasesDownError",
    "Check",
    "Checked",
    "Citizens",
    "Clock",
    "Door",
    "Handed",
    "Inbound",
    "Inbox",
    "Incidents",
    "Kept",
    "Late",
    "Limits",
    "NoReply",
    "Nodes",
    "Notices",
    "Outbox",
    "OwedAnswers",
    "Page",
    "PageContext",
    "Probe",
    "Purpose",
    "Refused",
    "Route",
    "Sender",
    "Session",
    "Settled",
    "Staff",
    "Store",
    "StoreDownError",
    "StoreLostError",
    "Stored",
    "Surveys",
    "Unreadable",
    "Webhook",
    "WebhookReply",
    "WebhookRequest",
    "WebhookResult",
]
