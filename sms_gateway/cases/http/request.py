"""Requests as the settings describe them, ready to be written."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote

from msgspec import Raw
from msgspec.json import encode
from yarl import URL

from sms_gateway.described.addresses import OWN_HEADERS, basic_header, one_line, read_url
from sms_gateway.described.body import (
    CONTENT_TYPES,
    Pieces,
    Slot,
    Values,
    Vocabulary,
    compile_body,
    compile_text,
    forbid,
    read_pairs,
)
from sms_gateway.domain.secret import Secret
from sms_gateway.settings import SettingsError
from sms_gateway.settings.cases_http import HttpCases

# RFC 3986 section 3.3, without what would begin a query or stand for something else.
_PATH = re.compile(r"(?:/[A-Za-z0-9._~!$&'()*+,;=:@%-]*)*")
# RFC 9110 section 5.5: a header value holds no control characters; they would end it.
_CONTROL = "".join(map(chr, (*range(32), 127)))
_LIST_NOT_ALONE = re.compile(r'(?<!")\{codes\}|\{codes\}(?!")')


class Described(Protocol):
    """A request in the settings."""

    @property
    def method(self) -> str:
        """`GET` or `POST`."""

    @property
    def path(self) -> str:
        """Template of what stands behind `url`."""

    @property
    def query(self) -> Mapping[str, str]:
        """Name to template."""

    @property
    def body(self) -> str:
        """Template of a JSON body; empty for none."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request; it holds secrets and numbers, so that its repr shows neither."""

    method: str
    url: URL = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Common:
    """What all requests to one case database share.

    Attributes:
        url: what paths stand behind, without a slash at its end.
        names: placeholders of every template.
        constants: what values and secrets say.
        fixed: headers that are always the same.
        headers: those with placeholders.
    """

    url: URL
    names: Sequence[str]
    constants: Mapping[str, str] = field(repr=False)
    fixed: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, Pieces] = field(repr=False)


def read_common(cases: HttpCases, at: str) -> Common:
    """What all requests share; SettingsError where it cannot be used."""
    url = read_url(cases.url, f"{at}.url")
    if url.raw_query_string:
        msg = f"{at}.url: has a query; put it into the query of `find` and `changes`"
        raise SettingsError(msg)
    constants = {f"value.{name}": value for name, value in cases.values.items()} | {
        f"secret.{name}": secret.value for name, secret in cases.secrets.items()
    }
    names = (*constants, *(("session",) if cases.login else ()))
    known, spoken = Vocabulary(names), forbid(_CONTROL)
    headers = {
        name: compile_text(one_line(name, source, f"{at}.headers"), known, at, spoken)
        for name, source in cases.headers.items()
    }
    fixed = {**OWN_HEADERS, "Accept": "application/json", **_authorization(cases, at)}
    whole = URL(str(url).rstrip("/"), encoded=True)
    return Common(whole, names, constants, fixed, headers)


def _authorization(cases: HttpCases, at: str) -> Mapping[str, str]:
    if cases.basic and cases.bearer:
        msg = f"{at}: set basic or bearer, not both"
        raise SettingsError(msg)
    if cases.basic:
        return {"Authorization": basic_header(cases.basic.user, cases.basic.password)}
    return _bearer(cases.bearer, at) if cases.bearer else {}


def _bearer(bearer: Secret, at: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {one_line('bearer', bearer.value, at)}"}


class Writer:
    """Writes the requests of one purpose, from templates that were read at the start."""

    def __init__(self, common: Common, described: Described, names: Sequence[str], at: str) -> None:
        """Read the settings.

        Args:
            common: what it shares with the others.
            described: the request.
            names: placeholders of its own.
            at: dotted key of the request, named in errors.

        Raises:
            SettingsError: it cannot be used.
        """
        known = Vocabulary((*common.names, *names))
        self._common = common
        self._method = described.method
        self._path = compile_text(described.path, known, f"{at}.path")
        literal = "".join(part for part in self._path.parts if isinstance(part, str))
        if not _PATH.fullmatch(literal) or (described.path and described.path[0] != "/"):
            msg = f"{at}.path: expected a path such as /dossiers/{{code}}, without ? and #"
            raise SettingsError(msg)
        self._query = read_pairs(described.query, known, f"{at}.query")
        if _LIST_NOT_ALONE.search(described.body):
            msg = f"{at}.body: {{codes}} is a list; write it alone between its quotes"
            raise SettingsError(msg)
        body = described.body
        self._body = compile_body("json", body, known, f"{at}.body") if body else None
        self.code_in_path = any(p in self._path.parts for p in (Slot("code"), Slot("codes")))

    def write(self, values: Values, codes: Sequence[str] = ()) -> Outgoing:
        """A request.

        Args:
            values: of its placeholders.
            codes: what `{codes}` says: a list in a body, elsewhere with commas.
        """
        filled: Values = {**self._common.constants, "codes": ",".join(codes), **values}
        quoted = {name: quote(str(value), safe="") for name, value in filled.items()}
        text = f"{self._common.url}{self._path.fill(quoted)}"
        if self._query.fields:
            text += f"?{self._query.render(filled).decode()}"
        headers = dict(self._common.fixed)
        headers |= {name: piece.fill(filled) for name, piece in self._common.headers.items()}
        body = None
        if self._body is not None:
            headers["Content-Type"] = CONTENT_TYPES["json"]
            body = self._body.render({**filled, "codes": Raw(encode(list(codes)))})
        return Outgoing(self._method, URL(text, encoded=True), headers, body)
