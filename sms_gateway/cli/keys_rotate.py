"""`keys rotate`: a new key for the number hashes; the old ones stay for what they have written."""

import asyncio
from dataclasses import dataclass

import click

from sms_gateway.cli.changing import myself, open_own_store, running_service
from sms_gateway.cli.connected import connected, refuse_connected
from sms_gateway.cli.group import Fault
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import places
from sms_gateway.clock import SystemClock
from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.restores import KeyNote
from sms_gateway.domain.secret import Secret
from sms_gateway.folder import NUMBER_KEY, new_number_key, number_hasher, rotate_number_key
from sms_gateway.retention.carrying import Carried, carry_holds
from sms_gateway.settings import Settings


@dataclass(frozen=True, slots=True)
class Rotated:
    """What was done.

    Attributes:
        before, today: ids of the keys.
        carried: what became of the holds.
        begun: a gateway was started meanwhile, perhaps with the key of before; later ones are not.
    """

    before: str
    today: str
    carried: Carried
    begun: bool


@click.command(short_help="Change the key for a new one.")
@places
def rotate() -> None:
    """Make a new key for the number hashes; what is written from now on is hashed by it.

    Stop the gateway first, on each node. The key of before stays in `keys/` as an older one: a
    number's messages, its budgets and its language are found by all keys. Whoever has an older key
    can try all numbers on what was written by it.

    Afterwards copy `keys/` to its safe place, and to each node: a node without the new key does not
    start. Holds of a phone go on for its new hash. It is written down with your name.
    """
    settings = load_settings()
    require_store(settings)
    _nobody_serves(settings)
    done = asyncio.run(_rotate(settings))
    click.echo(
        f"rotated from {done.before} to {done.today}: copy keys/ to its safe place and nodes"
    )
    if done.carried.count:
        click.echo(f"{done.carried.count} holds of a phone go on for its new hash")
    if done.begun:
        told = "a gateway was started meanwhile: stop it, copy keys/ to its node, start it again"
        click.echo(f"sms-gateway: {told}", err=True)
    for held in done.carried.left:
        told = (
            f"number {held} is held and no text of it is here: if it may text again, run "
            "sms-gateway hold add --phone"
        )
        click.echo(f"sms-gateway: {told}", err=True)


def _nobody_serves(settings: Settings) -> None:
    if running_service(settings.data_path) is not None:
        message = f"a gateway runs on {settings.data_path}: stop it first"
        raise Fault(message)
    at = settings.store_at
    if isinstance(at, Secret):
        refuse_connected(at)


async def _rotate(settings: Settings) -> Rotated:
    clock, folder = SystemClock(), settings.data_path
    before = await asyncio.to_thread(number_hasher, folder)
    async with (
        open_own_store(settings, clock) as store,
    ):
        noted = await store.note_key(_note(before, clock))
        if noted != before.key_id:
            message = (
                f"the messages were written by key {noted}, and {before.key_id} lies here: put the "
                "right one back first, see sms-gateway doctor"
            )
            raise Fault(message)
        today = Hasher(new_number_key(), (before.key, *before.older))
        # First: whatever cuts this off, no hold ends.
        carried = await carry_holds(
            await store.reading.retention.holds(),
            store.retention,
            store.reading,
            today,
            clock.now(),
            myself(),
        )
        await asyncio.to_thread(rotate_number_key, folder, today.key)
        await store.note_key(_note(today, clock))
        return Rotated(before.key_id, today.key_id, carried, await connected(settings.store_at))


def _note(hasher: Hasher, clock: SystemClock) -> KeyNote:
    today, *older = [one.key_id for one in hasher.each()]
    return KeyNote(NUMBER_KEY, today, clock.now(), myself(), tuple(older))
