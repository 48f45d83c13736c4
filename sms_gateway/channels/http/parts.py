"""Answers that speak of each part of a long MT by itself, and what becomes of the whole."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from sms_gateway.channels.http.fields import EACH
from sms_gateway.channels.http.response import Response, decoded
from sms_gateway.described.places import at_path
from sms_gateway.domain.ids import TelcoId
from sms_gateway.domain.outcome import PARTLY_TAKEN, Accepted, Uncertain
from sms_gateway.settings import SettingsError

T = TypeVar("T")

MAX_PARTS = 20
"""Most parts of an answer."""


class Parts:
    """The list in a JSON answer that `*` stands for in its places: `json:messages.*.status`."""

    def __init__(self, places: Sequence[str], at: str) -> None:
        """Find it.

        Args:
            places: all places that are looked at, as in the settings.
            at: dotted key of their table, named in errors.

        Raises:
            SettingsError: a place has two of them, or two places mean different lists.
        """
        self._of_json = any(place.startswith("json:") for place in places)
        lists: set[tuple[str, ...]] = set()
        for place in places:
            path = place.removeprefix("json:").split(".") if place.startswith("json:") else []
            if path.count(EACH) > 1:
                msg = f"{at}: {place} has more than one {EACH}"
                raise SettingsError(msg)
            if EACH in path:
                lists.add(tuple(path[: path.index(EACH)]))
        if len(lists) > 1 or () in lists:
            msg = f"{at}: {EACH} wants the same list before it at all places"
            raise SettingsError(msg)
        self._list = lists.pop() if lists else ()

    def each(self, response: Response) -> Sequence[Response] | None:
        """The answer for each part; as it is where no list stands there.

        None where they are more than `MAX_PARTS`: to judge thousands would stop all doors.
        """
        response = decoded(response) if self._of_json else response
        found = at_path(response.document, self._list) if self._list else None
        if not isinstance(found, list) or not found:
            return [response]
        if len(found) > MAX_PARTS:
            return None
        return [replace(response, part=number) for number in range(len(found))]


def together(judged: Sequence[T]) -> T | Accepted | Uncertain:
    """What becomes of an MT whose parts came to this.

    It is accepted where all are. Where some are, it is uncertain: the citizen has half of it, and
    sent again it would come twice; the ids of that half are kept for its reports. Where none is,
    one that may have been decides, else the first.
    """
    ids: list[TelcoId] = []
    for one in judged:
        ids += one.telco_ids if isinstance(one, Accepted) else ()
    taken = sum(isinstance(one, Accepted) for one in judged)
    if taken:
        whole = taken == len(judged)
        return Accepted(tuple(ids)) if whole else Uncertain(PARTLY_TAKEN, tuple(ids))
    doubted = (one for one in judged if isinstance(one, Uncertain))
    return next(doubted, judged[0])
