"""PostgreSQL as this house uses it: connections that notice a dead peer, migrations, placeholders.

What enters: an address and a schema. What leaves: asyncpg connections. Used by `store.postgres` and
`cases.embedded`; knows nothing of messages.
"""
