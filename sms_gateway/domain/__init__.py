"""The words of the trade, as values: numbers, messages, dossiers, outcomes.

Nothing enters and nothing leaves: every other room speaks in these types. Pure; imports only
`gsm` and the standard library (and phonenumbers, which is a table, and msgspec, which makes values
cheap).
"""
