"""`[cases.http]`: a case database that is a JSON API, described wholly by settings.

A *template* is text with placeholders in braces; `{{` and `}}` stand for the braces themselves, but
a JSON document keeps its own. A *place* is the way to a value in a JSON document: keys and list
positions with dots between them, such as `data.0.code`.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from sms_gateway.domain.secret import Secret

Seconds = Annotated[float, Meta(gt=0, le=86_400)]
Method = Literal["GET", "POST"]
Pages = Annotated[int, Meta(ge=1, le=100_000)]


class HttpBasic(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Our own user and password there."""

    user: Secret
    password: Secret


class HttpLogin(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[cases.http.login]`: a session is asked for by a POST first, for `{session}`.

    It is asked for once, and anew when it is old or refused.

    Attributes:
        path: template of what stands behind `url`.
        body: template of a JSON body, with `{value.NAME}` and `{secret.NAME}`.
        session: place of the session in the answer.
        lifetime_s: how long a session is used.
    """

    path: str
    body: str
    session: str = "session"
    lifetime_s: Seconds = 1_800.0


class HttpFind(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[cases.http.find]`: the request for dossiers by their numbers.

    Attributes:
        per: `code`: one request for each number, some at once; `batch`: one for all.
        method: of the request.
        path: template of what stands behind `url`.
        query: name to template.
        body: template of a JSON body; empty for none. `"{codes}"`, alone, becomes a list there.
    """

    per: Literal["code", "batch"] = "code"
    method: Method = "GET"
    path: str = ""
    query: dict[str, str] = {}
    body: str = ""


class HttpChanges(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[cases.http.changes]`: the request for what changed; leave the table out for none.

    Attributes:
        method: of the request.
        path: template of what stands behind `url`.
        query: name to template.
        body: template of a JSON body; empty for none.
        order: `oldest`: changes come in the order of their times; `newest`: the newest first, and
            pages are read until one is older than what is known; `none`: in any order.
        time: place of the time of the change in a row.
        time_format: of that time: iso, unix, unix_ms, a pattern such as `%d/%m/%Y %H:%M:%S`, or
            empty for what `cases import` reads.
        since_format: how `{since}` is written: iso, unix, unix_ms or a pattern.
        overlap_s: how far before the newest change known is asked again, for what was written late.
        timeout_s: seconds one request may take.
        most_pages: pages of one reading, after which it is given up.
    """

    method: Method = "GET"
    path: str = ""
    query: dict[str, str] = {}
    body: str = ""
    order: Literal["oldest", "newest", "none"] = "oldest"
    time: str = "ThoiDiemTrangThai"
    time_format: str = ""
    since_format: str = "%Y%m%d%H%M%S"
    overlap_s: Annotated[float, Meta(ge=0, le=86_400)] = 60.0
    timeout_s: Seconds = 15.0
    most_pages: Pages = 1_000


class HttpPaging(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[cases.http.paging]`: how an answer of several pages is read.

    Attributes:
        kind: none; `page`, by `{page}`; `offset`, by `{offset}` and `{end}`; `next`, by the
            address of the next page in the answer.
        first: number of the first page.
        size: rows of a page, for `{limit}`; a page of fewer rows is the last one.
        next: place of the address of the next page, for kind `next`.
        most_pages: pages of one look-up, after which it is given up.
    """

    kind: Literal["none", "page", "offset", "next"] = "none"
    first: Annotated[int, Meta(ge=0, le=1)] = 1
    size: Annotated[int, Meta(ge=1, le=5_000)] = 100
    next: str = ""
    most_pages: Pages = 10


class HttpAnswer(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[cases.http.answer]`: what stands where in an answer.

    Attributes:
        rows: place of the list of dossiers, or of one dossier; empty for the whole document.
        fields: national name to its place in a row; empty where rows have the national names.
        words: national name to a table of their words to ours.
        time_format: of all times: as for changes.
        code: place of a word that says how it went; empty where only the status of HTTP does.
        ok: words there of an answer that is one.
        not_found: words there that mean that there is no such dossier.
        unauthorised: words there that mean that the session is refused.
        not_found_status: other statuses of HTTP than 404 that mean that there is no such dossier,
            400 or 422 where the API refuses what cannot be a number; with `per` code only.
    """

    rows: str = ""
    fields: dict[str, str] = {}
    words: dict[str, dict[str, str]] = {}
    time_format: str = ""
    code: str = ""
    ok: tuple[str, ...] = ()
    not_found: tuple[str, ...] = ()
    unauthorised: tuple[str, ...] = ()
    not_found_status: tuple[Literal[400, 410, 422], ...] = ()


class HttpCases(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[cases.http]`: how the API is asked, with `cases.kind = "http"`.

    Templates know `{value.NAME}`, `{secret.NAME}`, with `login` `{session}`, those of `find`
    `{code}` or `{codes}`, those of `changes` `{since}`; both know `{page}`, `{offset}`, `{end}` and
    `{limit}`.

    Attributes:
        preset: `opencps` or `national`, whose settings stand under these; empty for none.
        url: https or http, without user and password; paths stand behind it.
        ca_file: certificates of an authority of your own, PEM; empty for those of the system.
        headers: name to template, of every request.
        values: name to value, for `{value.NAME}`.
        secrets: name to secret, for `{secret.NAME}`.
        basic, bearer: Authorization; one of them, or none.
        slots: requests of look-ups at one moment; changes have one more for themselves.
        login: see there; unset where no session is wanted.
        find, changes, paging, answer: see there.
    """

    preset: str = ""
    url: str = ""
    ca_file: str = ""
    headers: dict[str, str] = {}
    values: dict[str, str] = {}
    secrets: dict[str, Secret] = {}
    basic: HttpBasic | None = None
    bearer: Secret | None = None
    slots: Annotated[int, Meta(ge=1, le=64)] = 4
    login: HttpLogin | None = None
    find: HttpFind = HttpFind()
    changes: HttpChanges | None = None
    paging: HttpPaging = HttpPaging()
    answer: HttpAnswer = HttpAnswer()
