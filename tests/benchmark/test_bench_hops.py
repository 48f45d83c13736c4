"""Stacks of a sampling profiler are summed up by what a message goes through."""

import pytest

from scripts.benchmark.hops import shares

SERVE = "process 7;serve (sms_gateway/cli/serve.py:9)"
CALL = f"{SERVE};answer (sms_gateway/web/webhooks.py:1)"
WRITER = f"{SERVE};process 8;serve (sms_gateway/store/sqlite/process/__main__.py:73)"


def test_a_stack_counts_for_the_hop_that_it_is_in() -> None:
    lines = [
        f"{CALL};_write (aiohttp/http_writer.py:5) 3\n",
        f"{CALL};read (sms_gateway/channels/http/x.py:2) 1\n",
        f"{SERVE};run (uvloop/__init__.py:1) 2\n",
        f"{WRITER};SqliteDatabase.transaction (sms_gateway/store/sqlite/driver.py:88) 4\n",
    ]
    assert dict(shares(lines)) == {
        "writer: commit": pytest.approx(0.4),
        "octets out": pytest.approx(0.3),
        "event loop": pytest.approx(0.2),
        "door: call read, reply and result put into its words": pytest.approx(0.1),
    }
