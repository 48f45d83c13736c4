"""Who runs on one store."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class NodeRow:
    """The last run of a node.

    Attributes:
        name: of the node.
        started_at: when it began.
        version: of its code.
        alive: it has the store open.
    """

    name: str
    started_at: datetime
    version: str
    alive: bool
