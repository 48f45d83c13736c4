"""The API for other systems: messages, how they ended, sending, and webhooks that tell of them.

What enters: calls under `/api/v1/` at the staff's listener, with a token. What leaves: JSON, texts
that wait to be sent, and signed calls to allowed networks. A token that is limited to agencies
sees and sends theirs alone; another agency's message is answered like one that does not exist.
"""
