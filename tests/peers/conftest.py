"""One Kannel with its gateway for all its tests; each test brings citizens of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.log_watch import leaks
from tests.peers import kannel as kannel_itself
from tests.real_process import Program


@pytest.fixture(scope="session")
def kannel(
    samples: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[kannel_itself.Kannel]:
    """Kannel before a running gateway and beside it."""
    folder = tmp_path_factory.mktemp("kannel")
    program = Program(folder, samples)
    try:
        with kannel_itself.kannel(program, folder) as opened:
            yield opened
    finally:
        statuses = program.end()
    assert not any(statuses), f"ended with {statuses}:\n{program.output[-2000:]}"
    assert not leaks(program.output), leaks(program.output)
