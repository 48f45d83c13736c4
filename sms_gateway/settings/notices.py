"""`[notices]`: automatic messages to citizens when their dossier changes."""

import re
from typing import Annotated

from msgspec import Meta, Struct

_HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")


class Notices(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[notices]`: automatic messages to citizens; of what they tell, see `notices.toml`.

    Attributes:
        on: send them. Look at `sms-gateway notices plan` before you switch this on.
        door: the door that they go through; empty where only one door can send them.
        short_code: the number that they come from; empty for the first one of ours.
        look_s: seconds between two looks at what changed.
        stands_s: seconds that a change must stand before it is told.
        apart_hours: hours between two texts of one dossier, but for what goes `at_once`; the
            later one waits, and tells how things stand then.
        quiet: hours of the night as `21:00-07:00`, in the gateway's time zone: a text that does not
            go `at_night` waits for their end; empty for none.
        fresh_hours: a dossier that was never seen before is told of only where its state, or its
            receipt, is younger than so many hours. After a pause as long as that, messages begin
            at the present.
        per_minute: texts that answer none and are sent within a minute at most, whatever their kind
            and door; replies and alarms do not count, and are not slowed by them.
        day_share: which share of what a telco takes within a day, of all and to one number
            (`per_day`, `per_number_per_day`), may be used up when an automatic message goes; the
            rest is for replies. What a number gets first goes all the same.
        valid_hours: hours, without those of the night, after which a text that could not be sent is
            not worth sending.
        most: steps to tell within an hour, from which on all of them are held until staff release
            or drop them.
        usual_times: the same, as a multiple of what a usual day has, from `usual_least` on.
        usual_least: so few are never held for being more than usual.
        overdue_hour: the hour of the day, from which on citizens are told that an appointment of
            the day before passed.
        warn_days: working days before an appointment, from which on staff are warned; 0 for never.
        warn_hour: the hour of a working day at which they are.
        warn_hours: the same in working hours, once for each appointment that has a time of day; 0
            for never. Both may be wanted.
    """

    on: bool = False
    door: str = ""
    short_code: str = ""
    look_s: Annotated[float, Meta(gt=0, le=40)] = 10.0
    stands_s: Annotated[float, Meta(ge=0, le=3600)] = 45.0
    apart_hours: Annotated[float, Meta(ge=0, le=168)] = 4.0
    quiet: str = "21:00-07:00"
    fresh_hours: Annotated[int, Meta(ge=1, le=720)] = 24
    per_minute: Annotated[int, Meta(ge=1, le=6000)] = 60
    day_share: Annotated[float, Meta(gt=0, le=1)] = 0.5
    valid_hours: Annotated[int, Meta(ge=1, le=168)] = 24
    most: Annotated[int, Meta(ge=1, le=1_000_000)] = 500
    usual_times: Annotated[float, Meta(ge=1, le=100)] = 2.0
    usual_least: Annotated[int, Meta(ge=1, le=1_000_000)] = 50
    overdue_hour: Annotated[int, Meta(ge=0, le=23)] = 8
    warn_days: Annotated[int, Meta(ge=0, le=30)] = 2
    warn_hour: Annotated[int, Meta(ge=0, le=23)] = 8
    warn_hours: Annotated[int, Meta(ge=0, le=40)] = 0

    def __post_init__(self) -> None:
        if self.quiet and not _HOURS.fullmatch(self.quiet):
            message = "`quiet`: no hours; write them as 21:00-07:00"
            raise ValueError(message)
