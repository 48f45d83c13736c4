"""What holds for the whole suite: discreet logs, a loop that never blocks, the real program."""

import io
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from blockbuster import BlockBuster
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from sms_gateway import logs
from tests.log_watch import Private, leaks
from tests.postgres import Postgres, postgres
from tests.real_process import Gateway, Program
from tests.torture.clock_step import COMPILERS

PRIVATE = Private()
PRIVATE.watch()

settings.register_profile("here", deadline=None, max_examples=100)
settings.register_profile("ci", deadline=None, max_examples=100, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

# What the developer's shell says about a gateway is not for the gateways of the tests.
for _name in [name for name in os.environ if name.startswith("SMS_GATEWAY_")]:
    del os.environ[_name]

BLOCKING = BlockBuster("sms_gateway")
for _function in BLOCKING.functions.values():
    # It looks for ~/.pgpass and certificates, once for each connection.
    _function.can_block_in("asyncpg/connect_utils.py", "_parse_connect_arguments")

REAL = ("tests/acceptance/", "tests/peers/", "tests/rehearsal/")
"""Folders whose tests run the real program. Those in a browser have the console in their own."""

TOOLS = {
    "browser": ("chromium", "chromium-browser", "google-chrome"),
    "compiler": COMPILERS,
}
"""Mark to the programs that its tests need, any one of them."""


def tool_of(mark: str) -> str | None:
    """Path of the first program that is there for this mark, or None."""
    names = TOOLS[mark]
    if names[0] in os.environ.get("MISSING_TEST_TOOLS", "").split():
        return None
    return next((path for name in names if (path := shutil.which(name))), None)


class RealProgramOnOneWorker(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Hands out tests one by one, but those of the real program all to the same worker.

    They start processes and measure deadlines, so that two at a time would only disturb each other.
    The scheduler that xdist has for groups finds none under pytest 9.2 (its issue 1386).
    """

    def _split_scope(self, nodeid: str) -> str:
        return "real program" if nodeid.startswith(REAL) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling | None:
    if config.getoption("dist") != "load":
        return None
    return RealProgramOnOneWorker(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for mark, names in TOOLS.items():
        if tool_of(mark) is None and not os.environ.get("CI"):
            skip = pytest.mark.skip(reason=f"not run: {names[0]} is missing on this machine")
            for item in items:
                if item.get_closest_marker(mark):
                    item.add_marker(skip)
    if not os.environ.get("REHEARSAL"):
        _skip_rehearsals(items)


def _skip_rehearsals(items: list[pytest.Item]) -> None:
    """Leave out what needs a program of others; `scripts/rehearse` leaves nothing out."""
    for item in items:
        for mark in item.iter_markers("rehearsal"):
            if shutil.which(mark.args[0]) is None:
                reason = f"not run: {mark.args[0]} is missing; scripts/rehearse wants it"
                item.add_marker(pytest.mark.skip(reason=reason))


def _is_real(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(mark) for mark in ("acceptance", "browser"))


def _fail_on(found: list[str]) -> None:
    if found:
        pytest.fail("the log holds what it must not:\n" + "\n".join(found[:10]), pytrace=False)


@pytest.fixture
def private() -> Callable[[str], None]:
    """Tell the log check a text or secret that no log may hold, where no door reads it in here."""
    return PRIVATE.note


@pytest.fixture(autouse=True)
def captured_logs() -> Iterator[io.StringIO]:
    """The log of this test, as JSON lines; an unlisted field is a fault, and so is a leak."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    access = logging.getLogger("aiohttp.access")
    state = access.disabled, access.propagate
    known = set(PRIVATE.words)
    stream = io.StringIO()
    logs.configure("debug", "json", stream, strict=True)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    access.disabled, access.propagate = state
    structlog.reset_defaults()
    words = set(PRIVATE.words)
    PRIVATE.words.intersection_update(known)
    _fail_on(leaks(stream.getvalue(), words))


@pytest.fixture(autouse=True)
def _loop_never_blocks(request: pytest.FixtureRequest) -> Iterator[None]:
    """A blocking call of ours inside a running loop fails the test that made it."""
    if _is_real(request.node):
        yield  # the code under test runs in another process
        return
    BLOCKING.activate()
    try:
        yield
    finally:
        BLOCKING.deactivate()


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as `init --samples` leaves it; copy it, never write to it."""
    folder = tmp_path_factory.mktemp("samples")
    program = Program(folder)
    done = program.run("init", "--samples", data=folder / "var")
    assert done.returncode == 0, done.stderr
    _fail_on(leaks(program.output))
    return folder / "var"


@pytest.fixture
def program(tmp_path: Path, samples: Path) -> Iterator[Program]:
    """The real program: call it to start a gateway, `run` it for any other command."""
    program = Program(tmp_path, samples)
    yield program
    statuses = program.end()
    _fail_on(leaks(program.output, PRIVATE.words))
    assert not any(statuses), f"ended with {statuses} when asked to stop:\n{program.output[-2000:]}"


@pytest.fixture
def gateway(program: Program) -> Gateway:
    """A running gateway with the settings of this repository and the sample dossiers."""
    return program()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A PostgreSQL server for what cuts no power; ask it for a `database` of your own."""
    with postgres() as server:
        yield server


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser for tests marked `browser`."""
    path = tool_of("browser")
    assert path, "chromium is missing: install it, or run without CI=true to skip these tests"
    return path
