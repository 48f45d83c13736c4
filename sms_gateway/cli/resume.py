"""`resume`: let a paused door send again."""

import click

from sms_gateway.cli.options import places
from sms_gateway.cli.pausing import set_paused


@click.command(short_help="Let a paused door send again.")
@click.argument("door")
@places
def resume(door: str) -> None:
    """Let DOOR, held back by `pause`, send again: first of all what waits in its queue.

    What is no longer valid is not sent any more. It is written down with your name.
    """
    click.echo(f"resumed {set_paused(door, paused=False)}")
