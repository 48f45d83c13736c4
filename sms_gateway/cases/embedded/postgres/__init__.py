"""The dossiers on PostgreSQL, in a schema of their own, for any number of nodes.

What enters: a URL. What leaves: `Tables`. Nothing else in this room imports asyncpg, which the
extra `postgres` brings.
"""
