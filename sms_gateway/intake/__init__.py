"""From "the telco called" to "it is written down" to "it is answered".

A door's items enter `accept`; what leaves is one result per item for the door's response, and in
the store an outcome for every MO. Nothing here calls upstream: answers wait in the store.
"""
