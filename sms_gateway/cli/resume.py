"""`resume`: let a paused door send again, or what a restore holds back."""

import click

from sms_gateway.cli.options import places
from sms_gateway.cli.pausing import set_paused
from sms_gateway.cli.releasing import release


@click.command(short_help="Let a paused door send again, or what a restore holds back.")
@click.argument("door", required=False)
@click.option("--yes", is_flag=True, help="Without DOOR: do not ask.")
@places
def resume(door: str | None, *, yes: bool) -> None:
    """Let DOOR, held back by `pause`, send again: first of all what waits in its queue.

    Without DOOR: let go what a `restore` holds back. First look at it, with `messages --reply
    held`: the machine that was lost may have sent much of it. It shows how many replies there are,
    and asks. What is still valid is sent; what is not is ended as expired, and its text waits for a
    person; what was being sent when the copy was made is uncertain, and is settled by hand.
    Automatic messages are sent again.

    What is no longer valid is not sent any more. It is written down with your name.
    """
    if door is None:
        release(ask=not yes)
    else:
        click.echo(f"resumed {set_paused(door, paused=False)}")
