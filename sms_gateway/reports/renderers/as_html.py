"""A document as one page that prints on A4: its own style, no script, nothing from elsewhere."""

from importlib.resources import files

import jinja2

from sms_gateway.reports.document import Document
from sms_gateway.reports.renderers.cells import is_number, plain, shown

_TEMPLATES = files(__package__).joinpath("templates")


def render(document: Document) -> bytes:
    """The page; whatever the data hold is escaped."""
    return page(document).encode()


def page(document: Document, style_at: str | None = None) -> str:
    """The same page, its style from an address: some servers allow none within a page."""
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    template = environment.from_string(_TEMPLATES.joinpath("report.html").read_text("utf-8"))
    style = _TEMPLATES.joinpath("report.css").read_text("utf-8")
    return template.render(
        document=document,
        style=style,
        style_at=style_at,
        shown=shown,
        plain=plain,
        is_number=is_number,
    )
