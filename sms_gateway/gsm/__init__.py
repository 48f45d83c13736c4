"""Text as the radio carries it: alphabets, septets, segments, and letters without marks.

Unicode text enters; what leaves is its alphabet and length, its cut into segments, its octets, or
the same text in letters that a telco and an old handset can carry. Pure; imports nothing of ours,
only the standard library and anyascii (which is a table).
"""
