"""The clerk's page of help: for everybody, in the words that the console itself shows."""

import re

import pytest

from sms_gateway.console.languages import PageLanguage, catalogue
from sms_gateway.console.pages.guide import INTRODUCTION, PARTS
from sms_gateway.console.places import HELP
from sms_gateway.domain.staff import Role
from tests.console.console_desk import ConsoleHouse
from tests.console.translations import used

QUOTE = re.compile(r"«([^»]+)»")
LINES = [line for part in PARTS for line in part.lines]


@pytest.mark.parametrize("role", list(Role))
async def test_everybody_may_read_it_and_each_page_leads_there(
    house: ConsoleHouse, role: Role
) -> None:
    person = await house.signed_in(role)
    first = await person.get("/console/account")
    assert first.text.count(f'href="{HELP}"') == 2
    page = await person.get(HELP)
    assert page.status == 200
    say = catalogue(PageLanguage.VI).gettext
    for text in (INTRODUCTION, *(part.title for part in PARTS), *LINES):
        assert say(text).replace("'", "&#39;") in page.text


@pytest.mark.parametrize("language", list(PageLanguage))
def test_what_it_quotes_is_what_pages_show(language: PageLanguage) -> None:
    say = catalogue(language).gettext
    shown = {say(text) for text in used() if isinstance(text, str)}
    quotes = [quote for line in LINES for quote in QUOTE.findall(say(line))]
    assert len(quotes) > 15
    assert [quote for quote in quotes if quote not in shown] == []


def test_both_languages_quote_the_same_words() -> None:
    say = catalogue(PageLanguage.VI).gettext
    for line in LINES:
        assert sorted(map(say, QUOTE.findall(line))) == sorted(QUOTE.findall(say(line)))


async def test_what_it_says_of_three_digits_is_so(house: ConsoleHouse) -> None:
    clerk = await house.signed_in()
    page = await clerk.get(HELP)
    assert "170703-0001 001" in page.text
    found = await clerk.post("/console/messages/find", {"q": "170703-0001 001"}, page)
    assert found.headers["Location"] == "/console/messages?code=170703-0001&ending=001"
