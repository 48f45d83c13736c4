"""An import on its way: through the service or directly, with a progress bar."""

import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sms_gateway.cases.embedded import EmbeddedDirectory, Row, open_embedded
from sms_gateway.cases.embedded.upload import lines_of, load_rows
from sms_gateway.cli.changing import RunningService, change, myself, open_commands
from sms_gateway.cli.group import Fault
from sms_gateway.cli.progress import progress_of
from sms_gateway.clock import SystemClock
from sms_gateway.commands import CommandError, ImportOrder
from sms_gateway.domain.secret import Secret
from sms_gateway.settings import Settings

_QUIET_BELOW = 5_000  # dossiers: what is over in a moment needs no progress


def import_rows(settings: Settings, order: ImportOrder, rows: Sequence[Row]) -> Mapping[str, int]:
    """Import dossiers; the counts by their names.

    Raises:
        CommandError, LockHeldError, and what opening the databases raises.
        Fault: it was stopped with Ctrl-C; says what becomes of it.
    """
    quiet = len(rows) < _QUIET_BELOW
    with progress_of("importing", quiet=quiet) as shown, _stoppable(settings) as far:

        def progress(done: int, of: int) -> None:
            far.staged = 2 * done >= of
            shown(done, of)

        def through(service: RunningService) -> Mapping[str, int]:
            far.served = True
            last: Mapping[str, Mapping[str, int]] = {}
            for answer in service.stream("POST", "/cases/import", lines_of(order, rows)):
                last = answer
                if "done" in answer:
                    progress(answer["done"], answer["of"])
            if "report" not in last:
                raise CommandError(_CUT_OFF)
            return last["report"]

        async def directly() -> Mapping[str, int]:
            async with (
                open_commands(settings) as commands,
                open_directory(settings, writable=True) as directory,
            ):
                return await commands.import_cases(
                    order,
                    myself(),
                    lambda: load_rows(directory, rows, progress, replace=order.replace),
                )

        return change(settings, through, directly)


@dataclass(slots=True)
class _Far:
    """How far an import has come.

    Attributes:
        shared: several gateways may use these dossiers.
        served: a running service does it.
        staged: all its dossiers are staged, so that it cannot be dropped any more.
    """

    shared: bool
    served: bool = False
    staged: bool = False


@contextlib.contextmanager
def _stoppable(settings: Settings) -> Iterator[_Far]:
    far = _Far(isinstance(settings.cases_at, Secret))
    try:
        yield far
    except KeyboardInterrupt:
        later = far.shared and far.staged and not far.served
        raise Fault(_SOON if later else _STOPPED[far.served, far.staged]) from None


_STOPPED = {
    (True, True): "the gateway goes on with this import: see the event cases.imported in its log",
    # The service may have been a little further than it has told.
    (True, False): "stopped: nothing is imported, unless the gateway's log says cases.imported",
    (False, True): "stopped in the middle: the gateway finishes this import when it starts, "
    "or the next import does",
    (False, False): "stopped: nothing is imported",
}
"""By whether it was served and staged, what became of an import that was stopped."""

_SOON = (
    "stopped in the middle: a gateway finishes this import within a minute, or the next import does"
)
"""The same where several gateways may use the dossiers."""

_CUT_OFF = (
    "the service ended before the import did: start it, it finishes what it had begun; then import "
    "the file again to be sure"
)


@contextlib.asynccontextmanager
async def open_directory(settings: Settings, *, writable: bool) -> AsyncIterator[EmbeddedDirectory]:
    """Our own dossiers, which are also the copy of somebody else's.

    Args:
        settings: see there.
        writable: this process owns the data folder; otherwise it only looks.

    Raises:
        CaseTablesError: they cannot be opened.
    """
    at, limit = settings.cases_at, settings.cases.timeout_s
    async with open_embedded(at, SystemClock(), writable=writable, time_limit=limit) as directory:
        yield directory
