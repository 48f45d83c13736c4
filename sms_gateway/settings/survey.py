"""`[survey]`: the question to citizens what they think of how their dossier was handled."""

from typing import Annotated

from msgspec import Meta, Struct

_HOURS = 24


class Survey(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[survey]`: one text after a result was returned, that asks for a mark from 1 to 5.

    Attributes:
        on: ask. The questions go by the door, from the number, outside of the hours of the night
            and at the pace of `[notices]`, whether those are on or not.
        after_hours: hours after the gateway learned that a result was returned.
        most_per_day: questions of one day at most. What is beyond is not asked: a survey is a
            sample.
        fresh_days: about a result that was returned longer ago nobody is asked.
    """

    on: bool = False
    after_hours: Annotated[float, Meta(ge=0, le=336)] = 24.0
    most_per_day: Annotated[int, Meta(ge=1, le=100_000)] = 200
    fresh_days: Annotated[int, Meta(ge=1, le=30)] = 7

    def __post_init__(self) -> None:
        if self.after_hours >= self.fresh_days * _HOURS:
            message = "`after_hours`: not less than fresh_days, so that nobody would be asked"
            raise ValueError(message)
