"""Responses to a browser: templates and files read once, and the headers that fence them in."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import jinja2

from sms_gateway.ports import WebhookReply, WebhookRequest

# Only our own script and style, only our own addresses; no frame, no inline code: a text that
# holds markup stays a text, and if a template forgot to escape it, it still could not run.
FENCE: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        ),
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
)
"""Headers of every response of this door."""

_HERE = Path(__file__).parent
_HTML = "text/html; charset=utf-8"
_STATIC: Mapping[str, str] = MappingProxyType(
    {
        "phone.js": "text/javascript; charset=utf-8",
        "phone.css": "text/css; charset=utf-8",
        "phone.svg": "image/svg+xml",
    }
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a call is not taken, without anything of its content.

    Attributes:
        detail: one line in English, for JSON, logs and the kept record.
        vi: one sentence in Vietnamese, for the person at the page.
    """

    detail: str
    vi: str


@dataclass(frozen=True, slots=True)
class Files:
    """What is read from disk when the door opens.

    Attributes:
        templates: by name, compiled.
        static: responses by file name.
    """

    templates: Mapping[str, jinja2.Template]
    static: Mapping[str, WebhookReply]


async def load_files() -> Files:
    """Read templates and static files, in a thread: other doors must not wait for the disk."""
    return await asyncio.to_thread(_load)


def _load() -> Files:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates = {name: environment.get_template(name) for name in environment.list_templates()}
    static = {
        name: WebhookReply(200, kind, (_HERE / "static" / name).read_bytes(), FENCE)
        for name, kind in _STATIC.items()
    }
    return Files(templates, static)


def wants_html(request: WebhookRequest) -> bool:
    """Whether a browser shows the response as a page; a script or curl gets JSON."""
    return "text/html" in request.headers.get("accept", "")


class Responses:
    """Writes them."""

    def __init__(self, files: Files) -> None:
        self._files = files

    @property
    def static(self) -> Mapping[str, WebhookReply]:
        """The static files by name."""
        return self._files.static

    def html(self, template: str, values: Mapping[str, object], status: int = 200) -> WebhookReply:
        """A page, or a piece of one; every value is escaped."""
        text = self._files.templates[template].render(values)
        return WebhookReply(status, _HTML, text.encode("utf-8", "replace"), FENCE)

    def json(self, status: int, value: object) -> WebhookReply:
        """For scripts."""
        body = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
        return WebhookReply(status, "application/json", body, FENCE)

    def redirect(self, path: str, cookie: str) -> WebhookReply:
        """See Other (RFC 9110 section 15.4.4): the browser goes there with GET."""
        headers = {**FENCE, "Location": path, **({"Set-Cookie": cookie} if cookie else {})}
        return WebhookReply(303, _HTML, b"", headers)

    def refusal(self, request: WebhookRequest, status: int, problem: Problem) -> WebhookReply:
        """Why not, as a page or as JSON."""
        if wants_html(request):
            return self.html("refused.html", {"problem": problem}, status)
        return self.json(status, {"error": problem.detail, "message": problem.vi})
