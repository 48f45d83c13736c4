"""The tables of the message store, as whoever moves all of it must know them."""

from sms_gateway.copying.plan import Database, Table
from sms_gateway.sql.migrations import load_migrations
from sms_gateway.store.sqlite.opening import MIGRATIONS

SCHEMA = "sms_gateway"
FILE = "gateway.db"

_RUNS = Table("node", ("run",))
_TABLES = (
    _RUNS,
    Table("door_state", ("door",)),
    Table("restore_hold", ("name",)),
    Table("key_use", ("name",)),
    Table("citizen", ("sender_hash",)),
    Table("opt_out", ("sender_hash", "dossier_id")),
    Table("inbox", ("id",)),
    Table("inbox_part", ("id",)),
    Table("mo_key", ("hash",)),
    Table("raw_exchange", ("owner_id",)),
    Table("refused", ("door", "body_hash")),
    Table("case_snapshot", ("id",)),
    Table("outbox", ("id",)),
    Table("attempt", ("outbox_id", "attempt", "part")),
    Table("receipt", ("id",)),
    Table("audit", ("id",)),
    Table("audit_head", ("name",)),
    Table("audit_anchor", ("first",)),
    Table("incident", ("id",)),
    Table("traffic", ("door", "probe", "hour")),
    Table("legal_hold", ("kind", "value")),
    Table("purge_mark", ("name",)),
    Table("purge_left", ("name", "id")),
    Table("purge_count", ("what",)),
    Table("calendar_day", ("day",)),
    Table("rules", ("kind", "name")),
    Table("complaint", ("id",)),
    Table("test_case", ("id",)),
    Table("template_version", ("id",)),
    Table("subscription", ("sender_hash", "dossier_id")),
    Table("follow_up", ("mo_id",)),
    Table("survey", ("dossier_id",)),
    Table("notice_mark", ("name",)),
    Table("notice", ("id",)),
    Table("incident_window", ("id",)),
    Table("late_cause", ("dossier_id", "place")),
    Table("staff", ("id",)),
    Table("staff_session", ("id",)),
    Table("staff_invite", ("staff_id",)),
    Table("staff_attempt", ("name",)),
    Table("saved_view", ("id",)),
    Table("citizen_order", ("sender_hash",)),
    Table("api_token", ("id",)),
    Table("webhook", ("id",)),
    Table("webhook_event", ("webhook", "event", "message")),
    Table("webhook_mark", ("name",)),
    Table("webhook_wait", ("mo_id",)),
    Table("webhook_late", ("receipt_id",)),
)
MADE_AGAIN = frozenset({"text_word", "word_part", "word_mark"})
"""What is not copied: the words of texts are written down anew by whoever serves the copy."""


def messages() -> Database:
    """All of them; reads the steps of both schemas."""
    return Database(
        file=FILE,
        schema=SCHEMA,
        here=load_migrations(MIGRATIONS),
        there=load_migrations("sms_gateway.store.postgres.migrations"),
        tables=_TABLES,
        changed_with=_RUNS,
    )
