"""`keys`, and what is found by a number after its key was rotated."""

import asyncio
import io
import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from sms_gateway.cli import keys_rotate
from sms_gateway.clock import SystemClock
from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.retention import HoldKind, LegalHoldOrder
from sms_gateway.domain.secret import Secret
from sms_gateway.folder import new_number_key, number_hasher, rotate_number_key
from sms_gateway.postgres.connecting import connect
from sms_gateway.service import opening
from sms_gateway.store.postgres.opening import SCHEMA, open_postgres_reading
from tests.backup.on_postgres import Maker as OnPostgres
from tests.cli.conftest import Command, one_line
from tests.contracts.store_desk import AN, BINH, Desk, Maker, maker_of
from tests.postgres import Postgres

PHONE = ("--phone", AN.value)


@pytest.fixture(params=["sqlite", "postgres"])
def maker(request: pytest.FixtureRequest, data: Path, monkeypatch: pytest.MonkeyPatch) -> Maker:
    """How the store of the data folder is opened; it is empty."""
    if request.param == "sqlite":
        for path in data.glob("gateway.db*"):
            path.unlink()
        return maker_of("sqlite")
    server: Postgres = request.getfixturevalue("postgres_server")
    url = server.database()
    monkeypatch.setenv("SMS_GATEWAY_STORE__URL", url)
    return OnPostgres(url)


def texted(data: Path, maker: Maker, runs: int, *, held: bool = False) -> None:
    """A text by the key of today, as a gateway writes it down; its number is perhaps held."""
    asyncio.run(_text(data, maker, runs, number_hasher(data), held=held))


async def _text(data: Path, maker: Maker, runs: int, hasher: Hasher, *, held: bool) -> None:
    async with Desk(maker, data, runs_before=runs) as desk:
        desk.clock.at += timedelta(minutes=runs)
        arrival = replace(desk.arrival(sender=AN), sender_hash=hasher.number(AN))
        await desk.record(arrival)
        if held:
            for number in (hasher.number(AN), hasher.number(BINH)):
                order = LegalHoldOrder(HoldKind.NUMBER, number, desk.clock.at, "an", "a complaint")
                await desk.store.retention.hold(order)  # type: ignore[attr-defined]  # of the real store


def ids(cli: Command, data: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"today": [], "older": [], "missing": []}
    for line in cli("keys", "list", "--json", data=data).stdout.splitlines():
        one = json.loads(line)
        found[one["state"]].append(one["id"])
    return found


def test_a_numbers_texts_are_found_by_all_keys(cli: Command, data: Path, maker: Maker) -> None:
    texted(data, maker, 0)
    (first,) = ids(cli, data)["today"]
    result = cli("keys", "rotate", data=data)
    assert result.exit_code == 0, result.output
    (second,) = ids(cli, data)["today"]
    assert result.stdout.startswith(f"rotated from {first} to {second}: copy keys/")
    assert ids(cli, data)["older"] == [first]
    texted(data, maker, 1)
    found = cli("messages", *PHONE, data=data).stdout.splitlines()
    assert len(found) == 2
    assert "messages were written by key" not in cli("doctor", data=data).stdout


def test_a_hold_of_a_phone_goes_on_for_what_it_texts_later(
    cli: Command, data: Path, maker: Maker
) -> None:
    texted(data, maker, 0, held=True)
    result = cli("keys", "rotate", data=data)
    assert "1 holds of a phone go on for its new hash" in result.stdout
    unknown = number_hasher(data).numbers(BINH)[1]
    assert f"number {unknown} is held and no text of it is here" in result.stderr
    listed = cli("hold", "list", data=data).stdout
    assert all(number in listed for number in number_hasher(data).numbers(AN))

    again = cli("keys", "rotate", data=data)
    assert "1 holds of a phone" in again.stdout
    removed = cli("hold", "remove", *PHONE, data=data)
    assert removed.stdout.count("released number") == 3
    assert AN.value not in cli("hold", "list", data=data).stdout
    assert not any(
        n in cli("hold", "list", data=data).stdout for n in number_hasher(data).numbers(AN)
    )


def test_an_older_key_that_was_not_restored_is_named(
    cli: Command, data: Path, maker: Maker
) -> None:
    texted(data, maker, 0)
    (first,) = ids(cli, data)["today"]
    assert cli("keys", "rotate", data=data).exit_code == 0
    (older,) = (data / "keys").glob("number-hash-0*.key")
    older.unlink()
    told = cli("doctor", data=data).stdout
    assert f"older messages were written by key {first}, which is not here" in told
    assert ids(cli, data)["missing"] == [first]


