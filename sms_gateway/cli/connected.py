"""Whether gateways are connected to a database server."""

import asyncio

from sms_gateway.cli.group import Fault
from sms_gateway.domain.secret import Secret
from sms_gateway.store.opening import postgres


def refuse_connected(url: Secret) -> None:
    """See that no gateway is.

    Raises:
        Fault: one is.
        DriverMissingError, and what opening the store raises.
    """
    if asyncio.run(postgres().look(url)).gateways:
        message = "gateways are connected to the database: stop all nodes first"
        raise Fault(message)
