"""The languages of the pages: English as it is written here, Vietnamese from `locale/vi/*.po`."""

import enum
import functools
import gettext
import io
from importlib import resources

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from sms_gateway.domain.message import Language


class PageLanguage(enum.StrEnum):
    """A language of pages."""

    VI = "vi"
    EN = "en"


def page_language(language: Language) -> PageLanguage:
    """The language of pages of a person who reads that one."""
    return PageLanguage.EN if language is Language.EN else PageLanguage.VI


def marked(text: str) -> str:
    """A text that is translated where it is shown, not here: this is where it is found."""
    return text


@functools.cache
def catalogue(language: PageLanguage) -> gettext.NullTranslations:
    """The texts of a language; English ones are the keys."""
    if language is PageLanguage.EN:
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, merged(language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def merged(language: PageLanguage) -> Catalog:
    """All catalogues of a language as one; each page has one, so that it is read beside it."""
    whole = Catalog(locale=language)
    folder = resources.files("sms_gateway.console") / "locale" / language
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".po"):
            for message in read_po(io.StringIO(file.read_text("utf-8")), locale=language):
                if message.id:
                    whole[message.id] = message
    return whole
