"""All files of the console, read once before it takes calls: reading them holds up the loop."""

from collections.abc import Mapping
from dataclasses import dataclass
from gettext import NullTranslations
from importlib import resources

from sms_gateway.console.languages import PageLanguage, catalogue
from sms_gateway.console.static import Static


@dataclass(frozen=True, slots=True)
class Assets:
    """What was read.

    Attributes:
        static: styles and scripts.
        templates: by name.
        texts: of each language.
    """

    static: Static
    templates: Mapping[str, str]
    texts: Mapping[PageLanguage, NullTranslations]


def load_assets() -> Assets:
    """Read them; for a thread."""
    folder = resources.files("sms_gateway.console") / "templates"
    templates = {file.name: file.read_text("utf-8") for file in folder.iterdir() if file.is_file()}
    return Assets(Static(), templates, {one: catalogue(one) for one in PageLanguage})
