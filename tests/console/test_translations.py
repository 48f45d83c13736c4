"""Every text of the console is there in Vietnamese."""

import io
import os
import re
from collections import Counter

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from sms_gateway.console.languages import PageLanguage, catalogue, merged
from tests.console.translations import CONSOLE, LOCALE, Text, used

PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")
VIETNAMESE = re.compile(r"[\u00c0-\u1ef9]")
UNMARKED = frozenset({"Code", "Delivery", "SMS", "Kind", "No."})


def parts(text: Text) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else text


def files() -> dict[str, Catalog]:
    return {
        path.stem: read_po(io.StringIO(path.read_text("utf-8")), locale="vi")
        for path in sorted(LOCALE.glob("*.po"))
    }


def test_no_text_lacks_its_vietnamese() -> None:
    known = merged(PageLanguage.VI)
    missing = [text for text in used() if not (text in known and known[text].string)]
    if missing and os.environ.get("UPDATE_LOCALE"):
        add(missing)
    assert not missing, "UPDATE_LOCALE=1 adds them to locale/vi/, to be translated by hand"


def add(missing: list[Text]) -> None:
    """Write them into the catalogue of their page, without a translation."""
    places = used()
    for text in missing:
        path = places[text]
        stem = path.stem if path.suffix == ".html" or path.parent.name == "pages" else "console"
        file = LOCALE / f"{stem}.po"
        catalog = Catalog(locale="vi")
        if file.is_file():
            catalog = read_po(io.StringIO(file.read_text("utf-8")), locale="vi")
        catalog.add(text)
        with file.open("wb") as out:
            write_po(out, catalog, omit_header=True, no_location=True, width=0)


def test_nothing_is_translated_that_no_page_shows() -> None:
    shown = set(used())
    assert [m.id for m in merged(PageLanguage.VI) if m.id and m.id not in shown] == []


def test_no_text_is_translated_in_two_files() -> None:
    ids = Counter(message.id for catalog in files().values() for message in catalog if message.id)
    assert [text for text, times in ids.items() if times > 1] == []


def test_a_translation_keeps_what_is_filled_in() -> None:
    known, lost = merged(PageLanguage.VI), []
    for text in used():
        said = known.get(text)
        assert said is not None
        wanted = {piece for part in parts(text) for piece in PLACEHOLDER.findall(part)}
        strings = said.string if isinstance(said.string, tuple | list) else (said.string,)
        lost += [text for string in strings if set(PLACEHOLDER.findall(str(string))) != wanted]
    assert lost == []


def test_vietnamese_has_its_marks() -> None:
    plain = [m.id for m in merged(PageLanguage.VI) if m.id and not VIETNAMESE.search(str(m.string))]
    assert set(plain) <= UNMARKED


def test_english_is_what_the_files_say() -> None:
    assert catalogue(PageLanguage.EN).gettext("Messages") == "Messages"
    assert catalogue(PageLanguage.VI).gettext("Messages") == "Tin nhắn"


def test_a_supervisor_is_called_one_thing() -> None:
    assert catalogue(PageLanguage.VI).gettext("supervisor") == "người phụ trách"
    other = [m.id for m in merged(PageLanguage.VI) if "giám sát" in str(m.string).lower()]
    assert other == []


def test_a_phone_number_is_not_headed_as_a_code() -> None:
    # Of «Number» the translation is that of a code, on the page of one message.
    page = (CONSOLE / "templates" / "reconcile.html").read_text("utf-8")
    assert "{% trans %}Number{% endtrans %}" not in page
    assert catalogue(PageLanguage.VI).gettext("Phone number") == "Số điện thoại"
