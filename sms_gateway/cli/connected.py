"""Whether gateways are connected to a database server."""

import asyncio
from pathlib import Path

from sms_gateway.cli.group import Fault
from sms_gateway.domain.secret import Secret
from sms_gateway.store.opening import postgres


def refuse_connected(url: Secret) -> None:
    """See that no gateway is.

    Raises:
        Fault: one is.
        DriverMissingError, and what opening the store raises.
    """
    if asyncio.run(connected(url)):
        message = "gateways are connected to the database: stop all nodes first"
        raise Fault(message)


async def connected(at: Path | Secret) -> bool:
    """Whether a gateway is; never to a file, which belongs to whoever asks.

    Raises:
        what `refuse_connected` raises, but for the Fault.
    """
    if isinstance(at, Path):
        return False
    dialect = await asyncio.to_thread(postgres)
    return bool((await dialect.look(at)).gateways)
