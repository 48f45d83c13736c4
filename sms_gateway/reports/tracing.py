"""The dossiers behind one number of a report, by the row and the number as they are printed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sms_gateway.domain.ids import DossierId
from sms_gateway.domain.names import name_key
from sms_gateway.reports.document import Table


class TraceError(Exception):
    """There is no such number; the message is one line and names those that are there."""


@dataclass(frozen=True, slots=True)
class Traceable:
    """A row whose numbers can be traced.

    Attributes:
        key: what the row is called for sure.
        name: how it is printed.
        numbers: the dossiers of each.
    """

    key: str
    name: str
    numbers: Mapping[str, Sequence[DossierId]]


def traced(rows: Sequence[Traceable], table: Table, trace: str) -> Sequence[DossierId]:
    """The dossiers of the number that `ROW:NUMBER` means.

    Either may be written as it is printed: the row by its name, the number by its heading.

    Args:
        rows: of the table, the total the last of them.
        table: where the headings stand.
        trace: see there.

    Raises:
        TraceError: there is no such number, or several rows are printed so.
    """
    wanted, _, name = trace.rpartition(":")
    keys = {name_key(column.heading): column.key for column in table.columns}
    called = [row for row in rows if row.key == wanted]
    if not called:
        called = [row for row in rows if name_key(wanted) in map(name_key, (row.key, row.name))]
    numbers = called[0].numbers if len(called) == 1 else {}
    found = numbers.get(name, numbers.get(keys.get(name_key(name), "")))
    if found is None:
        there = ", ".join(row.key or row.name for row in rows)
        message = (
            f"no such number: write ROW:NUMBER, of rows {there}, of numbers "
            f"{', '.join(rows[-1].numbers)}"
        )
        raise TraceError(message)
    return found
