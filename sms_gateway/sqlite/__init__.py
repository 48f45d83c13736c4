"""SQLite as this house uses it: one hop per piece of work, named statements, numbered migrations.

What enters: a path and a folder of .sql files. What leaves: connections that run a whole function
in their own thread. Used by `store.sqlite` and `cases.embedded`; knows nothing of messages.
"""
