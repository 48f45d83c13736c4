"""Who calls, and how it is proved: networks, tokens, signatures.

What enters: an address, a header, octets that are signed. What leaves: whether they are those of
somebody who may call. Rooms that take calls share this, and so does the one that makes some.
"""
