"""A case database of somebody else's that is asked in SQL, by two SELECTs of the operator's.

What enters: numbers, or a moment. What leaves: rows as named texts (`cases.remote.Told`), or why
there are none. It reads in a transaction that is read only where the database has such, and ends
each with a rollback.
"""

from sms_gateway.cases.sql.remote import Around, SqlRemote, open_sql

__all__ = ["Around", "SqlRemote", "open_sql"]
