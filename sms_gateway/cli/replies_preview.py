"""`replies preview`: all replies on one sheet."""

from pathlib import Path

import click

from sms_gateway.cli.opened import load_settings, nobodys_hasher
from sms_gateway.cli.options import places
from sms_gateway.enquiry.preview import preview
from sms_gateway.rules import load_rules


@click.command("preview", short_help="Print every reply in every language.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write to this file instead of standard output.",
)
@places
def replies_preview(output: Path | None) -> None:
    """Print every reply in every language, with sample values, and what it costs.

    For each: how it is billed, the alphabet, the length, and the segments with a code of 18, 25
    and 50 characters. Needs no database; run it after each change of the wording.
    """
    sheet = preview(load_rules(load_settings(), nobodys_hasher()).replies).encode()
    if output is None:
        click.echo(sheet, nl=False)
    else:
        output.write_bytes(sheet)
