"""The dossiers in a SQLite file of their own: imports and messages never wait for each other.

What enters: a path. What leaves: `Tables`, whose acts run to their end in a connection's thread.
"""
