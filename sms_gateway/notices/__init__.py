"""Automatic messages: what changed in a dossier is told to its citizen, once and with care.

Enters: the feed of changes (`ports.CaseFeed`) and what the store knows. Leaves: decisions and their
texts, in one commit. `table` says what is told, `deciding` decides, `watch` runs.
"""
