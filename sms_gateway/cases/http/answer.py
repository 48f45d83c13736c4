"""What an answer says: that it is one, its rows, and each row as a record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from http import HTTPStatus

from sms_gateway.cases.embedded.fields import Field, field_named
from sms_gateway.cases.embedded.json_records import DECODER, record_of
from sms_gateway.cases.embedded.rows import Place, Record
from sms_gateway.cases.http.calling import Reply
from sms_gateway.cases.remote import Away
from sms_gateway.described.places import at_path
from sms_gateway.described.times import TimeReader, time_reader
from sms_gateway.settings import SettingsError
from sms_gateway.settings.cases_http import HttpAnswer
from sms_gateway.settings.decode import advice

UNAUTHORISED = "unauthorised"
"""The reason where our session, token or password was refused."""

MAX_ROWS = 5_000
"""Most rows of one answer."""

LARGE = 32 * 1024
"""Octets of an answer that are read without a thread, some milliseconds; replies wait meanwhile.

In one they wait for the decoding too, which keeps the interpreter to itself, but not for the rest.
"""

MANY = 50
"""Rows that are mapped without one."""

_NATIONAL = "%Y%m%d%H%M%S"
_TIMES = (
    Field.RECEIVED, Field.DUE, Field.NEW_DUE, Field.FINISHED, Field.RETURNED, Field.STATE_TIME,
)  # fmt: skip
_SHOWN = 6

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Page:
    """An answer, read.

    Attributes:
        rows: dossiers, each an object of which all numbers are texts.
        document: the whole.
    """

    rows: Sequence[Row] = field(repr=False)
    document: object = field(default=None, repr=False)


def place_of(text: str) -> tuple[str, ...]:
    """The parts of a place in a JSON document; none for the document itself."""
    return tuple(text.split(".")) if text else ()


class Reader:
    """Reads the answers of one case database."""

    def __init__(self, answer: HttpAnswer, zone: tzinfo, at: str) -> None:
        """Read the settings.

        Args:
            answer: the settings.
            zone: of times without one.
            at: dotted key of `answer`, named in errors.

        Raises:
            SettingsError: they cannot be used.
        """
        if bool(answer.code) != bool(answer.ok):
            msg = f"{at}: set code and ok together: where the word stands, and which one is good"
            raise SettingsError(msg)
        self._answer = answer
        self._rows, self._code = place_of(answer.rows), place_of(answer.code)
        self._places = {
            _field(name, f"{at}.fields"): place_of(path) for name, path in answer.fields.items()
        }
        self._words = {_field(name, f"{at}.words"): words for name, words in answer.words.items()}
        self._zone = zone
        self._time: TimeReader | None = None
        if answer.time_format:
            self._time = time_reader(answer.time_format, zone, f"{at}.time_format")

    def read(self, reply: Reply, *, may_be_missing: bool, of_number: bool = False) -> Page | Away:
        """What came back.

        Args:
            reply: it.
            may_be_missing: a 404 says that there is no such dossier; else that the path is wrong.
            of_number: it was asked for numbers.
        """
        if of_number and reply.status in self._answer.not_found_status and not reply.is_page:
            return Page(())
        # A page for people is that of some server that knows nothing of the API.
        if reply.status == HTTPStatus.NOT_FOUND and may_be_missing and not reply.is_page:
            return Page(())
        if away := _of_status(reply.status):
            return away
        if reply.status == HTTPStatus.NO_CONTENT:
            return Page(())
        document = document_of(reply)
        return document if isinstance(document, Away) else self._read(document)

    def _read(self, document: object) -> Page | Away:
        if self._code and (judged := self._judged(_word(at_path(document, self._code)))):
            return judged
        found = at_path(document, self._rows)
        if found is None and _is_there(document, self._rows):
            return Page((), document)
        listed: list[object] = found if isinstance(found, list) else [found]
        rows = [row for row in listed if isinstance(row, dict)]
        if len(rows) < len(listed):
            where = self._answer.rows or "the top"
            return Away("broken", f"the answer has no list of dossiers at {where}: check rows")
        if len(rows) > MAX_ROWS:
            return Away("oversized", f"the case database answers more than {MAX_ROWS} dossiers")
        return Page(rows, document)

    def _judged(self, word: object) -> Page | Away | None:
        """What the word means that says how it went; None where it went well."""
        if word in self._answer.unauthorised:
            return Away(UNAUTHORISED, "the case database refuses our session")
        if word in self._answer.not_found:
            return Page(())
        if word in self._answer.ok:
            return None
        return Away("failed", f"the case database says that it failed{_shown(word)}")

    def records(self, rows: Iterable[tuple[int, Row]]) -> Sequence[Record]:
        """Rows as named texts.

        Args:
            rows: the place of each in the answer, from 1, and it as it came.
        """
        return tuple(self._record(number, row) for number, row in rows)

    def _record(self, number: int, row: Row) -> Record:
        if self._places:
            row = {name.value: at_path(row, path) for name, path in self._places.items()}
        record = record_of(Place(1, number), row)
        texts = dict(record.texts)
        for name, words in self._words.items():
            if name in texts:
                texts[name] = words.get(texts[name], texts[name])
        for name in _TIMES if self._time else ():
            if name in texts:
                texts[name] = self._national(texts[name])
        return replace(record, texts=texts)

    def _national(self, text: str) -> str:
        """A time as the rules of files read it; one that cannot be read stays, and is told of."""
        moment = self._time(text) if self._time else None
        try:
            return moment.astimezone(self._zone).strftime(_NATIONAL) if moment else text
        except OverflowError:
            # The last hours of the year 9999, with which some say never.
            return text


def document_of(reply: Reply) -> object | Away:
    """The JSON of an answer, its numbers as texts."""
    try:
        document: object = DECODER.decode(reply.body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        what = "a page for people" if reply.is_page else "no JSON"
        return Away("broken", f"the case database answers {what}: check url and path")
    return document


def _of_status(status: int) -> Away | None:
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    told = f"the case database answers HTTP {status}"
    if status == HTTPStatus.UNAUTHORIZED:
        return Away(UNAUTHORISED, f"{told}: check user, password, token or login")
    if status == HTTPStatus.FORBIDDEN:
        return Away("forbidden", f"{told}: ask for the right to read dossiers")
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        return Away("throttled", f"{told}: it has too much to do")
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return Away("moved", f"{told}, which is not followed: write the new address into url")
    return Away("failed", told)


def _field(name: str, at: str) -> Field:
    found = field_named(name)
    if found is None:
        msg = f"{at}: no such national name {name}; {advice(name, [f.value for f in Field])}"
        raise SettingsError(msg)
    return found


def _is_there(document: object, path: tuple[str, ...]) -> bool:
    """Whether a null stands at a path, and not nothing."""
    above = at_path(document, path[:-1])
    return document is None if not path else isinstance(above, dict) and path[-1] in above


def _word(value: object) -> object:
    """What says how it went; true and false as they are written."""
    return str(value).lower() if isinstance(value, bool) else value


def _shown(word: object) -> str:
    """A short number may be shown; anything else could be part of a dossier."""
    plain = isinstance(word, str) and len(word) <= _SHOWN and word.lstrip("-").isdecimal()
    return f" ({word})" if plain else ""
