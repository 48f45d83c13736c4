"""All that the console and the command line may ask of this room."""

from sms_gateway.access.own import OwnAccount
from sms_gateway.access.people import People
from sms_gateway.access.provided import SigningInProvided


class Access(SigningInProvided, People, OwnAccount):
    """Who is signed in, who may sign in, and what people change of themselves.

    Args:
        store: where it is written down.
        around: what it works with.
    """
