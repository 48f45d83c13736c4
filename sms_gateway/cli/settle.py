"""`settle`: what became of a reply whose fate nobody knows, or that is held."""

from collections.abc import Collection

import click

from sms_gateway.cli.changing import RunningService, change, myself, open_commands
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import places
from sms_gateway.clock import SystemClock
from sms_gateway.commands import checked_id
from sms_gateway.domain.acts import SettleAs, Settled
from sms_gateway.domain.ids import DoorName, MessageId
from sms_gateway.domain.outcome import MtState
from sms_gateway.service import open_doors
from sms_gateway.settings import Settings


@click.command(short_help="Say what became of an uncertain or held reply.")
@click.argument("message_id", metavar="ID")
@click.option(
    "--as",
    "settle_as",
    type=click.Choice([way.value for way in SettleAs]),
    required=True,
    help="accepted: the citizen has it. failed: the citizen has it not and will not get it. again: "
    "send it once more.",
)
@places
def settle(message_id: str, settle_as: str) -> None:
    """Say what became of the reply ID, or of the reply to the text ID, that is uncertain or held.

    Ask the telco first: the ids and times are on `message ID`, and `messages --reply uncertain`
    lists such replies. A reply that failed leaves its text parked, until somebody calls the citizen
    and says so by `handled`. One is sent again only where its door can send and while it is valid;
    if the telco did take the first one, the citizen gets it twice. It is written down with your
    name.
    """
    settings = load_settings()
    require_store(settings)
    done = _settle(settings, checked_id(message_id), SettleAs(settle_as))
    if done.state is MtState.QUEUED:
        click.echo(f"queued {done.reply} again, door {done.door}")
        return
    click.echo(f"settled {done.reply} as {done.state}")
    if done.parked:
        told = f"its text is parked: call the citizen, then sms-gateway handled {done.message}"
        click.echo(told, err=True)


def _settle(settings: Settings, name: MessageId, settle_as: SettleAs) -> Settled:
    def through(service: RunningService) -> Settled:
        answer = service.ask("POST", f"/messages/{name}/settle", {"as": settle_as})
        return Settled(
            MessageId(answer["reply"]),
            None if answer["message"] is None else MessageId(answer["message"]),
            DoorName(answer["door"]),
            MtState(answer["state"]),
            bool(answer["parked"]),
        )

    async def directly() -> Settled:
        senders = await _senders(settings) if settle_as is SettleAs.AGAIN else ()
        async with open_commands(settings, senders) as commands:
            return await commands.settle(name, settle_as, myself())

    return change(settings, through, directly)


async def _senders(settings: Settings) -> Collection[DoorName]:
    async with open_doors(settings, SystemClock()) as doors:
        return [name for name, door in doors.items() if door.sender is not None]
