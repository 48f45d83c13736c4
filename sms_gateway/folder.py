"""The data folder: where the databases lie, and the keys of the number hashes."""

import os
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.restores import older_name
from sms_gateway.domain.secret import Secret

NUMBER_KEY = "number-hash"
"""The name of the key of the number hashes, and of its file in `keys/` without the ending."""

_KEY = Path("keys") / f"{NUMBER_KEY}.key"
_KEY_HEX_DIGITS = 64
_OLDER = re.compile(rf"{NUMBER_KEY}-(?P<place>\d{{3,}})-(?P<id>[0-9a-f]{{8}})\.key")


class FolderError(Exception):
    """The data folder cannot be used; the message says what is wrong and what to do."""


def prepare_folder(folder: Path) -> None:
    """Make the data folder and the key of the number hashes, unless they are there.

    Raises:
        FolderError: it cannot be made or written.
    """
    try:
        # Numbers and texts lie here: nobody but the gateway's user looks in.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / _KEY.parent).mkdir(mode=0o700, exist_ok=True)
        if not (folder / _KEY).exists():
            _write(folder / _KEY, new_number_key().value)
    except OSError as error:
        message = f"the data folder {folder} cannot be written: {error.strerror}; make it writable"
        raise FolderError(message) from error
    if not os.access(folder, os.W_OK):
        message = f"the data folder {folder} cannot be written; make it writable"
        raise FolderError(message)


def key_file(folder: Path) -> Path:
    """Where the key of the number hashes lies in a data folder, or would."""
    return folder / _KEY


def new_number_key() -> Secret:
    """A key of the number hashes that nobody had yet."""
    return Secret(secrets.token_hex(_KEY_HEX_DIGITS // 2))


def rotate_number_key(folder: Path, key: Secret) -> None:
    """Hash by another key from now on; the one of before stays beside it as an older one.

    Whenever it is cut off there is a key, and none is lost.

    Args:
        folder: the data folder.
        key: the new one.

    Raises:
        FolderError: there is no key, one is damaged, or it cannot be written.
    """
    before = number_hasher(folder)
    places = [int(match["place"]) for match, _path in _older_files(folder)]
    name = f"{NUMBER_KEY}-{max(places, default=0) + 1:03}-{before.key_id}.key"
    try:
        _write(folder / _KEY.with_name(name), before.key.value)
        _write(folder / _KEY, key.value)
    except OSError as error:
        message = f"{folder / _KEY.parent} cannot be written: {error.strerror}; make it writable"
        raise FolderError(message) from error


def _write(path: Path, key: str) -> None:
    # Written whole before it gets its name: half a key would hash every number differently.
    part = path.with_suffix(".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(key + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    # A name is durable only with its folder, and the hashes made with this key are.
    handle = os.open(part.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def number_key(folder: Path) -> Secret:
    """The key of the number hashes.

    Raises:
        FolderError: there is none, or it is damaged.
    """
    return _read(folder / _KEY)


def number_hasher(folder: Path) -> Hasher:
    """Hashes numbers by the key of today, and finds them by the older ones too.

    Raises:
        FolderError: see `number_key`; or an older one is damaged.
    """
    today = number_key(folder)
    older = []
    for match, path in sorted(_older_files(folder), key=lambda file: file[1].name, reverse=True):
        key = _read(path)
        if Hasher(key).key_id != match["id"]:
            message = f"{path} holds another key than its name says; restore it from its copy"
            raise FolderError(message)
        if key != today and key not in older:
            older.append(key)
    return Hasher(today, tuple(older))


def _older_files(folder: Path) -> Sequence[tuple[re.Match[str], Path]]:
    here = (folder / _KEY.parent).glob(f"{NUMBER_KEY}-*.key")
    return [(match, path) for path in here if (match := _OLDER.fullmatch(path.name))]


def _read(path: Path) -> Secret:
    try:
        text = path.read_text(encoding="ascii").strip()
        bytes.fromhex(text)
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}; run sms-gateway init, or restore it"
        raise FolderError(message) from error
    except ValueError:
        text = ""
    if len(text) != _KEY_HEX_DIGITS:
        message = f"{path} is damaged; restore it from its copy: a new key forgets all citizens"
        raise FolderError(message)
    return Secret(text)


def keys_here(folder: Path) -> Mapping[str, str]:
    """Name of each key that lies in a data folder, to its id; none where one is damaged."""
    try:
        today, *older = number_hasher(folder).each()
    except FolderError:
        return {}
    return {NUMBER_KEY: today.key_id, **older_names([one.key_id for one in older])}


def older_names(ids: Iterable[str]) -> Mapping[str, str]:
    """Name of each older key of the number hashes to its id."""
    return {older_name(NUMBER_KEY, key_id): key_id for key_id in ids}
