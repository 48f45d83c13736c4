"""Each reason that a door can give has words in both languages; a telco's own code stays."""

import ast
from collections.abc import Iterator

import pytest

from sms_gateway.console.door_words import send_reason, unread_reason
from sms_gateway.console.languages import PageLanguage, catalogue
from sms_gateway.smpp.status import Status, status_name
from tests.structure.tree import PACKAGE

SAY = catalogue(PageLanguage.VI).gettext
FAILS = {"Deferred", "Rejected", "Uncertain"}
UNREAD = {"UnreadableError", "Unreadable"}


def written(node: ast.AST) -> str | None:
    """A text as it stands in the code; 7 for what is put into it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(written(one) or "7" for one in node.values)
    return None


def calls(names: set[str], *rooms: str) -> Iterator[ast.Call]:
    for room in rooms:
        for path in sorted((PACKAGE / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
                if named and node.func.id in names:  # type: ignore[attr-defined]  # a call by a name
                    yield node  # type: ignore[misc]  # the same


REASONS = sorted({
    text.strip()
    for call in calls(FAILS, "channels", "dispatch")
    for node in call.args[:1]
    if (text := written(node))
})  # fmt: skip
PROBLEMS = sorted({
    text
    for call in calls(UNREAD, "channels/http", "channels/smpp")
    for node in [*call.args, *(one.value for one in call.keywords if one.arg == "problem")]
    if (text := written(node)) and " " in text
})  # fmt: skip
OTHERS = ("bad_gateway", "gateway_timeout", "unencodable", "partly_taken", "server_error 503")


@pytest.mark.parametrize("reason", [*REASONS, *OTHERS])
def test_why_a_send_failed_is_said_in_words(reason: str) -> None:
    assert len(REASONS) > 12
    told = send_reason(reason, SAY)
    assert told != reason
    assert "_" not in told
    assert told.endswith("7") == reason.endswith("7")


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.ROK])
def test_what_an_smsc_answered_is_said_in_words_beside_its_code(status: Status) -> None:
    name = status_name(status)
    told = send_reason(name, SAY)
    assert told.endswith(f" ({name})")
    assert send_reason(f"door_refused {name}", SAY) == f"nhà mạng từ chối hệ thống: {told}"
    assert send_reason("0x00000401", SAY).endswith(" (0x00000401)")
    assert send_reason(f"strange {name}", SAY) == f"strange {name}"


@pytest.mark.parametrize("problem", [*PROBLEMS, "is over 16384 octets", "is no list"])
def test_why_a_call_could_not_be_read_is_said_in_words(problem: str) -> None:
    assert len(PROBLEMS) > 12
    whole = problem if problem.startswith("field ") else f"field text {problem}"
    told = unread_reason(f"unreadable: {whole}", SAY)
    assert told.startswith("mục ")
    assert problem.removeprefix("field ").partition(" ")[2] not in told or "7" in told


def test_what_nobody_knows_stays_as_it_is() -> None:
    for odd in ("", "ESME_STRANGE", "khong gui duoc", "%(n)s", "http"):
        assert send_reason(odd, SAY) in (odd, SAY("the telco answered with the status"))
    for odd in ("", "field x", "is 100% wrong", "field a%(b)s is missing"):
        assert unread_reason(odd, SAY) in (odd, "mục a%(b)s bị thiếu")
