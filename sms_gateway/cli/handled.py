"""`handled`: a person did what there was to do about a parked text."""

import click

from sms_gateway.cli.changing import RunningService, change, myself, open_commands
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import places
from sms_gateway.commands import MAX_NOTE, checked_id, checked_note
from sms_gateway.domain.ids import MessageId
from sms_gateway.settings import Settings


@click.command(short_help="Say that a parked text was handled.")
@click.argument("message_id", metavar="ID")
@click.option(
    "--note",
    metavar="TEXT",
    default="",
    help=f"What was done, at most {MAX_NOTE} characters. It is kept: no phone number in it.",
)
@places
def handled(message_id: str, note: str) -> None:
    """Say that the parked text ID was handled: the citizen was called, or there was nothing to do.

    It stays parked and waits no more: it leaves `sms_parked` and `messages --outcome unhandled`. A
    reply that is held for it is not sent any more. It is written down with your name, and shown by
    `message ID`.
    """
    settings = load_settings()
    require_store(settings)
    done = _handle(settings, checked_id(message_id), checked_note(note))
    click.echo(f"handled {done}")


def _handle(settings: Settings, name: MessageId, note: str) -> str:
    def through(service: RunningService) -> str:
        return str(service.ask("POST", f"/messages/{name}/handled", {"note": note})["message"])

    async def directly() -> str:
        async with open_commands(settings) as commands:
            return (await commands.handle(name, note, myself())).message

    return change(settings, through, directly)
