"""The settings that the gateway itself knows, section by section, with their defaults.

A channel's own settings live in its folder. Each key stands in `config/gateway.toml` as well; a
test compares the two.
"""

import ipaddress
import re
import zoneinfo
from typing import Annotated, Literal

from msgspec import Meta, Struct

from sms_gateway.domain.message import Language
from sms_gateway.domain.outcome import Billing
from sms_gateway.settings.alarms import Alarms
from sms_gateway.settings.api import Api
from sms_gateway.settings.bills import Bill
from sms_gateway.settings.cases import Cases
from sms_gateway.settings.console import Console
from sms_gateway.settings.notices import Notices
from sms_gateway.settings.reports import Reports
from sms_gateway.settings.survey import Survey
from sms_gateway.settings.telcos import Telco
from sms_gateway.settings.urls import DatabaseUrl, check_url

Seconds = Annotated[float, Meta(gt=0, le=31 * 86_400)]
"""A time span in seconds, above 0 and up to 31 days."""

Count = Annotated[int, Meta(ge=1, le=1_000_000)]
"""How many, from 1."""

Label = Annotated[str, Meta(max_length=64)]
"""A short name for logs and metrics."""

Host = Annotated[str, Meta(max_length=255)]
"""A name or an address."""

Port = Annotated[int, Meta(ge=0, le=65_535)]
"""A TCP port; 0 for any that is free."""

_ADDRESS_AND_PORT = r"^([^:\s]+|\[[0-9a-fA-F:.]+\]):[0-9]{1,5}$"

_SHORT_CODE = re.compile(r"(?!84[1-9][0-9]{3,4}$)[0-9]{3,15}")
"""Doors cut the country code from the number that was texted, so 848083 would never be met."""

_REPLICA = re.compile(r"(?:file:///|s3://)[^\s?#@'\"\\]+")


