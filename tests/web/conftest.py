"""The HTTP shell, served."""

from collections.abc import AsyncIterator

import pytest

from tests.web.web_desk import WebDesk, served


@pytest.fixture
async def desk() -> AsyncIterator[WebDesk]:
    """A shell without proxies before it."""
    async with served() as desk:
        yield desk
