"""Each act of the console, once, as somebody does it at a page: one line for each route.

Who adds a route that changes something adds it to `ACTS`, in the order in which they can be done:
its route, the page on which its form stands, and what is typed into it by the name of the field.
`test_console_acts.py` does it by keys alone, as the lowest role that may. Where the route can say
no and show its page again, a line of `REFUSALS` has axe look at that page too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sms_gateway.domain.staff import Role
from tests.access.access_desk import OTHER, PASSWORD
from tests.browser import test_sign_in_provided
from tests.browser.full_house import UNREAD
from tests.console.test_reconcile_page import table

_MESSAGE = "/console/messages/{parked0}"
_LIST = "/console/messages"
_LONG = "mot cau rat dai " * 60
LEADS_ON = 303
BLANK = "   "
"""What a browser takes for a word, and we do not."""


ELSEWHERE = {
    "POST /console/sign-in/provider/code":
        test_sign_in_provided.test_the_way_to_the_provider_and_back_is_in_everybodys_reach,
}  # fmt: skip
"""Done in a browser by another test: a house is opened with a provider, or without one."""

_RECONCILE = "/console/reports/reconcile"
_DAYS = {"from": "2026-11-01", "to": "2026-11-30"}
_BILL = table(
    "t1;84900000001;23/11/2026 10:00:00;0;9",
    "b9;84912345678;23/11/2026 10:00:00;1;1",
    "Tổng cộng;;;2;3",
).decode("utf-8-sig")
"""Of two messages: one that is otherwise here, and one that is not here."""

_S1 = "/console/templates/S1"
_S4 = "/console/templates/S4"
_VERSION = "POST /console/templates/{name}/versions/{id}"
_WORDING = "Hồ sơ {{code}} đã nhận ngày {{date}}."
_PROPOSES = "button:not(.quiet)"
_HOOK = "/console/webhooks/portal"


@dataclass(frozen=True, slots=True)
class Act:
    """One form, sent once.

    Attributes:
        route: method and path, as the console has it.
        at: where the form stands: an address, or the act whose answer shows it. `{names}` are
            filled in from `full_house.furnish`.
        fields: what is typed, chosen or ticked, by the field's name, in the order of the page; of
            a file, what it says.
        button: which button of the form, as a selector.
        status: of the answer; a page that only this act shows has another one than 303.
        file: the answer is a file.
        paper: the answer is a page that is as wide as its sheet: it is there to be printed.
        alone: by a new person, whose account it changes.
        typing: the path of the form in which typing alone asks the route.
        by: who does it, where it takes more than the lowest role that may.
    """

    route: str
    at: "str | Act"
    fields: Mapping[str, str] = field(default_factory=dict)
    button: str = "button"
    status: int = 303
    file: bool = False
    paper: bool = False
    alone: bool = False
    typing: str = ""
    by: Role | None = None

    @property
    def shows(self) -> bool:
        """It shows a page that no address has."""
        return self.status != LEADS_ON and not self.file and not self.typing


LOOK = Act("POST /console/rights", "/console/rights", {"number": "0900000009"}, status=200)
TRY = Act("POST /console/unread/try", "/console/unread",
          {"word": "HOSOCUATOI", "keyword": "MCKH"}, "button:not(.quiet)", 200)  # fmt: skip
OFFER = Act("POST /console/account/second-factor/offer", "/console/account/second-factor",
            {"old": PASSWORD}, status=200, alone=True)  # fmt: skip
PROPOSE = Act("POST /console/templates/{name}/propose", f"{_S1}/edit",
              {"vi": _WORDING, "note": "gọn hơn"}, _PROPOSES)  # fmt: skip

ACTS = (
    # Coming and going
    Act("POST /console/language", "/console/sign-in"),
    Act("POST /console/sign-in", "/console/sign-in", {"login": "binh", "password": PASSWORD}),
    Act("POST /console/invite/{token}", "/console/invite/{token}",
        {"password": OTHER, "again": OTHER}),
    Act("POST /console/sign-out", "/console/account", alone=True),
    Act("POST /console/account/password", "/console/account",
        {"old": PASSWORD, "password": OTHER, "again": OTHER}, alone=True),
    Act("POST /console/account/keys", "/console/account", {"keys": "1"}, alone=True),
    Act("POST /console/account/sessions", "/console/account", alone=True),
    OFFER,
    Act("POST /console/account/second-factor/confirm", OFFER, {"code": "{code}"}, alone=True),
    # The log, and one message of it
    Act("POST /console/messages/find", _LIST, {"q": "170703-0001"}),
    Act("POST /console/messages/views", f"{_LIST}?outcome=parked", {"name": "Chờ cán bộ"}),
    Act("POST /console/messages/views/forget", _LIST),
    Act("POST /console/messages/export", f"{_LIST}/export", {"form": "xlsx"},
        status=200, file=True),
    Act("POST /console/messages/{id}/unmask", _MESSAGE, {"reason": "gọi lại"}, status=200),
    Act("POST /console/messages/count", _MESSAGE, {"text": "Da xong"}, status=200,
        typing="/console/messages/[^/]+/answer"),
    Act("POST /console/messages/{id}/answer", _MESSAGE, {"text": "Da xong, moi den nhan."}),
    Act("POST /console/messages/{id}/handled", "/console/messages/{parked1}", {"note": "đã gọi"}),
    Act("POST /console/messages/{id}/settle", "/console/messages/{parked2}",
        button="button[value=again]"),
    Act("POST /console/messages/{id}/evidence", f"{_MESSAGE}/evidence",
        {"reason": "khiếu nại"}, status=200),
    Act("POST /console/refused/{hash}/show", "/console/refused/{call}", {"reason": "xem lỗi"},
        status=200),
    # Complaints
    Act("POST /console/complaints", "/console/complaints",
        {"what": "Chờ lâu", "channel": "phone"}),
    Act("POST /console/messages/{id}/complaints", f"{_MESSAGE}/complaints",
        {"what": "Trả lời sai", "channel": "desk"}),
    Act("POST /console/complaints/{id}/close", "/console/complaints", {"outcome": "đã xin lỗi"}),
    # Rules
    TRY,
    Act("POST /console/unread/add", TRY, {"note": "tờ rơi"}),
    Act("POST /console/unread/remove", "/console/unread"),
    Act("POST /console/messages/{id}/test-case", f"{_MESSAGE}/test-case",
        {"text": UNREAD, "intent": "lookup", "note": "tờ rơi"}),
    Act("POST /console/test-cases/{id}/delete", "/console/test-cases"),
    # A citizen
    Act("POST /console/citizens/{hash}/decide", "/console/citizens/{number}", {"note": "yêu cầu"}),
    LOOK,
    Act("POST /console/rights/export", LOOK, status=200, file=True),
    Act("POST /console/rights/erase", LOOK, {"reason": "đơn số 7", "sure": "1"}, status=200),
    # Automatic messages
    Act("POST /console/notices/{batch}/release", "/console/notices/{bulk}/release"),
    Act("POST /console/notices/{batch}/confirm", "/console/notices/{backward}/confirm"),
    Act("POST /console/notices/{batch}/drop", "/console/notices/{dropped}/drop"),
    Act("POST /console/windows/now", "/console/windows", {"cause": "đứt cáp", "stops": "no"}),
    Act("POST /console/windows/plan", "/console/windows",
        {"cause": "nâng cấp", "from": "2027-01-04T08:30", "to": "2027-01-04T17:00"}),
    Act("POST /console/windows/{window}/end", "/console/windows/{standing}",
        button="button[name=now]"),
    Act("POST /console/windows/{window}/told", "/console/windows/{told}", {"where": "bảng tin"}),
    Act("POST /console/windows/{window}/announcement", "/console/windows/{ahead}/announcement"),
    Act("POST /console/windows/{window}/late", "/console/windows/{past}/late",
        {"note": "máy chủ hỏng"}, "button[name=every]"),
    Act("POST /console/calendar/set", "/console/calendar",
        {"day": "2026-12-01", "kind": "morning", "note": "họp"}),
    Act("POST /console/calendar/unset", "/console/calendar"),
    # Wordings
    Act("POST /console/templates/{name}/try", f"{_S1}/edit", {"vi": _WORDING},
        "button[formaction]", 200),
    Act("POST /console/templates/{name}/try", f"{_S1}/edit", {"vi": "Ho so. "}, status=200,
        typing=f"{_S1}/try"),
    PROPOSE,
    Act(f"{_VERSION}/withdraw", PROPOSE, {"reason": "nhầm"}),
    Act("POST /console/templates/{name}/back", _S4, {"note": "như cũ"}),
    Act(f"{_VERSION}/reject", f"{_S4}/versions/{{unwanted}}", {"reason": "dài"}),
    Act(f"{_VERSION}/approve", f"{_S4}/versions/{{wanted}}"),
    Act(f"{_VERSION}/withdraw", "/console/templates/S2-undated/versions/{timed}",
        {"reason": "hoãn"}),
    # Reports, doors and the audit log
    Act(f"POST {_RECONCILE}", _RECONCILE, {**_DAYS, "file": _BILL}, status=200),
    Act(f"POST {_RECONCILE}", _RECONCILE, {**_DAYS, "as": "print", "file": _BILL}, status=200,
        paper=True),
    Act(f"POST {_RECONCILE}", _RECONCILE, {**_DAYS, "as": "csv", "file": _BILL}, status=200,
        file=True, by=Role.CLERK),
    Act("POST /console/reports/file", "/console/reports?kind=messages", button="button[value=csv]",
        status=200, file=True),
    Act("POST /console/doors/{door}/pause", "/console/doors/{door}"),
    Act("POST /console/doors/{door}/resume", "/console/doors/{door}"),
    Act("POST /console/doors/{door}/test", "/console/doors/{door}",
        {"number": "0900000002", "text": "thu"}),
    Act("POST /console/doors/{door}/drain", "/console/doors/{door}"),
    Act("POST /console/audit/find", "/console/audit", {"from": "2026-11-01", "by": "binh"}),
    Act("POST /console/audit/check", "/console/audit", status=200),
    Act("POST /console/audit/export", "/console/audit", status=200, file=True),
    # People
    Act("POST /console/staff", "/console/staff",
        {"name": "Mới", "login": "moi-{language}", "role": "viewer", "scope": "all"}, status=200),
    Act("POST /console/staff/{login}/change", "/console/staff/cu", {"name": "Cũ", "scope": "all"}),
    Act("POST /console/staff/{login}/sessions", "/console/staff/binh"),
    Act("POST /console/staff/{login}/disable", "/console/staff/cu"),
    Act("POST /console/staff/{login}/enable", "/console/staff/cu"),
    Act("POST /console/staff/{login}/invite", "/console/staff/cu", status=200),
    Act("POST /console/staff/{login}/unlink", "/console/staff/lien"),
    # Other systems
    Act("POST /console/tokens", "/console/tokens",
        {"name": "may-{language}", "may.messages:read": "on", "scope": "all"}, status=200),
    Act("POST /console/tokens/{name}/revoke", "/console/tokens"),
    Act("POST /console/webhooks", "/console/webhooks",
        {"name": "cong-{language}", "url": "https://10.20.0.10/sms", "scope": "all"}, status=200),
    Act("POST /console/webhooks/{name}/test", _HOOK, status=200),
    Act("POST /console/webhooks/{name}/off", _HOOK),
    Act("POST /console/webhooks/{name}/on", _HOOK),
    Act("POST /console/webhooks/{name}/again", _HOOK),
    Act("POST /console/webhooks/{name}/replay", _HOOK),
    Act("POST /console/webhooks/{name}/secret", _HOOK, status=200),
    Act("POST /console/webhooks/{name}/remove", "/console/webhooks/cong-{language}"),
)  # fmt: skip

REFUSALS = (
    Act("POST /console/sign-in", "/console/sign-in", {"login": "binh", "password": "x"},
        status=401),
    Act("POST /console/sign-in", "/console/sign-in", {"login": "coma", "password": PASSWORD},
        status=401),
    Act("POST /console/sign-in", "/console/sign-in", {"login": "khoa", "password": PASSWORD},
        status=429),
    Act("POST /console/invite/{token}", "/console/invite/{token}",
        {"password": OTHER, "again": PASSWORD}, status=422),
    Act("POST /console/account/password", "/console/account",
        {"old": OTHER, "password": OTHER, "again": OTHER}, status=422),
    Act("POST /console/account/second-factor/offer", "/console/account/second-factor",
        {"old": OTHER}, status=422),
    Act("POST /console/account/second-factor/confirm", OFFER, {"code": "000000"}, status=422,
        alone=True),
    Act("POST /console/messages/find", _LIST, {"q": "chi Lan 0900000001 hoi"}, status=422),
    Act("POST /console/messages/views", f"{_LIST}?outcome=parked", {"name": BLANK}, status=422),
    Act("POST /console/messages/export", f"{_LIST}/export", {"full": "yes"}, status=422,
        by=Role.SUPERVISOR),
    Act("POST /console/messages/{id}/unmask", _MESSAGE, {"reason": BLANK}, status=422),
    Act("POST /console/messages/{id}/answer", _MESSAGE, {"text": _LONG}, status=422),
    Act("POST /console/messages/{id}/answer", _MESSAGE, {"text": "Đã xong"},
        "button[name=unaccent]", 200),
    Act("POST /console/messages/{id}/evidence", f"{_MESSAGE}/evidence", {"reason": BLANK},
        status=422),
    Act("POST /console/refused/{hash}/show", "/console/refused/{call}", {"reason": BLANK},
        status=422),
    Act("POST /console/complaints", "/console/complaints", {"what": BLANK}, status=422),
    Act("POST /console/messages/{id}/complaints", f"{_MESSAGE}/complaints", {"what": BLANK},
        status=422),
    Act("POST /console/unread/try", "/console/unread", {"word": "MCKH", "keyword": "MCKH"},
        "button:not(.quiet)", 422),
    Act("POST /console/messages/{id}/test-case", f"{_MESSAGE}/test-case",
        {"text": BLANK, "intent": "lookup"}, status=422),
    Act("POST /console/citizens/{hash}/decide", "/console/citizens/{number}", {"note": BLANK},
        status=422),
    Act("POST /console/rights", "/console/rights", {"number": "nobody"}, status=422),
    Act("POST /console/rights/erase", LOOK, {"reason": BLANK, "sure": "1"}, status=422),
    Act("POST /console/windows/now", "/console/windows", {"cause": BLANK}, status=422),
    Act("POST /console/windows/plan", "/console/windows",
        {"cause": "nâng cấp", "from": "2027-01-04T08:30", "to": "2027-01-03T17:00"}, status=422),
    Act("POST /console/windows/{window}/end", "/console/windows/{standing}",
        {"at": "2016-11-23T09:00"}, status=409),
    Act("POST /console/windows/{window}/told", "/console/windows/{told}", {"where": BLANK},
        status=422),
    Act("POST /console/windows/{window}/late", "/console/windows/{past}/late",
        {"codes": "slip", "note": "A"}, status=422),
    Act("POST /console/calendar/set", "/console/calendar",
        {"day": "2150-12-01", "note": "họp"}, status=422),
    Act("POST /console/templates/{name}/try", f"{_S1}/edit",
        {"vi": "Hồ sơ {{ma}}", "en": "Dossier {{code"}, "button[formaction]", 200),
    Act("POST /console/templates/{name}/propose", f"{_S1}/edit", {"vi": "Hồ sơ {{ma}}"}, _PROPOSES,
        422),
    Act("POST /console/templates/{name}/propose", f"{_S1}/edit", button=_PROPOSES, status=422),
    Act("POST /console/templates/{name}/propose", f"{_S1}/edit",
        {"vi": _WORDING, "at": "2016-11-23T09:00"}, _PROPOSES, 422),
    Act(f"{_VERSION}/approve", f"{_S4}/versions/{{late}}", status=409),
    Act(f"POST {_RECONCILE}", _RECONCILE, {**_DAYS, "file": "Ngày;Số tiền"}, status=422),
    Act(f"POST {_RECONCILE}", _RECONCILE,
        {"from": "2026-11-30", "to": "2026-11-01", "file": _BILL}, status=422),
    Act("POST /console/doors/{door}/test", "/console/doors/{door}", {"number": "x"}, status=422),
    Act("POST /console/audit/find", "/console/audit", {"by": "chi 0900000001"}, status=422),
    Act("POST /console/staff", "/console/staff", {"name": "Bình", "login": "binh"}, status=409),
    Act("POST /console/staff/{login}/change", "/console/staff/cu", {"name": BLANK}, status=422),
    Act("POST /console/tokens", "/console/tokens", {"name": "may", "scope": "all"}, status=422),
    Act("POST /console/tokens", "/console/tokens",
        {"name": "cong-mot-cua", "may.messages:read": "on", "scope": "all"}, status=409),
    Act("POST /console/webhooks", "/console/webhooks",
        {"name": "ngoai", "url": "https://192.0.2.1/sms", "scope": "all"}, status=422),
    Act("POST /console/webhooks", "/console/webhooks",
        {"name": "portal", "url": "https://10.20.0.9/sms", "scope": "all"}, status=409),
    Act("POST /console/webhooks/{name}/replay", _HOOK,
        {"what": "since", "since": "2016-11-23T09:00"}, status=422),
)  # fmt: skip
"""What is refused in words on the page, or shows another page that no address has."""
