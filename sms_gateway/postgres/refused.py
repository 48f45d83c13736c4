"""What is said of a server that cannot be used; here, for the driver need not be installed."""


class PostgresRefusedError(Exception):
    """This server or this way to it cannot be used; the message says what to do, in one line."""
