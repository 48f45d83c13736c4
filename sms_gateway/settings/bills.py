"""`[bills.NAME]`: what a telco's own file of charges looks like."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Heading = Annotated[str, Meta(max_length=100)]


class Bill(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[bills.NAME]`: a telco's file of charges, for `billing reconcile`; columns by heading.

    Attributes:
        doors: names of the doors whose messages it lists.
        of: `replies`: its rows are our messages; `texts`: they are the texts that we answered.
        rows: `messages`: each of its rows is a message; `segments`: each is a segment of one. Rows
            with the ids of the parts of a message are known as such by themselves.
        id: column of the telco's id of a message; empty where it has none.
        number: column of the citizen's number; empty where it has none.
        time: column of the time; empty where it has none.
        time_format: how that time is written, as Python's strptime reads it.
        billed: column that says whether a row was charged; empty where only charged ones stand in
            the file.
        charged: what stands in that column where it was; of amounts separators do not count.
        segments: column of the number of segments; empty where it has none.
        slack_s: seconds by which its times and ours may differ.
    """

    doors: Annotated[tuple[str, ...], Meta(min_length=1, max_length=20)]
    of: Literal["replies", "texts"] = "replies"
    rows: Literal["messages", "segments"] = "messages"
    id: Heading = ""
    number: Heading = ""
    time: Heading = ""
    time_format: Heading = "%Y-%m-%d %H:%M:%S"
    billed: Heading = ""
    charged: Annotated[tuple[str, ...], Meta(max_length=20)] = ("1",)
    segments: Heading = ""
    slack_s: Annotated[float, Meta(gt=0, le=86_400)] = 120.0

    def __post_init__(self) -> None:
        if not self.id and not (self.number and self.time):
            message = "`id`: name the column of the ids, or those of number and time"
            raise ValueError(message)
        if self.segments and self.rows == "segments":
            message = "`segments`: each row is a segment: leave it away"
            raise ValueError(message)
