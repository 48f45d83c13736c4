"""Signatures of calls, one module per scheme.

What enters: a call, the moment, and secrets that are valid at once. What leaves: whether one of
them signed it. All comparisons take their full time; every secret is tried.
"""
