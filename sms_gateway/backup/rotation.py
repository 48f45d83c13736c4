"""The files of a backup folder: their names, the newest, and which go when there are too many."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

_NAME = re.compile(r"sms-gateway-(?P<at>\d{8}T\d{6}Z)\.tar\.gz(?:\.age)?")
_MOMENT = "%Y%m%dT%H%M%SZ"


def name_of(at: datetime, *, sealed: bool) -> str:
    """The name of a backup by the moment that it shows, in UTC."""
    ending = ".tar.gz.age" if sealed else ".tar.gz"
    return f"sms-gateway-{at.astimezone(UTC).strftime(_MOMENT)}{ending}"


def made_at(path: Path) -> datetime | None:
    """The moment that a backup shows, by its name; None for what has another name."""
    match = _NAME.fullmatch(path.name)
    try:
        return match and datetime.strptime(match["at"], _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None


def backups_in(folder: Path) -> Sequence[Path]:
    """The backups of a folder, the newest first; other files are left out.

    Raises:
        OSError: it cannot be read.
    """
    if not folder.is_dir():
        return []
    found = [(at, path) for path in folder.iterdir() if (at := made_at(path))]
    return [path for _at, path in sorted(found, reverse=True)]


def rotate(folder: Path, keep: int) -> Sequence[Path]:
    """Delete all backups of a folder but the newest ones; those that are gone.

    Args:
        folder: only files that are named as backups are looked at.
        keep: how many stay.

    Raises:
        OSError: one cannot be deleted.
    """
    old = backups_in(folder)[keep:]
    for path in old:
        path.unlink()
    return old
