"""Doors to case databases, one folder each; strangers to one another but for the embedded one.

What enters: canonical keys, in batches. What leaves: for each key what the case database says of
it, as a value of `domain.dossier.CaseLookup`. The embedded one holds the dossiers of imports, and
is the copy of everybody else's: those are a `remote.Remote` each, with `remembering` before it and
`polling` beside it. A new one is a folder here and a line in `opening.open_remote`.
"""
