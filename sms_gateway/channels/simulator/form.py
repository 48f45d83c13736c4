"""What the phone's forms must hold, and the cookie that remembers whose phone it is.

No address of ours holds a number: it stands in bodies, and in a cookie that lasts an hour.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote

from sms_gateway.channels.simulator.responses import Problem
from sms_gateway.domain.ids import ShortCode, TelcoId
from sms_gateway.domain.message import MobileOriginated
from sms_gateway.domain.msisdn import Address, read_address
from sms_gateway.ports import WebhookRequest

MAX_TEXT = 2_000
"""Longest text, in characters: a long text of ten segments has 1,530."""

_FORM_TYPE = "application/x-www-form-urlencoded"
_MAX_FIELDS = 20
_MAX_ID = 100
_SHORT_CODE = re.compile(r"[0-9]{1,15}")
_COOKIE = "sms_gateway_phone"
_COOKIE_SECONDS = 3600


class UnreadableError(Exception):
    """A field is missing or wrong; neither attribute holds its content.

    Attributes:
        field: its name.
        problem: what is wrong, in English.
        vi: the same in Vietnamese.
    """

    def __init__(self, field: str, problem: str, vi: str) -> None:
        super().__init__(f"field {field} {problem}")
        self.field = field
        self.problem = problem
        self.vi = vi

    def as_problem(self) -> Problem:
        """For a refusal."""
        return Problem(str(self), self.vi)


@dataclass(frozen=True, slots=True)
class Line:
    """One phone texting one short code: the conversation on the screen.

    Attributes:
        number: whose phone it is.
        short_code: whom it texts.
    """

    number: Address
    short_code: ShortCode


def read_form(request: WebhookRequest) -> Mapping[str, str]:
    """The fields of a form body, UTF-8.

    Raises:
        UnreadableError: it is none, or a field stands there twice.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM_TYPE:
        raise UnreadableError(
            field="content-type", problem=f"is not {_FORM_TYPE}", vi="Không phải biểu mẫu."
        )
    try:
        pairs = parse_qsl(
            request.body.decode(),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_MAX_FIELDS,
        )
    except ValueError:
        raise UnreadableError(
            field="body", problem="is no form in UTF-8", vi="Không đọc được biểu mẫu."
        ) from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise UnreadableError(
            field="body", problem="names a field twice", vi="Biểu mẫu có trường bị lặp."
        )
    return fields


def read_message(request: WebhookRequest, region: str) -> MobileOriginated:
    """The MO that a form says.

    Args:
        request: with fields from, to, text and, so that a repeated delivery is known, id.
        region: ISO 3166 region of numbers without a country code.

    Raises:
        UnreadableError: a field is missing or wrong.
    """
    form = read_form(request)
    text = form.get("text")
    if text is None:
        raise UnreadableError(field="text", problem="is missing", vi="Chưa có nội dung tin.")
    # A form writes each line break as CR LF (HTML, "form submission"); a phone writes LF.
    text = text.replace("\r\n", "\n")
    if len(text) > MAX_TEXT:
        problem = f"is longer than {MAX_TEXT} characters"
        raise UnreadableError(
            field="text", problem=problem, vi=f"Tin quá dài, tối đa {MAX_TEXT} ký tự."
        )
    return MobileOriginated(
        telco_id=_telco_id(form.get("id", "")),
        sender=_number(form, "from", region),
        short_code=_short_code(form, "to"),
        text=text,
    )


def read_line(form: Mapping[str, str], region: str) -> Line:
    """The phone and the short code that `number` and `short_code` name.

    Raises:
        UnreadableError: a field is missing or wrong.
    """
    return Line(_number(form, "number", region), _short_code(form, "short_code"))


def write_cookie(line: Line) -> str:
    """A Set-Cookie value that brings this phone back to `/phone`, for an hour."""
    value = f"{quote(line.number.value, safe='')}/{line.short_code}"
    return f"{_COOKIE}={value}; Path=/phone; Max-Age={_COOKIE_SECONDS}; HttpOnly; SameSite=Strict"


def read_cookie(request: WebhookRequest, region: str) -> Line | None:
    """The phone that a cookie of ours names, or None."""
    for pair in request.headers.get("cookie", "").split(";"):
        name, _, value = pair.strip().partition("=")
        if name == _COOKIE:
            number, _, short_code = value.partition("/")
            try:
                return read_line({"number": unquote(number), "short_code": short_code}, region)
            except UnreadableError:
                return None
    return None


def _number(form: Mapping[str, str], field: str, region: str) -> Address:
    raw = form.get(field, "")
    address = read_address(raw, region)
    if address is None:
        problem = "is no phone number or name" if raw else "is missing"
        raise UnreadableError(field, problem, vi="Số điện thoại không đúng.")
    return address


def _short_code(form: Mapping[str, str], field: str) -> ShortCode:
    raw = form.get(field, "").strip()
    if not _SHORT_CODE.fullmatch(raw):
        problem = "is no number of up to 15 digits" if raw else "is missing"
        raise UnreadableError(field, problem, vi="Đầu số không đúng, chỉ gồm chữ số.")
    return ShortCode(raw)


def _telco_id(raw: str) -> TelcoId | None:
    if len(raw) > _MAX_ID or not raw.isprintable():
        problem = f"is no line of up to {_MAX_ID} characters"
        raise UnreadableError(field="id", problem=problem, vi="Mã tin không đúng.")
    return TelcoId(raw) if raw else None
