"""The data folder: where the databases lie, and the key of the number hashes."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.secret import Secret

NUMBER_KEY = "number-hash"
"""The name of the key of the number hashes, and of its file in `keys/` without the ending."""

_KEY = Path("keys") / f"{NUMBER_KEY}.key"
_KEY_HEX_DIGITS = 64


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
            _write_key(folder)
    except OSError as error:
        message = f"the data folder {folder} cannot be written: {error.strerror}; make it writable"
        raise FolderError(message) from error
    if not os.access(folder, os.W_OK):
        message = f"the data folder {folder} cannot be written; make it writable"
        raise FolderError(message)


def _write_key(folder: Path) -> None:
    # Written whole before it gets its name: half a key would hash every number differently.
    part = folder / _KEY.with_suffix(".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(_KEY_HEX_DIGITS // 2) + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.rename(folder / _KEY)
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
    path = folder / _KEY
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
    """Name of each key that lies in a data folder, to its id; damaged ones are left out."""
    try:
        return {NUMBER_KEY: Hasher(number_key(folder)).key_id}
    except FolderError:
        return {}
