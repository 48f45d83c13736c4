"""What replies tell people to text is understood, by the keywords that are shipped with them."""

import re
import tomllib
from pathlib import Path

import pytest

from sms_gateway.domain.ids import ShortCode
from sms_gateway.domain.message import Language
from sms_gateway.enquiry.intents import Intent, Lookup, OptIn, OptOut, SetLanguage
from sms_gateway.enquiry.keywords import load_grammars, parse
from sms_gateway.enquiry.preview import SAMPLE
from sms_gateway.enquiry.replies import load_replies
from sms_gateway.enquiry.scores import score_of
from sms_gateway.enquiry.templates import TEMPLATES
from tests.parts import SECRET_WORD

ROOT = Path(__file__).parents[2]
REPLIES = load_replies(
    tomllib.loads((ROOT / "config/replies/vi.toml").read_text("utf-8")),
    tomllib.loads((ROOT / "config/replies/en.toml").read_text("utf-8")),
)
GRAMMAR = load_grammars(tomllib.loads((ROOT / "config/keywords.toml").read_text("utf-8")))[
    ShortCode(SAMPLE["short_code"])
]
CODE = "170703-0001"
INSTRUCTION = re.compile(r"(?:soan:? |send:? )(MCKH [A-Za-z ]+?) (?:gui|to) 8083", re.IGNORECASE)
A_MARK = re.compile(r"dau cach so diem|space mark")
A_SECRET = re.compile(r"dau cach ma tra cuu|space security code")
A_CODE = re.compile(r"dau cach (ma so bien nhan|ma)|space (receipt number|code)")


def instructions(name: str, language: Language) -> list[str]:
    """Texts as a citizen would type them who does what the reply says."""
    text = REPLIES.whole(name, {**SAMPLE, "code": "X"}, language)
    found = [A_SECRET.sub(SECRET_WORD, told) for told in INSTRUCTION.findall(text)]
    return [A_MARK.sub("4", A_CODE.sub(CODE, told)) for told in found]


def meaning(name: str, language: Language) -> list[Intent]:
    return [parse(text, GRAMMAR) for text in instructions(name, language)]


@pytest.mark.parametrize("language", [Language.VI, Language.EN])
def test_every_reply_that_names_the_short_code_says_what_to_text(language: Language) -> None:
    naming = {name for name in TEMPLATES if "8083" in REPLIES.whole(name, SAMPLE, language)}
    assert naming == {name for name in TEMPLATES if instructions(name, language)}
    searches = {"E1", "E1-nocode", "E2", "H1"}
    assert naming == searches | {
        "O1",
        "O2",
        "O3",
        "O3-secret",
        "O4",
        "O5",
        "O6-secret",
        "L1",
        "L2",
        "L3",
        "Q1",
        "Q3",
    }


@pytest.mark.parametrize("language", [Language.VI, Language.EN])
@pytest.mark.parametrize("name", ["E1", "E1-nocode", "E2", "H1"])
def test_a_look_up_as_told_is_a_look_up(name: str, language: Language) -> None:
    first = meaning(name, language)[0]
    assert isinstance(first, Lookup)
    assert first.candidates[0].key == "1707030001"


@pytest.mark.parametrize("language", [Language.VI, Language.EN])
def test_notices_are_stopped_and_resumed_as_told(language: Language) -> None:
    assert meaning("H1", language)[1:] == [OptOut()]
    assert meaning("O1", language) == [OptIn()]
    assert meaning("O2", language) == [OptOut()]
    [again] = meaning("O3", language)
    [stop] = meaning("O4", language)
    assert isinstance(again, OptIn)
    assert isinstance(stop, OptOut)
    assert again.candidates[0].key == stop.candidates[0].key == "1707030001"
    [stop] = meaning("O5", language)
    assert isinstance(stop, OptOut)
    assert stop.candidates[0].key == "1707030001"


@pytest.mark.parametrize("language", [Language.VI, Language.EN])
def test_a_dossier_is_followed_as_told(language: Language) -> None:
    for name in ("O6-secret", "O3-secret"):
        [follow] = meaning(name, language)
        assert isinstance(follow, OptIn)
        assert [(c.key, c.rest) for c in follow.candidates] == [("1707030001", (SECRET_WORD,))]


@pytest.mark.parametrize("language", [Language.VI, Language.EN])
@pytest.mark.parametrize("name", ["Q1", "Q3"])
def test_a_mark_as_told_is_one(name: str, language: Language) -> None:
    [text] = instructions(name, language)
    assert score_of(text, GRAMMAR) == 4


@pytest.mark.parametrize("language", [Language.VI, Language.EN])
def test_the_language_is_changed_back_as_told(language: Language) -> None:
    assert meaning("L1", language) == [SetLanguage(Language.VI)]
    assert meaning("L2", language) == [SetLanguage(Language.VI)]
    assert meaning("L3", language) == [SetLanguage(Language.VI_ACCENTED)]
