"""`pause`: hold back what a door would send."""

import click

from sms_gateway.cli.options import places
from sms_gateway.cli.pausing import set_paused


@click.command(short_help="Hold back what a door would send.")
@click.argument("door")
@places
def pause(door: str) -> None:
    """Hold back what DOOR would send, until `resume`; also over restarts of the gateway.

    Texts are still taken and answered, the answers wait in the queue, for as long as they are
    valid. Replies that go back in the telco's own request are not held back. It takes effect at
    once where the gateway is running, and is written down with your name.
    """
    click.echo(f"paused {set_paused(door, paused=True)}")
