"""What the kernel has sent, by its own count: a small PDU leaves before the one before it is acked.

Nagle's algorithm (RFC 896) would hold it back until the ACK, which a peer delays by 40 ms or more.
"""

import socket
import struct
import sys

import pytest

from sms_gateway.smpp import pdus
from tests.smpp.smsc import Listening, listening
from tests.smpp.test_connection import connected

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="TCP_INFO is laid out by Linux")

# struct tcp_info of linux/tcp.h: eight octets, then numbers of 32 bits; this is the fifth of them.
_UNACKED_AT = 8 + 4 * 4
_PAIRS = 4  # within the window


def unacked(found: socket.socket) -> int:
    """How many segments have left and are not acked."""
    info = found.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
    return int(struct.unpack_from("=I", info, _UNACKED_AT)[0])


async def most_on_their_way(to: Listening, *, no_delay: bool) -> int:
    """Two small PDUs, written one behind the other: how many segments are on their way at most."""
    most = 0
    async with connected(to) as (esme, smsc):
        transport = esme.connection._transport  # noqa: SLF001 - the kernel is asked about its socket
        assert transport is not None
        ours, theirs = (one.get_extra_info("socket") for one in (transport, smsc.writer))
        if not no_delay:
            ours.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 0)
        for _ in range(_PAIRS):
            theirs.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 0)
            for token in ("first", "second"):
                esme.submit(token)
                esme.connection._send()  # noqa: SLF001 - as in a loop turn of its own
            most = max(most, unacked(ours))
            assert [type(await smsc.next()) for _ in range(2)] == [pdus.SubmitSm] * 2
    return most


async def test_a_second_small_pdu_leaves_before_the_first_is_acked() -> None:
    async with listening() as to:
        assert await most_on_their_way(to, no_delay=True) == 2


async def test_with_the_algorithm_it_would_wait_for_the_ack() -> None:
    async with listening() as to:
        assert await most_on_their_way(to, no_delay=False) == 1
