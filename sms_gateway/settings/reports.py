"""`[reports]`: how the tables are made that an office signs."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Office = Annotated[str, Meta(max_length=200)]


class Reports(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[reports]`: how the tables are made that an office signs.

    Attributes:
        office: name at the head of every report; may be empty.
        judged_by: whether early, on time and late compare days, or hours.
        due: which appointment they compare with where a second one was given: the first, or the
            newest.
        complaint_days: working days within which a complaint must be settled. The law on services
            by text allows 15 days (domain 5); two weeks of work are fewer.
    """

    office: Office = ""
    judged_by: Literal["day", "hour"] = "day"
    due: Literal["first", "newest"] = "first"
    complaint_days: Annotated[int, Meta(ge=1, le=60)] = 10
