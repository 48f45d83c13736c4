"""`keys list`: which keys are here, and which the messages need."""

import asyncio
from collections.abc import Iterator

import click

from sms_gateway.cli.copies_checks import keys_used
from sms_gateway.cli.opened import load_settings
from sms_gateway.cli.options import as_json, places
from sms_gateway.cli.output import print_each, print_table
from sms_gateway.folder import NUMBER_KEY, number_hasher
from sms_gateway.settings import Settings


@click.command("list", short_help="List the keys by their ids.")
@as_json
@places
def list_keys(*, as_json: bool) -> None:
    """List the keys of the number hashes, the one of today first.

    An id tells nothing of its key. `today` is the key that is written by, `older` one of before a
    `keys rotate`; `missing` is not in `keys/`, and messages were written by it. With --json each is
    one line, with the keys id, state and used: whether messages were written by it.
    """
    settings = load_settings()
    found = list(_keys(settings))
    if as_json:
        print_each({"id": key_id, "state": state, "used": used} for key_id, state, used in found)
        return
    rows = [[key_id, state, "used" if used else "not used"] for key_id, state, used in found]
    print_table(rows, "there is no key")


def _keys(settings: Settings) -> Iterator[tuple[str, str, bool]]:
    today, *older = [one.key_id for one in number_hasher(settings.data_path).each()]
    used = asyncio.run(keys_used(settings))
    ids = set(used.values())
    yield today, "today", today in ids
    for key_id in older:
        yield key_id, "older", key_id in ids
    for name in sorted(used):
        if name.startswith(NUMBER_KEY) and used[name] not in (today, *older):
            yield used[name], "missing", True
