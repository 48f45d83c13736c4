"""Backups: the databases as one file with checksums, and back again.

What enters: the databases beside a running service. What leaves: one archive, perhaps encrypted;
and, from an archive, databases that hold back what they would send. Keys are never in it.
"""
