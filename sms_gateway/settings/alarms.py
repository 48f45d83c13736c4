"""`[alarms]`: when something is wrong with the gateway itself, and who is told."""

import re
from typing import Annotated

from msgspec import Meta, Struct

from sms_gateway.domain.incidents import Trouble
from sms_gateway.domain.secret import Secret

_Seconds = Annotated[float, Meta(gt=0, le=31 * 86_400)]
_Count = Annotated[int, Meta(ge=1, le=1_000_000)]
_QUIET = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")


class Alarms(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[alarms]`: who is told when something is wrong with the gateway itself, and from when on.

    Attributes:
        numbers: phones of the people on call; empty for nobody.
        door: the door that texts to them go through; needed where there are numbers.
        short_code: the number that those texts come from; empty for the first one of ours.
        webhook_url: an address that is told by a POST of JSON, http or https; unset for none. A
            secret, because many such addresses hold one.
        webhook_secret: signs each call to it, as Standard Webhooks says; unset for no signature.
        per_hour: texts to each phone, and calls to the webhook, within an hour at most.
        quiet: hours of the night as `22:00-06:00`, in the gateway's time zone: a text that can wait
            is sent after them; empty for none. The webhook is told at once.
        mute: what nobody is told of.
        look_s: seconds between two looks at how things are.
        hold_s: seconds that something must stand before it is an incident.
        calm_s: seconds that it must be gone before the incident is over; doubled each time the
            same comes again within a day, up to an hour.
        unanswered_s: seconds that the oldest text may wait for its answer.
        late: texts that wait longer than `intake.unanswered_alarm_s`, from which on it is one.
        uncertain: replies of which nobody knows whether they came, from which on it is one.
        parked: texts that wait for a person, from which on it is one.
        paused_s: seconds that a door may be paused.
        silent_texts: texts that usually would have come through a door since its last one, from
            which on its silence is one.
        failing_sends: sends through a door in a row that its telco did not take.
        disk_free_mib: MiB that must be free on the disk of the data folder.
        certificate_days: days before its end at which the certificate of `ops.certificate_name` is
            told of.
        announce_days: working days before a planned outage by which citizens must be told of it;
            0 for no such duty.
    """

    numbers: Annotated[tuple[str, ...], Meta(max_length=20)] = ()
    door: str = ""
    short_code: str = ""
    webhook_url: Secret | None = None
    webhook_secret: Secret | None = None
    per_hour: Annotated[int, Meta(ge=1, le=100)] = 10
    quiet: str = ""
    mute: tuple[Trouble, ...] = ()
    look_s: _Seconds = 5.0
    hold_s: _Seconds = 60.0
    calm_s: _Seconds = 300.0
    unanswered_s: _Seconds = 300.0
    late: _Count = 20
    uncertain: _Count = 5
    parked: _Count = 5
    paused_s: _Seconds = 3_600.0
    silent_texts: _Count = 20
    failing_sends: _Count = 10
    disk_free_mib: _Count = 500
    certificate_days: Annotated[int, Meta(ge=1, le=365)] = 14
    announce_days: Annotated[int, Meta(ge=0, le=60)] = 7

    def __post_init__(self) -> None:
        if self.quiet and not _QUIET.fullmatch(self.quiet):
            message = "`quiet`: no hours; write them as 22:00-06:00"
            raise ValueError(message)
