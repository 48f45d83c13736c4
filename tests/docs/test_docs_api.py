"""What docs/api.md says of scopes, events and signatures is what the code does."""

from datetime import UTC, datetime

from sms_gateway.api.posting import headers_of
from sms_gateway.domain.api import Scope
from sms_gateway.domain.webhooks import Event, Webhook, WebhookId
from tests.docs.pages import DOCS, blocks

PAGE = DOCS / "api.md"
SECRET = "whsec_" + "QUJD" * 8


def test_the_page_names_each_scope_and_each_event() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [word for word in (*Scope, *Event) if f"| `{word}` |" not in text] == []


def test_the_example_tells_a_call_of_ours_from_others() -> None:
    (example,) = [block for block in blocks(PAGE, "python") if "is_ours" in block.text]
    made: dict[str, object] = {}
    exec(compile(example.text, "api.md", "exec"), made)  # noqa: S102  # of the handbook
    is_ours = made["is_ours"]
    assert callable(is_ours)
    now = datetime.now(UTC)
    hook = Webhook(
        WebhookId("w"), "w", "", SECRET, (), None, with_number=False, with_text=False,
        enabled=True, made_at=now, by="",
    )  # fmt: skip
    headers = headers_of(hook, "message.parked:1", b"{}", now)
    assert is_ours(SECRET, headers, b"{}")
    assert not is_ours(SECRET, headers, b"[]")
    assert not is_ours("whsec_" + "QUJE" * 8, headers, b"{}")
    old = headers_of(hook, "message.parked:1", b"{}", datetime(2026, 1, 1, tzinfo=UTC))
    assert not is_ours(SECRET, old, b"{}")
