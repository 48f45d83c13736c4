"""Texts that nobody understood, put together, and the words that staff add because of them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, assert_never

from aiohttp import web

from sms_gateway.commands import MAX_NOTE, CommandError
from sms_gateway.console.languages import marked
from sms_gateway.console.places import UNREAD
from sms_gateway.console.unread_texts import MOST_TEXTS, gathered
from sms_gateway.console.visit import Route, Visit
from sms_gateway.console.whole import whole
from sms_gateway.domain.figures import Window
from sms_gateway.domain.ids import ShortCode
from sms_gateway.domain.staff import Permission, staff_actor
from sms_gateway.replay.synonyms import MAX_WORD, Added, Refused, Trial, Worse

DAYS: Final = (7, 30)
TRIAL_SECONDS: Final = 20.0
"""Longest trial that a page waits for; the command line waits for any."""

_LONGEST_ASKED: Final = 200


class TooLongError(Exception):
    """A trial takes longer than a page may wait."""

    def __init__(self, read: int) -> None:
        super().__init__(read)
        self.read = read


async def show(visit: Visit) -> web.Response:
    """The clusters, and the words that were added."""
    return await _page(visit)


async def _page(visit: Visit, why: str = "", status: int = 200) -> web.Response:
    desk = visit.desk
    days = DAYS[1] if visit.query.get("days", 3) == str(DAYS[1]) else DAYS[0]
    # Also what came in this very moment.
    window = Window(visit.now - timedelta(days=days), visit.now + timedelta(seconds=1))
    grammars = desk.rules().grammars
    values = {
        "found": await gathered(desk.rule_desk.unread, window, grammars),
        "most": MOST_TEXTS,
        "days": days,
        "choices": DAYS,
        "keyword": grammars[ShortCode("")].words.keywords[0].upper(),
        "kept": await desk.rule_desk.words.kept(),
        "why": why,
        "longest": MAX_WORD,
    }
    return visit.page("unread.html", values, status)


async def try_word(visit: Visit) -> web.Response:
    """What a word would change; nothing is written."""
    word, keyword = _asked(visit)
    try:
        trial = await visit.desk.rule_desk.words.try_synonym(word, keyword, _patient(visit))
    except TooLongError as late:
        return await _page(visit, _late(visit, late, word, keyword), 422)
    if isinstance(trial, Refused):
        return await _page(visit, _refusal(visit, trial), 422)
    return _trial_page(visit, trial)


async def add(visit: Visit) -> web.Response:
    """Add a word, if nothing gets worse by it."""
    (word, keyword), by = _asked(visit), staff_actor(visit.person)
    note, words = visit.form.get("note", MAX_NOTE), visit.desk.rule_desk.words
    try:
        done = await words.add(word, keyword, note, by, _patient(visit))
    except TooLongError as late:
        return await _page(visit, _late(visit, late, word, keyword), 422)
    match done:
        case Added():
            return visit.to(UNREAD, done="word_added")
        case Worse(trial):
            return _trial_page(visit, trial, refused=True)
        case Refused():
            return await _page(visit, _refusal(visit, done), 422)
        case _:
            assert_never(done)


async def remove(visit: Visit) -> web.Response:
    """Take a word back."""
    word, by = visit.form.get("word", _LONGEST_ASKED), staff_actor(visit.person)
    try:
        await visit.desk.rule_desk.words.remove(word, by)
    except CommandError:
        why = visit.say(marked("Nobody added that word, or somebody took it back before you."))
        return await _page(visit, why, 409)
    return visit.to(UNREAD, done="word_removed")


def _asked(visit: Visit) -> tuple[str, str]:
    form = visit.form
    return form.get("word", _LONGEST_ASKED), form.get("keyword", _LONGEST_ASKED)


class _Patience:
    def __init__(self, visit: Visit) -> None:
        self._monotonic = visit.desk.clock.monotonic
        self._end = self._monotonic() + TRIAL_SECONDS

    async def __call__(self, read: int) -> None:
        # Only while texts are read: what is being written down is not broken off.
        if self._monotonic() > self._end:
            raise TooLongError(read)


def _patient(visit: Visit) -> _Patience:
    return _Patience(visit)


def _trial_page(visit: Visit, trial: Trial, *, refused: bool = False) -> web.Response:
    word, keyword = _asked(visit)
    values = {
        "trial": trial,
        "word": word,
        "keyword": keyword,
        "refused": refused,
        "saves": not trial.counts.worse,
    }
    return visit.page("synonym.html", values, 409 if refused else 200)


def _late(visit: Visit, late: TooLongError, word: str, keyword: str) -> str:
    said = visit.say(_TOO_LATE)
    return said % {
        "seconds": int(TRIAL_SECONDS), "read": late.read, "word": word, "keyword": keyword,
    }  # fmt: skip


def _refusal(visit: Visit, refused: Refused) -> str:
    """Why, in the language of the page; a rule of the file that it breaks says so itself."""
    known = next((said for part, said in _REFUSALS.items() if part in refused.why), None)
    return f"{visit.say(_REFUSED)} {visit.say(known) if known else refused.why}"


_TOO_LATE: Final = marked(
    "The log is long: after %(seconds)s seconds and %(read)s texts the trial was broken off, and "
    "nothing was added. The command line may take its time: "
    "sms-gateway keywords add %(word)s %(keyword)s"
)
_REFUSED: Final = marked("That word cannot be added.")
_REFUSALS: Final[Mapping[str, str]] = {
    "has no digits": marked("It has digits: a number is always a receipt number."),
    "letters or more": marked("It is too short: three letters or more."),
    "at most": marked("It is too long: 40 characters at most."),
    "has a meaning already": marked("It has a meaning already."),
    "name of an office": marked("It is the name of an office."),
    "no word of keywords.toml is": marked("What it is to mean is no word of keywords.toml."),
    "was added by somebody": marked("Somebody else added it in this moment."),
    "words already": marked("There are too many words already: write them into keywords.toml."),
}

ROUTES: Final = (
    Route("GET", UNREAD, Permission.READ_MESSAGES, marked("Unread texts"), whole(show)),
    Route("POST", f"{UNREAD}/try", Permission.CHANGE_RULES, marked("Try a word"), whole(try_word)),
    Route("POST", f"{UNREAD}/add", Permission.CHANGE_RULES, marked("Try a word"), whole(add)),
    Route(
        "POST", f"{UNREAD}/remove", Permission.CHANGE_RULES, marked("Unread texts"), whole(remove)
    ),
)
