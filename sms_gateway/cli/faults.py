"""Everything that a person may cause, as one line that says what is wrong and what to do."""

import errno
import os

from sms_gateway.backup.manifest import BackupError
from sms_gateway.cases.embedded import CaseTablesError
from sms_gateway.cli.store_faults import of_store
from sms_gateway.commands import CommandError
from sms_gateway.copying.plan import CopyRefusedError
from sms_gateway.folder import FolderError
from sms_gateway.local_socket import SocketTakenError
from sms_gateway.postgres.refused import PostgresRefusedError
from sms_gateway.replica.litestream import ReplicaError
from sms_gateway.reports.adding_up import TableError
from sms_gateway.reports.bill_file import BillError
from sms_gateway.reports.renderers import FormMissingError
from sms_gateway.settings import SettingsError
from sms_gateway.sql.migrations import SchemaError
from sms_gateway.store.generated import LogNotWrittenError
from sms_gateway.store.opening import DriverMissingError
from sms_gateway.store.sqlite.lock import LockHeldError
from sms_gateway.store.sqlite.process.link import WriterLostError
from sms_gateway.web.listening import ListenError

_SPEAKING = (
    BackupError,
    BillError,
    CaseTablesError,
    CommandError,
    CopyRefusedError,
    DriverMissingError,
    FolderError,
    FormMissingError,
    ListenError,
    LockHeldError,
    LogNotWrittenError,
    PostgresRefusedError,
    ReplicaError,
    SchemaError,
    SettingsError,
    SocketTakenError,
    TableError,
    WriterLostError,
)
"""Their messages are such lines already."""

_PROCESSES = "raise the limit of processes and threads"
_NO_THREAD = "can't start new thread"  # Python's own word for it, a plain RuntimeError

_SYSTEM = {
    errno.EACCES: "check who may read and write there",
    errno.EPERM: "check who may read and write there",
    errno.EROFS: "it can only be read: make it writable, or choose another --data",
    errno.ENOSPC: "free some space on that disk",
    errno.EDQUOT: "free some space on that disk",
    errno.EAGAIN: _PROCESSES,
    errno.EMFILE: "raise the limit of open files",
    errno.ENOENT: "check the name",
    errno.ENOTDIR: "check the name",
    errno.EISDIR: "name a file",
}


def sentence_of(error: BaseException) -> str | None:
    """The line for people, or None for what is a bug and not a person's doing."""
    if isinstance(error, BaseExceptionGroup):
        # What ended one loop of the service; a second one may have ended with it.
        sentences = [sentence_of(one) for one in error.exceptions]
        return sentences[0] if all(sentences) else None
    if isinstance(error, _SPEAKING):
        return str(error)
    if told := of_store(error):
        return told
    if isinstance(error, TimeoutError):
        return "it took too long: look whether the disk, or the running service, answers at all"
    return _of_system(error)


def _of_system(error: BaseException) -> str | None:
    if isinstance(error, RuntimeError) and str(error) == _NO_THREAD:
        return f"no further thread can be started: {_PROCESSES}"
    if not isinstance(error, OSError):
        return None
    number = error.errno or 0
    what = os.strerror(number) if number else str(error)
    if error.filename is not None:
        what = f"{os.fsdecode(error.filename)}: {what}"
    advice = _SYSTEM.get(number)
    return f"{what}: {advice}" if advice else what
