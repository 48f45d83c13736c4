"""Rows of the store's tables, by column; moments in milliseconds since 1970, UTC.

The columns are those of the migrations, less those that a finished message leaves at their
defaults. Each dialect writes them in its own way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class InboxRow(NamedTuple):
    """An MO that has ended."""

    id: str
    door: str
    telco_id: str
    sender: str
    sender_hash: str
    short_code: str
    operator: str
    door_data: str
    telco_time: int | None
    received_at: int
    answer_by: int
    trace_id: str
    run: str
    inline: int
    text: str
    outcome: str
    reason: str
    intent: str
    code_key: str
    dossier_id: str | None
    agency: str
    snapshot_id: str | None
    rules_hash: str
    answered_at: int
    handled_at: int | None


class OutboxRow(NamedTuple):
    """A reply that was sent, or given up."""

    id: str
    kind: str
    inbox_id: str
    dossier_id: str | None
    agency: str
    recipient: str
    recipient_hash: str
    short_code: str
    template: str
    template_version: str
    params: str
    language: str
    text: str
    alphabet: str
    segments: int
    billing: str
    billing_reason: str
    priority: int
    not_before: int
    valid_until: int
    door: str
    door_pinned: int
    inline: int
    state: str
    hold_reason: str
    dedupe_key: str
    created_at: int
    settled_at: int
    delivery: str | None
    delivery_at: int | None
    attempt: int
    failures: int
    asked_at: int
    code_key: str
    miss: int
    failure: int


class AttemptRow(NamedTuple):
    """One attempt to send."""

    outbox_id: str
    attempt: int
    part: int
    at: int
    door: str
    run: str
    result: str
    reason: str
    telco_id: str
    telco_id_norm: str


class ReceiptRow(NamedTuple):
    """A delivery report; without MT where nobody knows what it speaks of."""

    id: str
    door: str
    telco_id: str
    telco_id_norm: str
    delivery: str
    error: str
    telco_time: int | None
    received_at: int
    outbox_id: str | None


class RawRow(NamedTuple):
    """A request as it came."""

    owner_id: str
    at: int
    request: bytes


class SnapshotRow(NamedTuple):
    """A dossier as an answer was made from it."""

    id: str
    body: bytes


class KeyRow(NamedTuple):
    """What a repeated delivery would be known by."""

    hash: str
    inbox_id: str
    expires_at: int
    taken_at: int


class OptOutRow(NamedTuple):
    """The last choice of a number about automatic messages."""

    sender_hash: str
    dossier_id: str
    opted_out: int
    chosen_by: str
    chosen_at: int


@dataclass(frozen=True, slots=True)
class LogRows:
    """A piece of a log, by table.

    Attributes: named as the tables are.
    """

    inbox: list[InboxRow] = field(default_factory=list)
    outbox: list[OutboxRow] = field(default_factory=list)
    attempt: list[AttemptRow] = field(default_factory=list)
    receipt: list[ReceiptRow] = field(default_factory=list)
    raw_exchange: list[RawRow] = field(default_factory=list)
    case_snapshot: list[SnapshotRow] = field(default_factory=list)
    mo_key: list[KeyRow] = field(default_factory=list)
    opt_out: list[OptOutRow] = field(default_factory=list)

    def by_table(self) -> dict[str, Sequence[tuple[object, ...]]]:
        """The rows by the name of their table."""
        return {table: getattr(self, table) for table in COLUMNS}


COLUMNS = {
    "inbox": InboxRow._fields,
    "outbox": OutboxRow._fields,
    "attempt": AttemptRow._fields,
    "receipt": ReceiptRow._fields,
    "raw_exchange": RawRow._fields,
    "case_snapshot": SnapshotRow._fields,
    "mo_key": KeyRow._fields,
    "opt_out": OptOutRow._fields,
}
"""The columns of each table's rows, in their order."""
