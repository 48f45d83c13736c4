"""Automatic messages: what is told by itself, and what waits until a person lets it go."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from sms_gateway.commands import CommandError
from sms_gateway.console.deciding import decides, for_all, not_done
from sms_gateway.console.languages import marked
from sms_gateway.console.notice_words import STATES, WAYS
from sms_gateway.console.places import NOTICES
from sms_gateway.console.refusing import refused
from sms_gateway.console.visit import Handler, Route, Visit
from sms_gateway.domain.held_texts import Agencies, HeldPart, HeldText
from sms_gateway.domain.notices import BACKWARD, BLAST, Batch, BatchDone
from sms_gateway.domain.staff import Permission, staff_actor
from sms_gateway.gsm.segment import segment
from sms_gateway.notices.in_time import in_time
from sms_gateway.notices.staff import NoticeActs

_SAMPLES: Final = 5
_SHOWN: Final = 50
_COUNT: Final = 9
_NOT_FOUND: Final = marked("Nothing is held there any more, or it is not yours to see.")
_GREW: Final = marked("The batch has grown meanwhile. Read it once more.")


@dataclass(frozen=True, slots=True)
class Shown:
    """One batch as a person may see it.

    Attributes:
        part: how much of it is theirs.
        texts: some of that.
        whole: all of it; None for who does not see all agencies.
        in_time: how many of an announcement can leave before its outage; None for what is none.
    """

    part: HeldPart
    texts: Sequence[HeldText]
    whole: Batch | None
    in_time: int | None

    @property
    def act(self) -> str:
        """What lets it go."""
        return "confirm" if self.part.reason == BACKWARD else "release"


async def show(visit: Visit) -> web.Response:
    """The page."""
    automatic = visit.desk.automatic
    parts = await automatic.held.parts(agencies_of(visit))
    values = {
        "pace": automatic.pace,
        "situations": automatic.situations,
        "held": await _shown(visit, parts[:_SHOWN]),
        "count": len(parts),
        "decides": decides(visit),
        "states": STATES,
        "ways": WAYS,
        "pieces": segment,
    }
    return visit.page("notices.html", values)


def agencies_of(visit: Visit) -> Agencies:
    """Those whose texts whoever calls may see."""
    chosen = visit.person.agencies
    return None if chosen is None else sorted(chosen)


async def _shown(visit: Visit, parts: Sequence[HeldPart]) -> Sequence[Shown]:
    """These with what a person reads before they decide."""
    if not parts:
        return ()
    automatic, agencies, pace = visit.desk.automatic, agencies_of(visit), visit.desk.automatic.pace
    whole: Mapping[str, Batch] = {}
    if agencies is None:
        whole = {one.id: one for one in await automatic.batches()}
    windows, found = await automatic.windows.windows(), []
    for part in parts:
        texts = await automatic.held.texts(part.id, agencies, _SAMPLES)
        batch = whole.get(part.id)
        able = None if batch is None else in_time(batch, windows, pace.quiet, pace.apart, visit.now)
        found.append(Shown(part, texts, batch, able))
    return found


Act = Callable[[NoticeActs], Callable[[str, str], Awaitable[BatchDone]]]


@dataclass(frozen=True, slots=True)
class Deciding:
    """One of the three acts.

    Attributes:
        name: its word in addresses.
        title: of its page, marked.
        done: the word of the note after it.
        act: does it.
        reasons: which batches it is for.
    """

    name: str
    title: str
    done: str
    act: Act
    reasons: frozenset[str]


_ACTS: Final = (
    Deciding(
        "release",
        marked("Release a batch"),
        "released",
        lambda acts: acts.release,
        frozenset({BLAST}),
    ),
    Deciding(
        "confirm",
        marked("Confirm a batch"),
        "confirmed",
        lambda acts: acts.confirm,
        frozenset({BACKWARD}),
    ),
    Deciding(
        "drop",
        marked("Drop a batch"),
        "dropped",
        lambda acts: acts.drop,
        frozenset({BLAST, BACKWARD}),
    ),
)


async def _batch(visit: Visit, deciding: Deciding) -> Shown | None:
    wanted = visit.part("batch")
    parts = await visit.desk.automatic.held.parts(agencies_of(visit))
    one = [p for p in parts if p.id == wanted and p.reason in deciding.reasons]
    return next(iter(await _shown(visit, one)), None)


def _asking(deciding: Deciding) -> Handler:
    """The page on which a person says it once more."""

    async def ask(visit: Visit) -> web.Response:
        found = await _batch(visit, deciding)
        if found is None:
            return refused(visit, _NOT_FOUND, 404)
        return _asked(visit, deciding, found)

    return for_all(ask)


def _asked(
    visit: Visit, deciding: Deciding, found: Shown, why: str = "", status: int = 200
) -> web.Response:
    values = {"act": deciding.name, "one": found, "why": why, "pieces": segment}
    return visit.page("notice_decision.html", {**values, "pace": visit.desk.automatic.pace}, status)


def _doing(deciding: Deciding) -> Handler:
    """Do it, where the batch is not larger than the page said."""

    async def do(visit: Visit) -> web.Response:
        found = await _batch(visit, deciding)
        if found is None:
            return refused(visit, _NOT_FOUND, 404)
        seen = visit.form.get("texts", _COUNT)
        if not seen.isdecimal() or found.part.texts > int(seen):
            return _asked(visit, deciding, found, visit.say(_GREW), 409)
        act = deciding.act(visit.desk.automatic.noticing.acts)
        try:
            await act(found.part.id, staff_actor(visit.person))
        except CommandError as error:
            return _asked(visit, deciding, found, not_done(visit, error), 409)
        return visit.to(NOTICES, done=deciding.done)

    return for_all(do)


def _routes(deciding: Deciding) -> tuple[Route, Route]:
    path = f"{NOTICES}/{{batch}}/{deciding.name}"
    wants = Permission.DECIDE_NOTICES
    return (
        Route("GET", path, wants, deciding.title, _asking(deciding)),
        Route("POST", path, wants, deciding.title, _doing(deciding)),
    )


ROUTES: Final = (
    Route("GET", NOTICES, Permission.READ_NOTICES, marked("Automatic messages"), show),
    *(route for one in _ACTS for route in _routes(one)),
)
