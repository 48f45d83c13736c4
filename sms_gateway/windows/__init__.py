"""Incident windows: look-ups are interrupted, or will be, and people are told.

Enters: what staff write down, and the windows that the store keeps. Leaves: look-ups that say
`Stale` or `Unavailable` while a window stands, and that a planned one waits to be announced.
"""
