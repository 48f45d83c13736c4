"""Everything the store does, written once for every dialect.

What enters: `Statements` of a dialect, inside or outside a transaction, and rows in the words of
the trade. What leaves: the same words. A dialect has its own .sql with the same names.
"""
