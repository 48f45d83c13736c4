"""`replay`: past texts by today's rules, and every answer that would change."""

import asyncio
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import msgspec

from sms_gateway.cli.group import Fault
from sms_gateway.cli.narrowing import at_most, from_time, since_of, to_time, until_of
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import as_json, places
from sms_gateway.cli.output import print_json, print_table
from sms_gateway.cli.replay_cases import replies_of
from sms_gateway.cli.replay_rows import described_change, listed_change, told
from sms_gateway.enquiry.keyword_file import KeywordError
from sms_gateway.enquiry.synonyms import Vocabulary
from sms_gateway.replay.walking import (
    Changed,
    Comparison,
    Counts,
    by_grammars,
    by_the_log,
    replayed,
)
from sms_gateway.rules import grammars_of, vocabulary
from sms_gateway.settings import Settings, SettingsError
from sms_gateway.store.opening import open_reading

_MOST_ASKED = 1_000


@click.command(short_help="Read past texts by today's rules; show what would change.")
@from_time
@to_time
@at_most
@click.option(
    "--keywords",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Read them by this file too, and compare it with the keywords.toml of today.",
)
@click.option(
    "--with-cases",
    is_flag=True,
    help="Also ask for the dossiers of the texts that are shown: which reply would each get?",
)
@as_json
@places
def replay(  # click hands over each option by its name
    *,
    since: str | None,
    until: str | None,
    limit: int,
    file: Path | None,
    with_cases: bool,
    as_json: bool,
) -> None:
    """Read past texts by today's rules, and show each that would be understood otherwise.

    Compared is what a text was understood as: what it asks for, and which numbers it names. better:
    it could not be read, and now can; worse: it is not read any more, or as another number or
    another wish; other: look for yourself. --limit says how many are shown; all are counted.
    Nothing is sent, written or counted. Texts that were purged cannot be read again.

    With --json each text is one line of JSON, and the last line has the counts. The status is 1
    where a text would be understood worse. Works while the gateway runs.
    """
    settings = load_settings()
    require_store(settings)
    zone = ZoneInfo(settings.gateway.timezone)
    if with_cases and limit > _MOST_ASKED:
        message = f"with --with-cases at most {_MOST_ASKED}: each of them is asked for"
        raise click.BadParameter(message, param_hint="'--limit'")
    window = since_of(since, zone), until_of(until, zone)
    other = None if file is None else _of_file(file, settings)
    shown, comparison = asyncio.run(_replay(settings, window, limit, other))
    replies = replies_of(settings, comparison.after, shown) if with_cases and shown else {}
    _print(shown, comparison.counts, replies, zone, as_json=as_json)


def _print(
    shown: Sequence[Changed],
    counts: Counts,
    replies: Mapping[str, str],
    zone: ZoneInfo,
    *,
    as_json: bool,
) -> None:
    if as_json:
        for one in shown:
            print_json(described_change(one, zone, replies.get(one.row.id)))
        print_json({"counts": asdict(counts)})
    else:
        rows = [listed_change(one, zone, replies.get(one.row.id)) for one in shown]
        print_table(rows, "no text would be understood otherwise")
        click.echo(told(counts), err=True)
    if counts.worse:
        message = f"{counts.worse} texts would be understood worse"
        raise Fault(message)


async def _replay(
    settings: Settings,
    window: tuple[datetime | None, datetime | None],
    limit: int,
    other: Vocabulary | None,
) -> tuple[list[Changed], Comparison]:
    async with open_reading(settings.store_at) as reading:
        synonyms = await reading.synonyms()
        try:
            now = grammars_of(settings, synonyms)
        except KeywordError as error:
            raise SettingsError(str(error)) from error
        comparison = by_the_log(now)
        if other is not None:
            comparison = by_grammars(now, other.grammars(other.fitting(synonyms)))
        shown: list[Changed] = []
        async for page in replayed(reading, *window, comparison):
            shown += itertools.islice(page, limit - len(shown))
    return shown, comparison


def _of_file(file: Path, settings: Settings) -> Vocabulary:
    words = Vocabulary(_parsed(file), vocabulary(settings).offices)
    try:
        words.grammars()
    except KeywordError as error:
        message = f"{file}: {error}"
        raise Fault(message) from error
    return words


def _parsed(file: Path) -> dict[str, object]:
    try:
        return msgspec.toml.decode(file.read_bytes(), type=dict[str, object])
    except UnicodeDecodeError as error:
        message = f"{file}: not UTF-8; save it as UTF-8"
        raise Fault(message) from error
    except msgspec.DecodeError as error:
        message = f"{file}: not TOML: {error}"
        raise Fault(message) from error