class Gateway(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[gateway]`: who and where this installation is.

    Attributes:
        node: name of this process among several; empty for the host's name.
        timezone: IANA zone of the dates in replies and on pages.
        region: ISO 3166 region that phone numbers without a country code belong to.
        data: folder of the databases, relative to the working directory.
        short_codes: numbers that citizens text us, digits only; empty for those that have a table
            in `keywords.toml`, and for every number where none has one. A text to another number
            is written down and not answered.
        price: what one text costs a citizen, as posters print it: `1.000 đồng`; needed for those.
    """

    node: Label = ""
    timezone: str = "Asia/Ho_Chi_Minh"
    region: Annotated[str, Meta(pattern="^[A-Z]{2}$")] = "VN"
    data: Annotated[str, Meta(min_length=1)] = "var"
    short_codes: Annotated[tuple[str, ...], Meta(max_length=100)] = ()
    price: Label = ""

    def __post_init__(self) -> None:
        try:
            zoneinfo.ZoneInfo(self.timezone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            message = "`timezone`: no such zone; write an IANA name such as Asia/Ho_Chi_Minh"
            raise ValueError(message) from None
        if not all(_SHORT_CODE.fullmatch(code) for code in self.short_codes):
            message = "`short_codes`: write 3 to 15 digits without + and 84, for example 8083"
            raise ValueError(message)


class Web(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[web]`: the telcos' HTTP listener; what is said of time and proxies holds for all listeners.

    Attributes:
        host: address to listen on; TLS ends in the proxy before it.
        port: TCP port; 0 lets the system choose one.
        trusted_proxies: networks (CIDR) of proxies whose `X-Forwarded-For` is believed; whoever
            comes through another one has no address.
        request_timeout_s: seconds a caller may take to send a request's body.
        idle_timeout_s: seconds a connection may stand open without a complete request head.
    """

    host: Annotated[str, Meta(min_length=1, max_length=255)] = "127.0.0.1"
    port: Port = 8080
    trusted_proxies: tuple[str, ...] = ()
    request_timeout_s: Seconds = 10.0
    idle_timeout_s: Seconds = 30.0

    def __post_init__(self) -> None:
        for index, network in enumerate(self.trusted_proxies):
            try:
                ipaddress.ip_network(network)
            except ValueError:
                message = f"`trusted_proxies.{index}`: no network; write it as 10.0.0.0/8"
                raise ValueError(message) from None


class Staff(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[staff]`: the HTTP listener of pages for people, such as the phone page.

    Attributes:
        host: address to listen on; empty for the telcos' listener.
        port: TCP port, where `host` is set; 0 lets the system choose one.
    """

    host: Host = ""
    port: Port = 8081


class Ops(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[ops]`: the HTTP listener of `/live`, `/ready` and `/metrics`, and what is watched besides.

    Attributes:
        host: address to listen on; empty for the telcos' listener.
        port: TCP port, where `host` is set; 0 lets the system choose one.
        certificate_name: name by which telcos call the proxy; the end of its certificate is
            watched. Empty for not.
        certificate_at: address and port where that proxy listens, seen from here.
    """

    host: Host = ""
    port: Port = 8082
    certificate_name: Host = ""
    certificate_at: Annotated[str, Meta(pattern=_ADDRESS_AND_PORT)] = "127.0.0.1:443"


class Store(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[store]`: where messages are written down.

    Attributes:
        url: `sqlite:///path`, relative to the working directory, for one gateway on one machine;
            `postgresql://user@host/database` for any number of them; empty for `gateway.db` in the
            data folder. The password of a database is better kept in PGPASSWORD or ~/.pgpass, or
            the whole URL in a file that the variable with `_FILE` at its end names.
        max_unanswered: MOs waiting for their answer at which the telco hears 503.
        group_limit: calls that share one commit at most.
    """

    url: DatabaseUrl = ""
    max_unanswered: Count = 20_000
    group_limit: Annotated[int, Meta(ge=1, le=10_000)] = 500

    def __post_init__(self) -> None:
        check_url(self.url)


class Backup(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[backup]`: copies of the databases, each one file.

    Attributes:
        folder: where `backup` puts them, relative to the working directory; empty for none.
        keep: newest backups that stay in that folder.
        recipients: age recipients that can open them, `age1...`; without any they lie open.
        late_hours: age in hours at which `doctor` and the alarms tell of the newest one.
        programs: folder of pg_dump and pg_restore, for messages on PostgreSQL; empty for wherever
            PATH says.
    """

    folder: str = ""
    keep: Annotated[int, Meta(ge=1, le=10_000)] = 14
    recipients: Annotated[tuple[str, ...], Meta(max_length=20)] = ()
    late_hours: Annotated[int, Meta(ge=1, le=8_760)] = 36
    programs: str = ""


class Replica(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[replica]`: a second copy of the databases, kept by Litestream while they change.

    Attributes:
        url: where it lies: `file:///other/disk/sms` or `s3://bucket/sms`; empty for none.
        keep_hours: hours that the copy can be taken back to.
        late_s: age in seconds at which the newest copy is too old.
    """

    url: str = ""
    keep_hours: Annotated[int, Meta(ge=1, le=8_760)] = 72
    late_s: Seconds = 60.0

    def __post_init__(self) -> None:
        if self.url and not _REPLICA.fullmatch(self.url):
            message = "`url`: write file:///FOLDER, or s3://BUCKET/PATH, without ? and password"
            raise ValueError(message)


class Intake(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[intake]`: from the telco's call to the answer.

    Attributes:
        inline_deadline_s: seconds until an answer that goes back in the response must be there.
        acknowledge_deadline_s: seconds until an answer that is sent later must be there.
        parts_wait_s: seconds a part of a long text waits for the others.
        park_after_failures: failed answers after which an MO waits for a person.
        repeat_free_minutes: minutes in which the same question again is free of charge.
        unanswered_alarm_s: seconds after which an unanswered MO is counted as late.
    """

    inline_deadline_s: Seconds = 2.0
    acknowledge_deadline_s: Seconds = 20.0
    parts_wait_s: Seconds = 120.0
    park_after_failures: Annotated[int, Meta(ge=1, le=100)] = 3
    repeat_free_minutes: Annotated[int, Meta(ge=0, le=1_440)] = 10
    unanswered_alarm_s: Seconds = 60.0


class Budgets(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[budgets]`: what one phone number may have.

    Attributes:
        replies_per_hour: replies within an hour.
        replies_per_day: replies within 24 hours.
        receipts_per_day: different receipt numbers asked for within 24 hours.
        misses_per_hour: receipt numbers that do not exist, and wrong second secrets, within an
            hour.
        identical_per_hour: replies with the same text within an hour.
        wrong_secrets_per_day: texts with a wrong second secret of one dossier within 24 hours, of
            all phones together; then no second secret opens it.
    """

    replies_per_hour: Count = 10
    replies_per_day: Count = 30
    receipts_per_day: Count = 10
    misses_per_hour: Count = 5
    identical_per_hour: Count = 3
    wrong_secrets_per_day: Count = 10


class Disclosure(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[disclosure]`: who may learn what (domain 6, reply E7).

    Attributes:
        second_secret: a phone that is not registered may prove itself by the second secret
            printed on the receipt.
    """

    second_secret: bool = False


class Replies(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[replies]`: the wording, see the folder `replies/`.

    Attributes:
        language: language of a citizen who never chose one.
        edited: where the wording is changed: `console`, version by version, on top of the files,
            which hold until then; `files` for the files alone, whatever was approved before.
        second_person: what one person proposes at the console, another one approves.
    """

    language: Language = Language.VI
    edited: Literal["console", "files"] = "console"
    second_person: bool = True


class Dispatch(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[dispatch]`: from the queue to the telco.

    Attributes:
        valid_s: seconds after which a reply is no longer worth sending. Six hours: a dossier's
            state seldom changes within a working day, and a reply of yesterday confuses.
        retry_delays_s: seconds to wait after the first, second and further failures; the last
            one counts for all that follow.
        max_failures: failures after which an MT is given up.
        breaker_failures: sends in a row that failed for a reason of the door's own (unreachable,
            no answer, refused as a client), after which it is down: it gets one message to try
            after each rest.
        sweep_s: seconds between looks at the queue when nobody calls.
        grace_s: seconds that calls, answers and sends under way get to finish at shutdown.
    """

    valid_s: Seconds = 6 * 3_600.0
    retry_delays_s: Annotated[tuple[Seconds, ...], Meta(min_length=1, max_length=20)] = (
        5.0, 30.0, 120.0, 600.0, 1_800.0,
    )  # fmt: skip
    max_failures: Annotated[int, Meta(ge=1, le=100)] = 6
    breaker_failures: Annotated[int, Meta(ge=1, le=1_000)] = 5
    sweep_s: Seconds = 2.0
    grace_s: Seconds = 10.0


class Retention(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[retention]`: how long what is kept of citizens is kept (domain 5).

    Attributes:
        content_months: months after which the number, the words and the dossier of a text and of
            its reply go, with the telco's request; what is left has no content.
        refused_months: months after which calls that could not be read go.
        audit_months: months after which lines of the audit go.
        dossiers_months: months after which our copies of dossiers go that ended in somebody
            else's case database, with their history; `report dossiers` needs them. No fewer than
            `content_months`: a text is told by its dossier.
        nightly: the gateway purges by itself, once a night.
        hour: hour of the day at which it does, in the time zone of the gateway; the backup of the
            night begins at two.
    """

    content_months: Annotated[int, Meta(ge=6, le=120)] = 13
    refused_months: Annotated[int, Meta(ge=1, le=120)] = 13
    audit_months: Annotated[int, Meta(ge=12, le=120)] = 24
    dossiers_months: Annotated[int, Meta(ge=6, le=120)] = 24
    nightly: bool = True
    hour: Annotated[int, Meta(ge=0, le=23)] = 4

    def __post_init__(self) -> None:
        if self.dossiers_months < self.content_months:
            message = "`dossiers_months`: no fewer than content_months"
            raise ValueError(message)


class Log(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[log]`: what is written to standard error.

    Attributes:
        level: least important level that is written.
        format: `json`, one object per line, or `console` for a person.
    """

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["json", "console"] = "json"


class Sections(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything in `gateway.toml` but the doors.

    Attributes:
        gateway, web, staff, ops, store, cases, backup, replica, intake, budgets, disclosure,
            replies, dispatch, retention, alarms, notices, survey, reports, console, api, log: see
            there.
        telcos: name of a telco to its doors, see `Telco`.
        bills: name of a telco's file of charges to what it looks like, see `Bill`.
        billing: name of a reply to how it is charged, where that differs from the built-in table.
    """

    gateway: Gateway = Gateway()
    web: Web = Web()
    staff: Staff = Staff()
    ops: Ops = Ops()
    store: Store = Store()
    cases: Cases = Cases()
    backup: Backup = Backup()
    replica: Replica = Replica()
    intake: Intake = Intake()
    budgets: Budgets = Budgets()
    disclosure: Disclosure = Disclosure()
    billing: dict[str, Billing] = {}
    replies: Replies = Replies()
    telcos: dict[str, Telco] = {}
    bills: dict[str, Bill] = {}
    dispatch: Dispatch = Dispatch()
    retention: Retention = Retention()
    alarms: Alarms = Alarms()
    notices: Notices = Notices()
    survey: Survey = Survey()
    reports: Reports = Reports()
    console: Console = Console()
    api: Api = Api()
    log: Log = Log()
