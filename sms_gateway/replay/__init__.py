"""Past texts by other rules: what would be understood otherwise, and is that better or worse?

Texts of the log come in, page by page, and what was or is understood of them; what leaves are
those that would be understood otherwise, with counts. Nothing is written, sent or counted against
a number. `synonyms` lets a word of staff in only when no text of the last weeks gets worse by it.
"""
