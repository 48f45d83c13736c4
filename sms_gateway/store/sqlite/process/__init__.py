"""The writing connection in a process of its own.

Python runs one thread at a time: while SQLite's rows are made and bound, no text is read and none
is answered. In its own process the writer takes the other core.
"""
