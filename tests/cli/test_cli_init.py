import asyncio
import shutil
from pathlib import Path

import pytest

from sms_gateway.domain.restores import KeyNote
from sms_gateway.folder import number_hasher
from tests.cli.conftest import CONFIG, Command, one_line
from tests.contracts.store_desk import Desk, maker_of

HEADER = "MaHoSo,TrangThaiHoSo\n"


def test_a_first_start_makes_everything_and_says_so(cli: Command, tmp_path: Path) -> None:
    data = tmp_path / "deep" / "var"
    result = cli("init", "--samples", data=data)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        f"made {data}",
        f"made {data / 'keys' / 'number-hash.key'}",
        f"made {data / 'gateway.db'}",
        f"made {data / 'cases.db'}",
        "loaded q3-2017.csv: 33 new, 0 changed, 0 unchanged, 0 removed",
    ]
    key = data / "keys" / "number-hash.key"
    assert key.stat().st_mode & 0o077 == 0


def test_a_second_start_leaves_what_is_there(cli: Command, data: Path) -> None:
    key = (data / "keys" / "number-hash.key").read_bytes()
    result = cli("init", "--samples", data=data)
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["found"] * 4
    assert (data / "keys" / "number-hash.key").read_bytes() == key


def test_staff_who_removed_the_samples_do_not_get_them_back(
    cli: Command, data: Path, tmp_path: Path
) -> None:
    file = tmp_path / "ours.csv"
    file.write_text(HEADER + "H32-1,4\n")
    assert cli("cases", "import", str(file), "--replace", data=data).exit_code == 0
    assert "loaded" not in cli("init", "--samples", data=data).stdout
    assert cli("cases", "show", "170703-0001", data=data).exit_code == 1


def test_a_folder_in_which_nothing_was_imported_gets_them_later_too(
    cli: Command, tmp_path: Path
) -> None:
    data = tmp_path / "var"
    assert cli("init", data=data).exit_code == 0
    assert "33 new" in cli("init", "--samples", data=data).stdout
    assert "loaded" not in cli("init", "--samples", data=data).stdout


def test_an_empty_folder_in_which_staff_had_imported_their_own_does_not_get_them(
    cli: Command, tmp_path: Path
) -> None:
    data, file = tmp_path / "var", tmp_path / "ours.csv"
    file.write_text(HEADER + "H32-1,4\n")
    assert cli("cases", "import", str(file), data=data).exit_code == 0
    for path in data.glob("cases.db*"):
        path.unlink()
    result = cli("init", "--samples", data=data)
    assert result.exit_code == 0
    assert "no samples: ours.csv was imported here" in result.stdout


def test_samples_are_loaded_where_a_start_was_killed_while_it_loaded_them(
    cli: Command, data: Path
) -> None:
    for path in data.glob("cases.db*"):
        path.unlink()
    assert "33 new" in cli("init", "--samples", data=data).stdout


def test_where_no_simulator_is_configured_nobody_wants_samples(
    cli: Command, tmp_path: Path
) -> None:
    data, production = tmp_path / "var", CONFIG / "examples" / "production"
    result = cli("init", "--samples", "--config", str(production), data=data)
    assert result.exit_code == 0, result.output
    assert "no samples: no door of kind simulator is configured" in result.stdout
    assert cli("cases", "show", "170703-0001", data=data).exit_code == 1


def test_samples_that_could_not_be_loaded_are_loaded_at_the_next_start(
    cli: Command, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    shutil.copytree(CONFIG, config)
    whole = (config / "samples" / "q3-2017.csv").read_bytes()
    (config / "samples" / "q3-2017.csv").write_text("nonsense\n")
    data = tmp_path / "var"
    assert cli("init", "--samples", "--config", str(config), data=data).exit_code == 1
    (config / "samples" / "q3-2017.csv").write_bytes(whole)
    assert "33 new" in cli("init", "--samples", "--config", str(config), data=data).stdout
    assert "loaded" not in cli("init", "--samples", data=data).stdout


def test_a_folder_that_cannot_be_made_is_told_in_one_line(cli: Command, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    line = one_line(cli("init", data=tmp_path / "file" / "var"))
    assert "cannot be written" in line


def note(data: Path, key_id: str) -> None:
    """The messages of a folder say that they were written by a key."""

    async def noted() -> None:
        async with Desk(maker_of("sqlite"), data, runs_before=1) as desk:
            await desk.store.note_key(KeyNote("number-hash", key_id, desk.clock.at))

    asyncio.run(noted())


def test_a_new_key_for_messages_of_another_one_is_told(cli: Command, data: Path) -> None:
    key = data / "keys" / "number-hash.key"
    note(data, number_hasher(data).key_id)
    assert cli("init", data=data).stderr == ""
    old = number_hasher(data).key_id
    shutil.rmtree(key.parent)
    result = cli("init", data=data)
    assert result.exit_code == 0
    assert f"made {key}" in result.stdout.splitlines()
    new = number_hasher(data).key_id
    assert result.stderr == (
        f"sms-gateway: key number-hash {old} is needed and another one, {new}, lies there: put "
        f"its copy into {key.parent} before the gateway starts\n"
    )


@pytest.mark.parametrize("name", ["gateway.db", "cases.db"])
def test_a_damaged_database_is_told_and_left_as_it_is(name: str, cli: Command, data: Path) -> None:
    for end in ("-wal", "-shm"):
        (data / f"{name}{end}").unlink(missing_ok=True)
    rubbish = b"not a database at all, not a bit" * 64
    (data / name).write_bytes(rubbish)
    result = cli("init", data=data)
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    assert "restore it" in result.stderr
    assert (data / name).read_bytes() == rubbish
