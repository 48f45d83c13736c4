"""Made-up texts that are as different as citizens' texts, and what is searched in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

SELDOM = 20_000
"""One text of so many complains."""

QUESTIONS: Mapping[str, str] = {
    "a word in nearly all": '"mckh"',
    "a word in few": "khieunai",
    "a part of a word in few": "hieuna",
    "a part of a code": "7030001",
    "a part of very many words": "001",
    "two frequent words": '"mckh" "xin"',
    "two frequent words, seldom together": '"sang" "chieu"',
    "none": "khongaiviet",
}

_FORMS = (
    *("MCKH_{day}-{nth:04}", "MCKH {day}-{nth:04}", "mckh {day}{nth:04}", "Mckh{day}{nth:04}"),
    *("MCKH 000.00.{office:02}.H19-{day}-{nth:04}", "MCKH: {day} {nth:04}", "{day}-{nth:04}"),
)
_STARTS = (
    *("b", "c", "ch", "d", "đ", "g", "gi", "h", "kh", "l", "m", "n", "ng", "nh", "ph", "qu", "r"),
    *("s", "t", "th", "tr", "v", "x"),
)
_RIMES = (
    *("a", "á", "à", "an", "án", "ang", "àng", "anh", "ánh", "ao", "áo", "ay", "ây", "ấy"),
    *("âm", "ần", "âu", "e", "em", "én", "ên", "ếch", "i", "iết", "iệp", "iều", "inh"),
    *("ình", "o", "ó", "on", "ong", "ông", "ộng", "ơ", "ơn", "ợp", "u", "ư", "ưa", "ung"),
    *("úc", "ương", "ước", "ười", "uyên", "uyễn", "uân"),
)
_SYLLABLES = tuple(start + rime for start in _STARTS for rime in _RIMES)
_MOST_CODES = 400


@dataclass(frozen=True, slots=True)
class MadeText:
    """One text and its place in time."""

    number: int
    text: str

    @property
    def id(self) -> str:
        """As the log has it: ids sort by time."""
        at = 1_700_000_000_000 + self.number * 1000
        return f"{at >> 16:08x}-{at & 0xFFFF:04x}-7000-8000-000000000000"


def made_texts(first: int, count: int) -> Sequence[MadeText]:
    """The same each time, whichever are made first."""
    return [MadeText(number, _text(number)) for number in range(first, first + count)]


def _text(number: int) -> str:
    chance = Random(number)  # noqa: S311  # no secret
    code = chance.choice(_FORMS).format(
        day="".join(f"{chance.randrange(*span):02}" for span in ((24, 27), (1, 13), (1, 29))),
        nth=1 + chance.randrange(_MOST_CODES),
        office=1 + chance.randrange(20),
    )
    words = [code]
    if chance.random() < 0.4:  # noqa: PLR2004  # so many write more than a code
        words += [_word(chance) for _ in range(chance.randint(1, 12))]
        words += ["xin"] * (chance.random() < 0.5)  # noqa: PLR2004  # every other one
    # Each of them in nearly half of the texts.
    if chance.random() < 0.9:  # noqa: PLR2004  # nearly all
        words.append(("sáng", "chiều")[number % 2])
    if number % SELDOM == SELDOM // 2:
        words.append("khiếunại")
    return " ".join(words)


def _word(chance: Random) -> str:
    """Some syllables are written often, most hardly ever; some people glue two together."""
    word = _SYLLABLES[int(len(_SYLLABLES) * chance.random() ** 3)]
    if chance.random() < 0.05:  # noqa: PLR2004  # as few as that
        word += _SYLLABLES[int(len(_SYLLABLES) * chance.random())]
    return word.upper() if chance.random() < 0.1 else word  # noqa: PLR2004  # as few as that
