"""`replies preview`: all replies on one sheet."""

from pathlib import Path

import click

from sms_gateway.cli.opened import load_settings, nobodys_hasher
from sms_gateway.cli.options import places
from sms_gateway.cli.wordings_now import replies_now
from sms_gateway.enquiry.preview import preview
from sms_gateway.rules import load_rules


@click.command("preview", short_help="Print every reply in every language.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write to this file instead of standard output.",
)
@click.option("--files", is_flag=True, help="What the files say, whatever was approved.")
@places
def replies_preview(output: Path | None, *, files: bool) -> None:
    """Print every reply in every language, with sample values, and what it costs.

    For each: how it is billed, the alphabet, the length, and the segments with a code of 18, 25
    and 50 characters. Where versions that were approved at the console are in force, they are
    shown, and the sheet names them; --files shows what the files say, and needs no database. Run
    it after each change of the wording.
    """
    settings = load_settings()
    if files:
        sheet = preview(load_rules(settings, nobodys_hasher()).replies)
    else:
        replies, told, _ = replies_now(settings)
        named = f"In force from the console, not from the files: {' '.join(told)}\n\n"
        sheet = f"{named if told else ''}{preview(replies)}"
    _write(sheet.encode(), output)


def _write(sheet: bytes, output: Path | None) -> None:
    if output is None:
        click.echo(sheet, nl=False)
    else:
        output.write_bytes(sheet)
