"""From a page's values to HTML. All is escaped: a citizen's text is an attacker's text."""

import enum
from collections.abc import Callable, Mapping
from datetime import datetime
from gettext import NullTranslations
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import aiohttp_jinja2
import jinja2
from aiohttp import web

from sms_gateway.console import places
from sms_gateway.console.assets import Assets
from sms_gateway.console.guards import masked_csrf
from sms_gateway.console.labels import label
from sms_gateway.console.languages import PageLanguage
from sms_gateway.console.navigation import entries
from sms_gateway.console.notes import note
from sms_gateway.console.words import template_words, word
from sms_gateway.domain.masking import masked_numbers
from sms_gateway.domain.message import Language
from sms_gateway.domain.staff import Permission

if TYPE_CHECKING:  # a visit holds the desk, and the desk this
    from sms_gateway.console.visit import Visit

_KEYS: Final = {
    language: web.AppKey(f"console_{language}", jinja2.Environment) for language in PageLanguage
}
_SMALL: Final = 1024


class Renderer:
    """Makes pages of templates.

    Args:
        app: where the templates are set up, one environment for each language.
        assets: templates, texts, and where scripts and styles are.
        zone: of the dates.
    """

    def __init__(self, app: web.Application, assets: Assets, zone: ZoneInfo) -> None:
        for language, key in _KEYS.items():
            environment = aiohttp_jinja2.setup(
                app,
                app_key=key,
                loader=jinja2.DictLoader(assets.templates),
                extensions=["jinja2.ext.i18n"],
                undefined=jinja2.StrictUndefined,
                autoescape=True,
                auto_reload=False,
                trim_blocks=True,
                lstrip_blocks=True,
            )
            environment.policies["ext.i18n.trimmed"] = True
            texts = assets.texts[language]
            environment.install_gettext_translations(texts, newstyle=True)  # type: ignore[attr-defined]  # of the extension
            environment.filters |= _filters(texts, zone)
            environment.globals |= {
                "static": assets.static.address,
                "places": places,
                "Permission": Permission,
            }

    def page(
        self, visit: "Visit", template: str, values: Mapping[str, object], status: int
    ) -> web.Response:
        """Fill a template in."""
        session = visit.session
        csrf = "" if session is None else masked_csrf(session.csrf, visit.desk.random)
        known = {
            "visit": visit,
            "person": None if session is None else session.person,
            "csrf": csrf,
            "language": visit.language,
            "title": visit.say(visit.route.title),
            "note": visit.say(note(visit.query.get("done"))),
            "navigation": entries(visit),
            "here": visit.request.rel_url.raw_path,
        }
        response = aiohttp_jinja2.render_template(
            template,
            visit.request,
            {**known, **values},
            app_key=_KEYS[visit.language],
            status=status,
        )
        if len(response.body or b"") > _SMALL:  # type: ignore[arg-type]  # a text that was rendered
            response.enable_compression()
        return response


def _filters(texts: NullTranslations, zone: ZoneInfo) -> Mapping[str, Callable[..., str]]:
    def named(value: enum.Enum) -> str:
        return texts.gettext(label(value))

    def moment(at: datetime) -> str:
        return at.astimezone(zone).strftime("%d/%m/%Y %H:%M:%S")

    def minute(at: datetime) -> str:
        return at.astimezone(zone).strftime("%d/%m %H:%M")

    def day(at: datetime) -> str:
        return at.astimezone(zone).strftime("%d/%m/%Y")

    def machine(at: datetime) -> str:
        return at.astimezone(zone).isoformat(timespec="seconds")

    def tongue(value: str) -> str:
        return named(Language(value))

    def said(code: str) -> str:
        return texts.gettext(word(code)) if code else ""

    def template(code: str) -> str:
        names = template_words(code)
        return f"{code} {', '.join(map(texts.gettext, names))}" if names else code

    def reason(code: str) -> str:
        return template(code) if template_words(code) else said(code)

    return {
        "language": tongue,
        "word": said,
        "template": template,
        "reason": reason,
        "label": named,
        "moment": moment,
        "minute": minute,
        "day": day,
        "machine": machine,
        "masked": masked_numbers,
    }
