"""The bench: runs the gateway as a user would, and prints what it did, with the conditions.

What enters: options, see `__main__`. What leaves: lines for people, and the same as JSON. `place`
makes settings and data, `gateway` and `telco` are the two ends, `saturation` and `open_loop` load
them, `pipeline` leaves the sockets away, `growth` compares a full log with an empty one, and
`figures` does the arithmetic.
"""