def test_a_folder_with_another_key_than_the_messages_is_not_rotated(
    cli: Command, data: Path, maker: Maker
) -> None:
    texted(data, maker, 0)
    assert cli("keys", "rotate", data=data).exit_code == 0
    for path in (data / "keys").iterdir():
        path.unlink()
    (data / "keys" / "number-hash.key").write_text("07" * 32)
    said = one_line(cli("keys", "rotate", data=data))
    assert "put the right one back first" in said
    assert len(list((data / "keys").iterdir())) == 1


@pytest.mark.parametrize("maker", ["postgres"], indirect=True)
def test_while_a_node_is_connected_nothing_is_rotated(
    cli: Command, data: Path, maker: Maker
) -> None:
    async def connected() -> str:
        async with Desk(maker, data):
            return await asyncio.to_thread(lambda: one_line(cli("keys", "rotate", data=data)))

    said = asyncio.run(connected())
    assert said == "gateways are connected to the database: stop all nodes first"
    assert len(list((data / "keys").iterdir())) == 1


@pytest.mark.parametrize("maker", ["postgres"], indirect=True)
def test_whoever_only_reads_or_makes_a_backup_does_not_keep_keys_from_being_rotated(
    cli: Command, data: Path, maker: OnPostgres
) -> None:
    texted(data, maker, 0)

    async def read() -> str:
        async with open_postgres_reading(Secret(maker.url)) as reading:
            await reading.keys_used()
            backup = await connect(maker.url, SCHEMA, "sms-gateway backup")
            try:
                done = await asyncio.to_thread(cli, "keys", "rotate", data=data)
            finally:
                await backup.close()
            return done.output

    assert asyncio.run(read()).startswith("rotated from ")


@pytest.mark.parametrize("maker", ["postgres"], indirect=True)
def test_a_gateway_that_was_started_while_keys_were_rotated_is_told_of(
    cli: Command, data: Path, maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    texted(data, maker, 0)
    monkeypatch.setattr(keys_rotate, "refuse_connected", lambda _url: None)

    async def rotated() -> str:
        async with Desk(maker, data, runs_before=1):
            return (await asyncio.to_thread(cli, "keys", "rotate", data=data)).stderr

    assert "a gateway was started meanwhile: stop it" in asyncio.run(rotated())


def test_a_rotation_is_written_down_with_a_name(cli: Command, data: Path, maker: Maker) -> None:
    texted(data, maker, 0)
    before = number_hasher(data).key_id
    cli("keys", "rotate", data=data)

    async def audit() -> object:
        async with Desk(maker, data, runs_before=1) as desk:
            return list(await desk.rows("SELECT act, subject, detail FROM audit"))

    after = number_hasher(data).key_id
    assert asyncio.run(audit()) == [("key.rotate", "number-hash", f"{before} to {after}")]


def test_a_copy_of_the_folder_is_all_that_another_machine_needs(
    cli: Command, data: Path, tmp_path: Path
) -> None:
    cli("keys", "rotate", data=data)
    shutil.copytree(data / "keys", tmp_path / "other" / "keys")
    assert number_hasher(tmp_path / "other") == number_hasher(data)


def test_holds_of_a_copy_of_before_a_rotation_go_on_for_the_new_key(
    cli: Command, data: Path, maker: Maker, captured_logs: io.StringIO
) -> None:
    texted(data, maker, 0, held=True)

    async def begin(run: int) -> None:
        hasher = await asyncio.to_thread(number_hasher, data)
        async with Desk(maker, data, runs_before=run) as desk:
            store: Any = desk.store
            await opening._note_keys(store, hasher, SystemClock())  # noqa: SLF001  # what a start does

    asyncio.run(begin(1))
    rotate_number_key(data, new_number_key())
    for run in (2, 3):
        asyncio.run(begin(run))
    hasher = number_hasher(data)
    listed = cli("hold", "list", data=data).stdout
    assert all(number in listed for number in hasher.numbers(AN))
    assert hasher.number(BINH) not in listed
    (told,) = [json.loads(line) for line in captured_logs.getvalue().splitlines()]
    assert (told["event"], told["count"]) == ("hold.not_carried", 1)


@pytest.mark.parametrize("words", [("messages",), ("hold", "add", "--reason", "a complaint")])
def test_with_another_key_than_the_messages_no_number_is_looked_for(
    cli: Command, data: Path, maker: Maker, words: tuple[str, ...]
) -> None:
    texted(data, maker, 0)
    assert cli("keys", "rotate", data=data).exit_code == 0
    (today,) = ids(cli, data)["today"]
    for path in (data / "keys").iterdir():
        path.unlink()
    (data / "keys" / "number-hash.key").write_text("07" * 32)
    said = one_line(cli(*words, *PHONE, data=data))
    assert said.startswith(f"the messages are written by key {today}, which is not here")
    assert AN.value not in cli("hold", "list", data=data).stdout
