"""What to answer: the text of a citizen comes in, an intent leaves, and later a reply.

`keywords.parse` turns the decoded text of an MO and the grammar of its short code into one
`Intent` with candidate keys, best first. What the keys belong to is asked by `intake`; this room
reads no file, no clock and no network, so that the same text always means the same.
"""
