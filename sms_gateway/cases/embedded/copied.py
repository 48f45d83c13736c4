"""The tables of dossiers, as whoever moves all of them must know them."""

from sms_gateway.copying.plan import Database, Table
from sms_gateway.sql.migrations import load_migrations

SCHEMA = "sms_gateway_cases"

_IMPORTS = Table("import_run", ("number",))


def dossiers() -> Database:
    """All of them; reads the steps of both schemas."""
    return Database(
        file="cases.db",
        schema=SCHEMA,
        here=load_migrations("sms_gateway.cases.embedded.sqlite.migrations"),
        there=load_migrations("sms_gateway.cases.embedded.postgres.migrations"),
        tables=(
            Table("dossier", ("number",)),
            Table("dossier_number", ("key", "dossier")),
            Table("dossier_phone", ("dossier", "role", "address")),
            Table("dossier_state", ("number",)),
            _IMPORTS,
            Table("feed_cursor", ("name",)),
            Table("unknown_state", ("source", "word")),
            Table("staged", ("place",)),
        ),
        changed_with=_IMPORTS,
    )
