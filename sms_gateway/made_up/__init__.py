"""Made-up dossiers and messages in any number, for measuring and trying out.

What enters: a seed and how many. What leaves: dossiers as the embedded case directory takes them,
and a finished log as rows of the store's tables, the same for every dialect. The same arguments
give the same rows. Nothing here writes. Whoever looks at such a row sees that it is made up: its
texts say so.
"""
