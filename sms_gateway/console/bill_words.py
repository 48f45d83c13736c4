"""What is said of a telco's file that could not be compared."""

from collections.abc import Mapping
from typing import Final

from sms_gateway.console.languages import marked
from sms_gateway.reports.bill_file import Unread
from sms_gateway.reports.comparing import NotCompared

UNREAD: Final[Mapping[Unread, str]] = {
    Unread.TOO_LARGE: marked("The file is larger than %(most)s MiB: split it."),
    Unread.TOO_MANY: marked(
        "The file has more than %(most)s rows: split it, or have it compared by the command line."
    ),
    Unread.NO_COLUMN: marked(
        "The file has no column “%(heading)s”: choose another kind of file, or have the heading "
        "set right in the settings (%(name)s in [bills])."
    ),
    Unread.WRONG_ROW: marked(
        "Line %(line)s has a time that is not like %(form)s, or segments that are no number: "
        "correct the file, or have time_format set right in the settings."
    ),
    Unread.LONG_ROW: marked(
        "A row has more than %(most)s characters: this is no table of charges."
    ),
    Unread.NO_TEXT: marked(
        "This is neither CSV nor XLSX that can be read: save it as CSV UTF-8, or as XLSX without a "
        "password."
    ),
    Unread.NO_CSV: marked("This is no CSV: save it as CSV UTF-8, or as XLSX."),
    Unread.NO_WORKBOOK: marked("This workbook cannot be read: save it as XLSX again."),
    Unread.LARGE_WORKBOOK: marked(
        "This workbook is too large when unpacked: save it as CSV UTF-8, or split it."
    ),
    Unread.NO_READER: marked("This gateway cannot read XLSX: save the file as CSV UTF-8."),
}
NOT_COMPARED: Final[Mapping[NotCompared, str]] = {
    NotCompared.NO_BILL: marked("Choose whose file it is."),
    NotCompared.TOO_MANY: marked("These days have too many messages: choose fewer days."),
    NotCompared.TOO_LONG: marked("That took more than a minute: choose fewer days."),
}
DIFFERS: Final[Mapping[str, str]] = {
    "billing": marked("charged or not"),
    "segments": marked("number of segments"),
    "time": marked("time"),
    "twice": marked("the telco lists it too often"),
}
"""In what a row and a message differ."""
