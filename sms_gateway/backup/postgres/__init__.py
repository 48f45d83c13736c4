"""Backups of messages and dossiers on PostgreSQL, by its own pg_dump and pg_restore.

What enters: the URL of a database. What leaves: the dump of a schema, counted; and, from a dump, a
schema in an empty database that holds back what it would send.
"""
