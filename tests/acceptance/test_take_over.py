"""One of two doors of a telco goes down: what becomes of replies to the texts that came by it."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.acceptance.house import open_house
from tests.acceptance.smsc import ANSWER, ASKED, Smsc, free_port, number, smsc

pytestmark = [pytest.mark.acceptance, pytest.mark.asyncio(loop_scope="session")]

STATES = "SELECT state FROM outbox WHERE recipient LIKE '%' || ?"


def door(name: str, port: int) -> dict[str, str]:
    at = f"SMS_GATEWAY_DOORS__{name}__"
    return {
        f"{at}KIND": "smpp",
        f"{at}HOST": "127.0.0.1",
        f"{at}PORT": str(port),
        f"{at}SYSTEM_ID": "office",
        f"{at}PASSWORD": "secret",
        f"{at}THROTTLED_REST_S": "0.1",
        f"{at}TIMERS__RECONNECT_S": "0.1",
        f"{at}TIMERS__RECONNECT_MOST_S": "0.1",
    }


def telco(name: str, ports: tuple[int, int], reply_by: str) -> dict[str, str]:
    """A telco with two doors."""
    first, second = f"{name}1", f"{name}2"
    at = f"SMS_GATEWAY_TELCOS__{name.upper()}__"
    said = {f"{at}DOORS": f"{first},{second}", f"{at}REPLY_BY": reply_by}
    return said | door(first.upper(), ports[0]) | door(second.upper(), ports[1])


@contextmanager
def two_smscs(ports: tuple[int, int]) -> Iterator[tuple[Smsc, Smsc]]:
    """The first one takes no reply for now."""
    with ExitStack() as stack:
        first = stack.enter_context(smsc(ports[0], "--throttle", "100%"))
        yield first, stack.enter_context(smsc(ports[1]))


async def goes_down_with_a_reply(first: Smsc, who: str) -> None:
    """A text comes in by it, its reply is not taken, and then the line is gone."""
    await first.prints("bind as transceiver")
    first.type(f"{who} {ASKED}")
    await first.prints(f"^reply   8083 > {who}")
    assert await asyncio.to_thread(first.stop) == 0


async def test_a_reply_leaves_by_the_other_door_where_the_telco_takes_it_by_any(
    tmp_path: Path, samples: Path
) -> None:
    """And waits for its own door where the settings do not say so."""
    freed, bound = (free_port(), free_port()), (free_port(), free_port())
    env = telco("free", freed, "any") | telco("tied", bound, "same")
    moved, stays, after = number(), number(), number()
    async with open_house(tmp_path, samples, env=env) as house:
        with two_smscs(freed) as (free1, free2), two_smscs(bound) as (tied1, tied2):
            await free2.prints("bind as transceiver")
            await tied2.prints("bind as transceiver")
            await goes_down_with_a_reply(tied1, stays)
            await goes_down_with_a_reply(free1, moved)
            await free2.prints(f"^reply   8083 > {moved}  {ANSWER}")
            await house.until(("accepted",), STATES, moved)
            # The tied door went down before the free one, and all that could move has moved.
            tied2.type(f"{after} {ASKED}")
            await tied2.prints(f"^reply   8083 > {after}  {ANSWER}")
            assert tied2.count(f"reply   8083 > {stays}") == 0
            assert house.rows(STATES, stays) == [("queued",)]
            with smsc(bound[0]) as again:
                await again.prints(f"^reply   8083 > {stays}  {ANSWER}")
                await house.until(("accepted",), STATES, stays)
