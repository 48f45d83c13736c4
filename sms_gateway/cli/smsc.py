"""`smsc`: plays a telco's SMSC."""

import dataclasses
import ssl
import sys
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import click

from sms_gateway.cli.group import Fault
from sms_gateway.cli.loop import run
from sms_gateway.cli.options import places
from sms_gateway.cli.output import print_text
from sms_gateway.cli.smsc_options import BEHAVING, LISTENING, TEXTS
from sms_gateway.smsc.answering import Outside
from sms_gateway.smsc.behaviour import Account, Behaviour, Coding, LongText, Receipts
from sms_gateway.smsc.centre import Centre
from sms_gateway.smsc.handing import Texts
from sms_gateway.smsc.serving import Place, SmscListenError, Typing, serve
from sms_gateway.smsc.sources import LineError, Typed, made_up, read_file, repeated

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_KINDS: Mapping[str, type[Receipts | Coding | LongText]] = {
    "receipts": Receipts,
    "coding": Coding,
    "long": LongText,
}


@click.command(short_help="Play a telco's SMSC, for trying out.")
@LISTENING
@TEXTS
@BEHAVING
@places
def smsc(**told: Any) -> None:  # noqa: ANN401  # click hands all options over by name
    """Play a telco's SMSC, for those who have none: gateways bind to it by SMPP 3.4.

    What you type is texted, a number and a text on each line: `84900000001 MCKH_170703-0001`. Each
    text, reply and receipt is a line on the screen, with number and text in full: use test numbers
    only. When it listens it prints `ready: HOST:PORT`. It ends by SIGTERM or SIGINT (Ctrl-C), or
    with --until-done when each text has a reply; it unbinds then and prints its figures. The status
    is 1 where nothing happens any more before each text has one. It behaves well unless told
    otherwise.
    """
    texts = _texts(told)
    host, port = told["listen"]
    place = Place(host, port, _tls(told["cert"], told["key"]))
    if trouble := run(_run(told, texts, place)):
        raise Fault(trouble)


async def _run(told: Mapping[str, Any], texts: Texts | None, place: Place) -> str:
    """Why not all was done; nothing where it was."""
    outside = Outside(
        now=lambda: datetime.now(_ZONE),
        random=Random(told["seed"]),  # noqa: S311  # chance that can be repeated is what is wanted
        # Ids of one run do not come again in the next.
        first_id=time.time_ns() // 1_000_000,
    )
    tell = None if told["quiet"] else print_text
    account = Account(told["system_id"], told["password"])
    centre = Centre(_behaviour(told), account, outside, tell)
    typing = None
    if texts is None:
        typing = Typing(sys.stdin.fileno(), _typed(centre))
    else:
        centre.handing.ended = True
        centre.handing.texts(texts)
    patience = told["patience_s"] if told["until_done"] else None
    try:
        done = await serve(centre, place, typing, lambda at: print_text(f"ready: {at}"), patience)
    except SmscListenError as error:
        raise Fault(str(error)) from error
    print_text("\n".join(centre.figures.lines()))
    if done:
        return ""
    if centre.figures.bound:
        return "not every text was taken and has a reply: look at the figures above"
    return (
        f"no gateway bound within {patience:g} s: start this first, or give a --patience longer "
        "than the door's timers.reconnect_most_s"
    )


def _typed(centre: Centre) -> Callable[[bytes], None]:
    lines = Typed(centre.handing.type, lambda why: click.echo(f"sms-gateway: {why}", err=True))

    def feed(octets: bytes) -> None:
        lines.feed(octets)
        if not octets:
            centre.handing.ended = True
            centre.handing.changed()

    return feed


def _behaviour(told: Mapping[str, Any]) -> Behaviour:
    fields: dict[str, Any] = {}
    for field in dataclasses.fields(Behaviour):
        kind = _KINDS.get(field.name)
        fields[field.name] = kind(told[field.name]) if kind else told[field.name]
    return Behaviour(**fields)


def _texts(told: Mapping[str, Any]) -> Texts | None:
    """Those of the command line; None where they are typed."""
    path, count = told["file"], told["count"]
    if path is None:
        return made_up(told["text"], count) if count else None
    try:
        return repeated(read_file(path), count)
    except LineError as error:
        raise Fault(str(error)) from error


def _tls(certificate: Path | None, key: Path | None) -> ssl.SSLContext | None:
    if certificate is None:
        if key is not None:
            message = "--key is for --cert: name that file too"
            raise click.UsageError(message)
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        message = f"{certificate} cannot be used with its key ({type(error).__name__}): check both"
        raise Fault(message) from error
    return context
