"""The composition root: opens everything in order, runs it, closes it in reverse.

A lost telco or a lost store is weather and handled where it happens; any other exception that
escapes a loop is a bug, ends the process with a non-zero status, and loses nothing, because what
was acknowledged is on disk.
"""

from sms_gateway.service.about import VERSION, node_of
from sms_gateway.service.doors import open_doors
from sms_gateway.service.opening import open_gateway
from sms_gateway.service.running import serve
from sms_gateway.service.wiring import Gateway

__all__ = ["VERSION", "Gateway", "node_of", "open_doors", "open_gateway", "serve"]
