"""What is kept no longer than the law and the settings say (domain 5), and what is held back.

What enters: the settings' months, a clock, and a store that purges batch by batch. What leaves:
counts, and lines of the audit. Answers go first: the busier the store, the longer a purge rests.
"""
