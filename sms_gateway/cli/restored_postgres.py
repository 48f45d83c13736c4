"""`restore` where the messages are to lie on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from secrets import randbits

from sms_gateway.backup.contents import Databases
from sms_gateway.backup.copying import check_database
from sms_gateway.backup.manifest import CASES, CASES_DUMP, STORE_DUMP, BackupError, Manifest
from sms_gateway.backup.postgres.programs import Programs
from sms_gateway.backup.postgres.restoring import Place, check_empty, restore_dumps
from sms_gateway.backup.restoring import (
    check_nothing_is_there,
    give_name,
    prepared,
    take_apart,
)
from sms_gateway.cases.embedded.dialects import migrate_cases
from sms_gateway.cli.changing import myself
from sms_gateway.cli.restored import Restored
from sms_gateway.clock import SystemClock
from sms_gateway.domain.ids import RunId
from sms_gateway.domain.restores import HeldBack, HoldOrder
from sms_gateway.domain.secret import Secret
from sms_gateway.domain.uuid7 import Uuid7
from sms_gateway.settings import Settings
from sms_gateway.store.sqlite.lock import data_lock


def restore_server(
    settings: Settings, store: Secret, identities: Sequence[Path], file: Path
) -> Restored:
    """Put a backup of PostgreSQL into the empty databases that the settings name.

    Raises:
        BackupError: see `restore_dumps` and `take_apart`; or the dossiers have no place here.
        LockHeldError: another process owns the data folder.
        what the databases raise.
    """
    cases = settings.cases_at
    programs = Programs(settings.programs_path)
    place = Place(store, cases if isinstance(cases, Secret) else None, programs)
    folder = settings.data_path
    files = Databases(
        folder / STORE_DUMP, cases if isinstance(cases, Path) else folder / CASES_DUMP
    )
    asyncio.run(check_empty(place))
    check_nothing_is_there(files)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with data_lock(folder / "gateway.db"), prepared(files) as copies:
        places = _places(cases, copies)
        manifest = take_apart(file, identities, "postgres", places, copies.store)
        if manifest.files.keys() - places.keys():
            raise BackupError(_ELSEWHERE)
        beside: AbstractAsyncContextManager[None] = nullcontext()
        if CASES in manifest.files:
            check_database(places[CASES])
            asyncio.run(migrate_cases(places[CASES], SystemClock().milliseconds()))
            beside = _file_in_place(places[CASES], files)
        held = _restored(place, places, manifest, beside)
    where = "the database of store.url"
    return Restored(where, manifest.made_at, manifest.newest, manifest.keys, held)


_ELSEWHERE = (
    "cases.url names another kind of database than the dossiers of this backup come from: change "
    "it for the restore"
)


def _places(cases: Path | Secret, copies: Databases) -> Mapping[str, Path]:
    """Name in the archive to where it lies open in the meantime."""
    name = CASES if isinstance(cases, Path) else CASES_DUMP
    both = {STORE_DUMP: copies.store, name: copies.cases}
    return {name: path for name, path in both.items() if path is not None}


@asynccontextmanager
async def _file_in_place(ready: Path, files: Databases) -> AsyncIterator[None]:
    """Dossiers in a file have their name within the block, and keep it where that succeeds."""
    path = files.places()[CASES]
    await asyncio.to_thread(give_name, ready, path)
    try:
        yield
    except BaseException:
        await asyncio.to_thread(path.unlink)
        raise


def _restored(
    place: Place,
    dumps: Mapping[str, Path],
    manifest: Manifest,
    beside: AbstractAsyncContextManager[None],
) -> HeldBack:
    clock = SystemClock()
    order = HoldOrder(clock.now(), myself(), manifest.made_at)
    run = RunId(Uuid7(clock.milliseconds, randbits)())
    there = {name: path for name, path in dumps.items() if name in manifest.files}
    return asyncio.run(restore_dumps(place, there, manifest, order, run, beside))
