"""How far the changes of a database have been read: a moment, and the code reached within it."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

_MARK = "|"  # no moment holds one


@dataclass(frozen=True, slots=True)
class Reached:
    """A place in the order of changes.

    Attributes:
        moment: with its zone.
        code: of the dossier, as the database writes it.
    """

    moment: dt.datetime
    code: str = ""

    def __str__(self) -> str:
        """As a cursor."""
        return f"{self.moment.astimezone(dt.UTC).isoformat()}{_MARK}{self.code}"


@dataclass(frozen=True, slots=True)
class Times:
    """How the database writes moments.

    Attributes:
        kind: see `CasesSql.time_kind`.
        zone: of `local` ones.
    """

    kind: str
    zone: ZoneInfo

    def read(self, value: object) -> dt.datetime | None:
        """What a column holds, with its zone; None where that is no moment."""
        if not isinstance(value, dt.datetime):
            return None
        zones = {"local": self.zone, "utc": dt.UTC}
        if value.tzinfo is None:
            if self.kind not in zones:
                return None
            value = value.replace(tzinfo=zones[self.kind])
        try:
            return value.astimezone(dt.UTC)
        except OverflowError:  # the first hours of the year 1, or the last of 9999
            return None

    def bound(self, moment: dt.datetime) -> dt.datetime:
        """What is compared with the column."""
        if self.kind == "zoned":
            return moment.astimezone(dt.UTC)
        return moment.astimezone(self.zone if self.kind == "local" else dt.UTC).replace(tzinfo=None)


def reached_of(cursor: str) -> Reached | None:
    """A cursor read back; None where it is none of these."""
    moment, mark, code = cursor.partition(_MARK)
    try:
        read = dt.datetime.fromisoformat(moment)
    except ValueError:
        return None
    return Reached(read, code) if mark and read.tzinfo is not None else None
