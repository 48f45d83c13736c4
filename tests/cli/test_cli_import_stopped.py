"""Ctrl-C on `cases import`: one line says what became of the import."""

import signal
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from sms_gateway.cases.embedded.sqlite.opening import SqliteTables
from sms_gateway.cli import importing
from sms_gateway.cli.changing import Answer, RunningService
from tests.cli.conftest import CONFIG, Command, one_line

SAMPLES = str(CONFIG / "samples" / "q3-2017.csv")


def _stopped(
    answers: list[Answer], cli: Command, data: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """What the command says that is stopped after these answers of a running gateway."""

    def stream(_service: RunningService, *_question: object) -> Iterator[Answer]:
        yield from answers
        raise KeyboardInterrupt

    monkeypatch.setattr("sms_gateway.cli.changing.running_service", RunningService)
    monkeypatch.setattr(RunningService, "stream", stream)
    return one_line(cli("cases", "import", SAMPLES, data=data))


@pytest.mark.parametrize("done", [[], [{"done": 0, "of": 66}], [{"done": 32, "of": 66}]])
def test_an_import_that_is_stopped_while_it_is_staged_is_dropped(
    done: list[Answer], cli: Command, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = _stopped(done, cli, data, monkeypatch)
    assert said == "stopped: nothing is imported, unless the gateway's log says cases.imported"


@pytest.mark.parametrize("done", [33, 40])
def test_with_an_import_that_cannot_be_dropped_any_more_the_gateway_goes_on(
    done: int, cli: Command, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = _stopped([{"done": done, "of": 66}], cli, data, monkeypatch)
    assert said == "the gateway goes on with this import: see the event cases.imported in its log"


@pytest.fixture
def stop_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """Ctrl-C once so many steps of work are done, whatever runs these tests has made of it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def stop(at: int) -> None:
        def told(done: int, _of: int) -> None:
            if done >= at:
                signal.raise_signal(signal.SIGINT)

        monkeypatch.setattr(importing, "progress_of", lambda _label, quiet: nullcontext(told))  # noqa: ARG005  # its signature

    monkeypatch.setattr(SqliteTables, "step", 10)
    yield stop
    signal.signal(signal.SIGINT, before)


LATER = "the gateway finishes this import when it starts, or the next import does"


@pytest.mark.parametrize(
    "at, said, there",
    [
        (1, "stopped: nothing is imported", False),
        (33, f"stopped in the middle: {LATER}", True),
        (34, f"stopped in the middle: {LATER}", True),
    ],
    ids=["staging", "half", "merging"],
)
def test_without_a_gateway_a_stopped_import_is_dropped_or_finished_later(
    at: int,
    said: str,
    *,
    there: bool,
    cli: Command,
    data: Path,
    stop_at: Callable[[int], None],
) -> None:
    (data / "cases.db").unlink()
    stop_at(at)
    assert one_line(cli("cases", "import", SAMPLES, data=data)) == said
    stop_at(100)
    again = cli("cases", "import", SAMPLES, data=data).stdout
    assert ("33 unchanged" if there else "33 new") in again
