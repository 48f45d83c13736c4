"""`keywords list`, `try`, `add` and `remove`."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

import click

from sms_gateway.cli.changing import RunningService, change, myself, open_own_store
from sms_gateway.cli.group import Fault
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import as_json, places
from sms_gateway.cli.output import local, print_each, print_json, print_table
from sms_gateway.cli.replay_rows import described_change, listed_change, told
from sms_gateway.clock import SystemClock
from sms_gateway.commands import MAX_NOTE, CommandError
from sms_gateway.enquiry.keyword_file import KeywordError
from sms_gateway.enquiry.synonyms import Vocabulary
from sms_gateway.replay.synonyms import (
    Added,
    KeptSynonym,
    Refused,
    SynonymCommands,
    SynonymTrials,
    Trial,
    Worse,
)
from sms_gateway.replay.walking import Counts
from sms_gateway.reports.log_json import iso
from sms_gateway.rules import vocabulary
from sms_gateway.settings import Settings, SettingsError
from sms_gateway.store.opening import open_reading

_MEANS = click.argument("keyword")
_WORD = click.argument("word")


@click.command("list", short_help="List the words that staff added.")
@as_json
@places
def list_words(*, as_json: bool) -> None:
    """List the words that staff added, the first one first; numbers are never among them.

    A word that does not fit is not read: keywords.toml has it itself since, or has not got the word
    any more that it means. Works while the gateway runs.
    """
    settings = load_settings()
    require_store(settings)
    zone = ZoneInfo(settings.gateway.timezone)
    kept = asyncio.run(_kept(settings))
    if as_json:
        print_each(
            {
                "word": one.synonym.word, "keyword": one.synonym.keyword, "fits": one.fits,
                "note": one.synonym.note, "by": one.synonym.by, "at": iso(one.synonym.at, zone),
            }
            for one in kept
        )  # fmt: skip
        return
    rows = [
        (
            one.synonym.word, one.synonym.keyword, "read" if one.fits else "does not fit",
            local(one.synonym.at, zone), one.synonym.by, one.synonym.note,
        )
        for one in kept
    ]  # fmt: skip
    print_table(rows, "nobody added a word")


@click.command("try", short_help="Show which past texts a word would change.")
@_WORD
@_MEANS
@as_json
@places
def try_word(word: str, keyword: str, *, as_json: bool) -> None:
    """Show which texts of the last 30 days would change if WORD meant what KEYWORD means.

    KEYWORD is the first word of the texts, or any other word of keywords.toml: a label, a word that
    asks for help, one that stops notices. Nothing is written. The status is 1 where a text would be
    understood worse: see sms-gateway replay --help. Works while the gateway runs.
    """
    settings = load_settings()
    require_store(settings)
    zone = ZoneInfo(settings.gateway.timezone)
    trial = asyncio.run(_try(settings, word, keyword))
    if isinstance(trial, Refused):
        raise Fault(trial.why)
    if as_json:
        changed = [described_change(one, zone) for one in trial.changed]
        print_json({"counts": asdict(trial.counts), "changed": changed})
    else:
        print_table([listed_change(one, zone) for one in trial.changed], "no text would change")
        click.echo(told(trial.counts), err=True)
    if trial.counts.worse:
        message = f"{trial.counts.worse} texts would be understood worse: it cannot be added"
        raise Fault(message)


@click.command("add", short_help="Add a word, if no past text gets worse by it.")
@_WORD
@_MEANS
@click.option("--note", metavar="TEXT", default="", help=f"Why, at most {MAX_NOTE} characters.")
@places
def add_word(word: str, keyword: str, note: str) -> None:
    """Let WORD mean what KEYWORD means, if no text of the last 30 days gets worse by it.

    Every gateway reads texts by it within seconds, without a restart. It is written down with your
    name. keywords try shows beforehand which texts would change.
    """
    settings = load_settings()
    require_store(settings)

    def through(service: RunningService) -> Counts:
        said = {"word": word, "keyword": keyword, "note": note}
        path = "/keywords/add"
        *_, last = service.stream("POST", path, iter([json.dumps(said).encode()]))
        if "worse" in last:
            raise CommandError(_worse(Counts(**last["worse"])))
        return Counts(**last["added"])

    async def directly() -> Counts:
        async with _commands(settings) as commands:
            result = await commands.add(word, keyword, note, myself())
        match result:
            case Added(_, trial):
                return trial.counts
            case Worse(trial):
                raise CommandError(_worse(trial.counts))
            case Refused(why):
                raise CommandError(why)
            case _:
                assert_never(result)

    counts = change(settings, through, directly)
    click.echo(told(counts), err=True)
    click.echo(f"{word} = {keyword}")


@click.command("remove", short_help="Take back a word that was added.")
@_WORD
@places
def remove_word(word: str) -> None:
    """Take WORD back: texts are read without it within seconds.

    It is written down with your name.
    """
    settings = load_settings()
    require_store(settings)

    def through(service: RunningService) -> None:
        service.ask("POST", "/keywords/remove", {"word": word})

    async def directly() -> None:
        async with _commands(settings) as commands:
            await commands.remove(word, myself())

    change(settings, through, directly)
    click.echo(f"{word} removed")


def _worse(counts: Counts) -> str:
    return (
        f"{counts.worse} texts of the last 30 days would be understood worse: nothing was added; "
        "sms-gateway keywords try shows them"
    )


async def _kept(settings: Settings) -> Sequence[KeptSynonym]:
    async with open_reading(settings.store_at) as reading:
        return await SynonymTrials(reading, reading, _words(settings), _now).kept()


async def _try(settings: Settings, word: str, keyword: str) -> Trial | Refused:
    async with open_reading(settings.store_at) as reading:
        trials = SynonymTrials(reading, reading, _words(settings), _now, reading)
        return await trials.try_synonym(word, keyword)


@asynccontextmanager
async def _commands(settings: Settings) -> AsyncIterator[SynonymCommands]:
    words = _words(settings)
    async with open_own_store(settings, SystemClock()) as store:
        cases = store.text_cases
        yield SynonymCommands(store.synonyms, store.reading, words, _now, cases=cases)


def _words(settings: Settings) -> Vocabulary:
    words = vocabulary(settings)
    try:
        words.grammars()
    except KeywordError as error:
        raise SettingsError(str(error)) from error
    return words


def _now() -> datetime:
    return SystemClock().now()
