"""What the command line asks of the running service about words that staff add.

A trial may be long: it is answered in lines of JSON while it runs. One whose caller has gone ends,
and nothing is added.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import assert_never

import msgspec
import structlog
from aiohttp import web

from sms_gateway.commands import CommandError
from sms_gateway.ports import StoreDownError
from sms_gateway.replay.synonyms import Added, Progress, Refused, SynonymCommands, Trial, Worse
from sms_gateway.web.control import NDJSON, Handler, caller, json_line, said, store_down

_log = structlog.get_logger("control")


class _Add(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    word: str
    keyword: str
    note: str


class _Remove(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    word: str


def add_keywords(app: web.Application, commands: SynonymCommands) -> None:
    """Add to the application behind the control socket.

    `POST /keywords/add` with JSON `{"word", "keyword", "note"}`; the answer is lines of JSON,
    `{"read"}` while texts are tried and at last `{"added": COUNTS}`, `{"worse": COUNTS, "ids"}` or
    `{"error"}`. `POST /keywords/remove` with `{"word"}`.
    """
    app.router.add_post("/keywords/add", _adding(commands))
    app.router.add_post("/keywords/remove", _removing(commands))


def _adding(commands: SynonymCommands) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        wanted = await said(request, _Add)
        response = web.StreamResponse(headers={"Content-Type": NDJSON})
        await response.prepare(request)

        async def progress(read: int) -> None:
            await response.write(json_line({"read": read}))

        with contextlib.suppress(ConnectionError):  # who asked has gone
            outcome = await _outcome(commands, wanted, caller(request), progress)
            await response.write(json_line(outcome))
            await response.write_eof()
        return response

    return handle


async def _outcome(
    commands: SynonymCommands, wanted: _Add, by: str, progress: Progress
) -> Mapping[str, object]:
    try:
        result = await commands.add(wanted.word, wanted.keyword, wanted.note, by, progress)
    except CommandError as error:
        return {"error": str(error)}
    except StoreDownError as error:
        return {"error": store_down(error)}
    match result:
        case Added(synonym, trial):
            _log.info("synonym.added", reason=synonym.folded, count=trial.counts.read)
            return {"added": asdict(trial.counts)}
        case Worse(trial):
            return {"worse": asdict(trial.counts), "ids": _ids(trial)}
        case Refused(why):
            return {"error": why}
        case _:
            assert_never(result)


def _ids(trial: Trial) -> list[str]:
    return [one.row.id for one in trial.changed]


def _removing(commands: SynonymCommands) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        wanted = await said(request, _Remove)
        await commands.remove(wanted.word, caller(request))
        _log.info("synonym.removed")
        return web.json_response({"word": wanted.word})

    return handle
