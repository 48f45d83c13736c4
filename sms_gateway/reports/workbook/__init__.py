"""A workbook (.xlsx) that somebody sends, read by a process of its own.

What enters: its octets, and how much of it is read. What leaves: the rows of its first sheet, or
why there are none (`apart.read_apart`). Whatever a file does to what reads it, the gateway goes on.
"""

from sms_gateway.reports.workbook.apart import GivenUp, NotRead, Rows, read_apart
from sms_gateway.reports.workbook.cells import MAX_CELL, MAX_COLUMNS, text_of
from sms_gateway.reports.workbook.limits import MAX_ROWS, Limits

__all__ = [
    "MAX_CELL",
    "MAX_COLUMNS",
    "MAX_ROWS",
    "GivenUp",
    "Limits",
    "NotRead",
    "Rows",
    "read_apart",
    "text_of",
]
