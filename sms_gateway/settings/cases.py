"""`[cases]`: the case database."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from sms_gateway.settings.case_push import CasePush
from sms_gateway.settings.cases_http import HttpCases
from sms_gateway.settings.cases_sql import CasesSql
from sms_gateway.settings.urls import DatabaseUrl, check_url

_Seconds = Annotated[float, Meta(gt=0, le=31 * 86_400)]


class Cases(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[cases]`: the case database.

    Attributes:
        kind: whose it is: `embedded` for our own, filled by imports; `sql` for somebody else's
            database, `http` for somebody else's JSON API.
        url: where our own dossiers lie, which are also the copy of somebody else's: as in
            `[store]`; empty for the database of `[store]` where that is on PostgreSQL, else for
            `cases.db` in the data folder.
        timeout_s: seconds one look-up may take.
        poll_s: seconds between two questions to somebody else's for what changed there.
        breaker_failures: look-ups in a row that failed, after which it is left alone for a while.
        breaker_rest_s: seconds of that while; then one look-up tries it.
        push: see there.
        sql: see there.
        http: see there.
    """

    kind: Literal["embedded", "sql", "http"] = "embedded"
    url: DatabaseUrl = ""
    timeout_s: _Seconds = 1.0
    poll_s: _Seconds = 15.0
    breaker_failures: Annotated[int, Meta(ge=1, le=1_000)] = 5
    breaker_rest_s: _Seconds = 10.0
    push: CasePush = CasePush()
    sql: CasesSql = CasesSql()
    http: HttpCases = HttpCases()

    def __post_init__(self) -> None:
        check_url(self.url)
        if self.kind == "sql" and self.sql.missing:
            message = f"`sql.{self.sql.missing}`: missing; set it"
            raise ValueError(message)
        if self.kind == "http" and not self.http.url:
            message = "`http.url`: missing; set it"
            raise ValueError(message)
