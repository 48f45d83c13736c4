"""Staff of the real process sign in by a provider."""

import asyncio
from functools import partial

import pytest

from sms_gateway.clock import SystemClock
from sms_gateway.console.places import PROVIDER
from tests.acceptance.test_console import Browser
from tests.oidc.provider_stub import CLIENT, SECRET, provider_stub
from tests.real_process import Program

pytestmark = pytest.mark.acceptance


async def test_who_was_added_for_the_provider_comes_in_by_it(program: Program) -> None:
    async with provider_stub(SystemClock().now) as stub:
        env = {
            "SMS_GATEWAY_CONSOLE__BASE_URL": "http://127.0.0.1:8081",
            "SMS_GATEWAY_CONSOLE__OIDC__ISSUER": stub.url,
            "SMS_GATEWAY_CONSOLE__OIDC__CLIENT_ID": CLIENT,
            "SMS_GATEWAY_CONSOLE__OIDC__SECRET": SECRET,
        }
        gateway = await asyncio.to_thread(partial(program, env=env))
        add = partial(program.run, "staff", "add", "an", "--name", "An", "--role", "clerk")
        done = await asyncio.to_thread(partial(add, "--no-link", data=gateway.data, env=env))
        assert (done.returncode, done.stdout) == (0, "an added\n")
        browser = Browser(gateway.url)
        left, _ = await asyncio.to_thread(browser.call, f"{PROVIDER}?next=/console/messages")
        back = stub.back(left.headers["Location"])
        came, _ = await asyncio.to_thread(browser.call, back)
        assert (came.status, came.headers["Location"]) == (303, "/console/messages")
        page, _ = await asyncio.to_thread(browser.call, "/console/messages")
        assert page.status == 200
        # The same answer again, in the name of the same browser.
        again, _ = await asyncio.to_thread(browser.call, back)
        assert (again.status, again.headers["Location"]) == (303, "/console/")
        assert await asyncio.to_thread(gateway.stop) == 0
        assert stub.subject not in gateway.output
        assert SECRET not in gateway.output
