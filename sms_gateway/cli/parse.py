"""`parse`: how a text is understood, without any database."""

import json
import sys
from collections.abc import Iterator
from typing import BinaryIO

import click

from sms_gateway.cli.opened import first_short_code, load_settings
from sms_gateway.cli.options import as_json, places
from sms_gateway.cli.output import print_json, print_text
from sms_gateway.domain.ids import ShortCode
from sms_gateway.enquiry.intents import (
    Intent,
    Lookup,
    Malformed,
    NotACitizen,
    OptIn,
    OptOut,
    SetLanguage,
)
from sms_gateway.enquiry.keyword_file import Grammars, KeywordError
from sms_gateway.enquiry.keywords import parse as understand
from sms_gateway.rules import grammars_of
from sms_gateway.settings import SettingsError

MAX_LINE = 1024 * 1024
"""Longest line read with `--stdin`, in octets."""

Described = dict[str, object]


@click.command(short_help="Show how a text is understood.")
@click.argument("text", required=False)
@click.option("--to", metavar="SHORT_CODE", help="Number that was texted. [default: the first one]")
@click.option(
    "--stdin",
    "from_stdin",
    is_flag=True,
    help='Read lines of JSON, {"text": ..., "to": ...}, and answer each with a line of JSON.',
)
@as_json
@places
def parse(text: str | None, to: str | None, *, from_stdin: bool, as_json: bool) -> None:
    """Show how TEXT is understood: what it asks for, and which receipt numbers it may mean.

    Needs no database. With --json the answer has the keys intent (lookup, help, opt_out, opt_in,
    language, malformed, not_a_citizen), candidates (canonical keys, best first), repaired (those of
    them that are second readings, believed only where exactly one dossier has them), language (vi,
    vi-accented or en, where one was asked for) and reason.

    A text that begins with a hyphen goes behind two hyphens: parse -- -text.
    """
    settings = load_settings()
    try:
        grammars = grammars_of(settings)
    except KeywordError as error:
        raise SettingsError(str(error)) from error
    short_code = to or first_short_code(settings)
    if from_stdin:
        if text is not None:
            message = "give a text or --stdin, not both"
            raise click.UsageError(message)
        for line in _lines(sys.stdin.buffer):
            print_json(_answer(line, grammars, short_code))
        return
    if text is None:
        message = "give a text, or --stdin"
        raise click.UsageError(message)
    described = describe(understand(text, grammars[ShortCode(short_code)]))
    if as_json:
        print_json(described)
    else:
        print_text(_readable(described))


def describe(intent: Intent) -> Described:
    """An intent as JSON can say it."""
    candidates = intent.candidates if isinstance(intent, Lookup | OptOut | OptIn) else ()
    why = intent.reason if isinstance(intent, Malformed | NotACitizen) else ""
    language = intent.language if isinstance(intent, Lookup | SetLanguage) else None
    return {
        "intent": intent.name,
        "candidates": [candidate.key for candidate in candidates],
        "repaired": [candidate.key for candidate in candidates if candidate.repaired],
        "language": language,
        "reason": candidates[0].why if candidates else why,
    }


def _readable(described: Described) -> str:
    return "\n".join(
        f"{name:<10}  {' '.join(value) if isinstance(value, list) else value}"
        for name, value in described.items()
        if value
    )


def _lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """The lines of a stream; None in the place of one that is too long."""
    while line := stream.readline(MAX_LINE + 1):
        if len(line) <= MAX_LINE or line.endswith(b"\n"):
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(MAX_LINE)
        yield None


def _answer(line: bytes | None, grammars: Grammars, short_code: str) -> Described:
    if line is None:
        return {"error": f"the line is longer than {MAX_LINE >> 20} MiB"}
    try:
        # Octets that are not UTF-8 are kept as they are: a citizen's phone may have sent them.
        asked = json.loads(line.decode("utf-8", "surrogateescape"))
    except (ValueError, RecursionError):
        return {"error": "the line is not JSON"}
    text = asked.get("text") if isinstance(asked, dict) else None
    if not isinstance(text, str):
        return {"error": 'the line is not an object with a text: {"text": "MCKH 170703-0001"}'}
    to = asked.get("to", short_code)
    if not isinstance(to, str):
        return {"error": 'to is not a text: write it as {"to": "8083"}'}
    return describe(understand(text, grammars[ShortCode(to)]))
