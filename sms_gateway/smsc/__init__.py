"""A telco's SMSC, simulated, for people who have none and for tests.

What enters: who may bind, how to behave, and texts of made-up or test numbers. What leaves: the
texts as deliver_sm to whoever is bound, answers and receipts as told, a line for each event, and
figures at the end. It keeps nothing, and texts and numbers are shown in full: never give it those
of real people.
"""
