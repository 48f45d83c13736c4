"""Encryption to age recipients (age-encryption.org), by pyrage, which is the extra `age`."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import BinaryIO

from sms_gateway.backup.manifest import BackupError, Sink

MAGIC = b"age-encryption.org/v1"
"""How each age file begins."""

_MAX_IDENTITY_FILE = 64 * 1024


class _Out:
    """Passes octets on; keeps what goes wrong, because pyrage may not tell of it."""

    def __init__(self, file: Sink) -> None:
        self._file = file
        self.error: OSError | None = None

    def write(self, octets: bytes) -> int:
        try:
            self._file.write(octets)
        except OSError as error:
            self.error = error
            raise
        return len(octets)

    def flush(self) -> None:
        self._file.flush()


def check_recipients(recipients: Sequence[str]) -> None:
    """See whether a backup can be encrypted to these, before anything is copied.

    Raises:
        BackupError: pyrage is not installed, or one is no recipient.
    """
    if recipients:
        _keys(_pyrage(), recipients)


def seal(plain: BinaryIO, sealed: Sink, recipients: Sequence[str]) -> None:
    """Encrypt what can be read to recipients.

    Args:
        plain: read to its end.
        sealed: written.
        recipients: `age1...`; each of them can open it.

    Raises:
        BackupError: see `check_recipients`.
        OSError: it cannot be read or written.
    """
    pyrage = _pyrage()
    out = _Out(sealed)
    try:
        pyrage.encrypt_io(plain, out, _keys(pyrage, recipients))
    except pyrage.EncryptError as error:
        raise out.error or OSError(str(error)) from None
    if out.error is not None:
        raise out.error


def unseal(sealed: BinaryIO, plain: BinaryIO, identities: Sequence[Path]) -> None:
    """Decrypt by the first identity that fits.

    Args:
        sealed: read to its end.
        plain: written.
        identities: files as age-keygen writes them.

    Raises:
        BackupError: pyrage is not installed, no identity fits, or the file is damaged.
        OSError: it cannot be read or written.
    """
    pyrage = _pyrage()
    keys = [key for path in identities for key in _identities(pyrage, path)]
    out = _Out(plain)
    try:
        pyrage.decrypt_io(sealed, out, keys)
    except pyrage.DecryptError as error:
        raise BackupError(_why(str(error))) from None
    except OSError:
        if out.error is not None:
            raise out.error from None
        raise BackupError(_DAMAGED) from None
    if out.error is not None:
        raise out.error


_DAMAGED = "the backup is damaged or was cut off: take another copy of it"


def _why(said: str) -> str:
    if "matching" in said.lower():
        return "no identity opens this backup: give the file of the key it was encrypted to"
    return _DAMAGED


def _pyrage() -> ModuleType:
    try:
        return import_module("pyrage")
    except ImportError:
        message = "encryption needs pyrage: install a bundle, or requirements/bundle.lock"
        raise BackupError(message) from None


def _keys(pyrage: ModuleType, recipients: Sequence[str]) -> list[object]:
    keys = []
    for recipient in recipients:
        try:
            keys.append(pyrage.x25519.Recipient.from_str(recipient.strip()))
        except pyrage.RecipientError:
            message = f"{recipient[:20]!r} is no age recipient: it begins with age1, see age-keygen"
            raise BackupError(message) from None
    return keys


def _identities(pyrage: ModuleType, path: Path) -> list[object]:
    with path.open("rb") as file:
        text = file.read(_MAX_IDENTITY_FILE).decode("ascii", "replace")
    lines = [line.strip() for line in text.splitlines()]
    try:
        keys = [
            pyrage.x25519.Identity.from_str(line)
            for line in lines
            if line and not line.startswith("#")
        ]
    except pyrage.IdentityError:
        keys = []
    if not keys:
        message = f"{path} holds no age identity: a line of it begins with AGE-SECRET-KEY-"
        raise BackupError(message)
    return keys
