"""An embedded installation moves to PostgreSQL, as often interrupted as may be, and nothing twice.

What enters: a database of SQLite that nobody writes, a schema of PostgreSQL that nobody uses, and
the list of their tables. What leaves: the same rows there, counted and compared. It knows tables,
and nothing of messages.
"""
