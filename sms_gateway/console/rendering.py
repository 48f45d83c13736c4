"""From a page's values to HTML. All is escaped: a citizen's text is an attacker's text."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import aiohttp_jinja2
import jinja2
from aiohttp import web

from sms_gateway.console import places
from sms_gateway.console.assets import Assets
from sms_gateway.console.filters import filters_of
from sms_gateway.console.guards import masked_csrf
from sms_gateway.console.here import here
from sms_gateway.console.languages import PageLanguage
from sms_gateway.console.navigation import entries
from sms_gateway.console.notes import note
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
            environment.filters |= filters_of(texts, language, zone)
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
            "here": here(visit.request, visit.route.path),
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
