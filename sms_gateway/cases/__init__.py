"""Doors to case databases, one folder each; strangers to one another.

What enters: canonical keys, in batches. What leaves: for each key what the case database says of
it, as a value of `domain.dossier.CaseLookup`. A new case database is a folder here, one line in
`KINDS`, and a `tests/cases/<kind>/contract_case.py` for the contract.
"""

import difflib
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, cast

from sms_gateway.domain.secret import Secret
from sms_gateway.ports import CaseDirectory, Clock

KINDS: Mapping[str, str] = MappingProxyType(
    {"embedded": "sms_gateway.cases.embedded:open_embedded"}
)
"""Kind, as configured, to the dotted path of its opener; imported only when it is wanted."""


class Opener(Protocol):
    """What each kind offers: opens its directory, and closes it at the end of the block."""

    def __call__(
        self, at: Path | Secret, clock: Clock, *, writable: bool, time_limit: float
    ) -> AbstractAsyncContextManager[CaseDirectory]:
        """Open.

        Args:
            at: the database in which the kind keeps what it keeps: a file, or a URL.
            clock: time.
            writable: this process may write there, and owns the data folder if it is a file in it;
                otherwise it only looks.
            time_limit: seconds after which a lookup is given up.
        """


class UnknownKindError(Exception):
    """No such kind of case database; the message names the nearest one."""


def opener(kind: str) -> Opener:
    """The opener of a configured kind.

    Raises:
        UnknownKindError: there is no such kind.
    """
    if kind not in KINDS:
        near = difflib.get_close_matches(kind, KINDS, n=1, cutoff=0.0) or list(KINDS)
        message = f"no case directory of kind {kind[:40]!r}: did you mean {near[0]!r}?"
        raise UnknownKindError(message)
    module, _, name = KINDS[kind].partition(":")
    return cast("Opener", getattr(import_module(module), name))
