"""The API for other systems: messages, how they ended, and sending.

What enters: calls under `/api/v1/` at the staff's listener, with a token. What leaves: JSON, and
texts that wait to be sent. A token that is limited to agencies sees and sends theirs alone;
another agency's message is answered like one that does not exist.
"""
