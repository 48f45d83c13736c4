"""`citizen export` and `citizen erase` where no gateway runs."""

import asyncio
import json
import shutil
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from sms_gateway.domain.ids import DoorName, DossierId
from sms_gateway.domain.message import Language
from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.records import OptOutChange, PreferenceChange
from sms_gateway.domain.secret import Secret
from tests.cli.conftest import CONFIG, Command, one_line
from tests.contracts.store_desk import AN, DOOR, HASHER, Desk, maker_of, number

NUMBER = "0900000001"
WORD, REPLY, SNAPSHOT = "tracked-words", "worded-reply", "dossier-as-it-was"
OLD = Hasher(Secret("0a" * 32))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """An's texts: one that was sent and reported, and one by a key that was rotated since."""
    data = tmp_path / "log"
    (data / "keys").mkdir(parents=True)
    (data / "keys" / "number-hash.key").write_text(HASHER.key.value + "\n")
    asyncio.run(_fill(data))
    return data


async def _fill(data: Path) -> None:
    async with Desk(maker_of("sqlite"), data) as desk:
        desk.clock.at = datetime.now(UTC) - timedelta(hours=2)
        text = f"MCKH 170703-0001 {WORD}"
        arrival = desk.arrival(text, telco_id="t1")
        called = {"id": "t1", "from": AN.value, "to": "8083", "text": text}
        raw = f"POST /mo/local\ncontent-type: application/json\n\n{json.dumps(called)}".encode()
        local = replace(arrival, door=DoorName("local"), raw=raw)
        (recorded,) = await desk.store.record([local])
        mo = recorded.pending  # type: ignore[union-attr]  # it is new
        mt = replace(desk.mt(mo, text=REPLY), door=DOOR)
        answer = replace(
            desk.answer(mo, mt),
            snapshot=f'"{SNAPSHOT}"'.encode(),
            dossier_id=DossierId("H32-1"),
            preference=PreferenceChange(Language.EN),
            opt_out=OptOutChange(opted_out=True),
        )
        assert await desk.store.answer([answer]) == [True]
        await desk.sent(mt, "T-1")
        desk.clock.step(60)
        old = desk.arrival(f"MCKH {WORD} again")
        (recorded,) = await desk.store.record([replace(old, sender_hash=OLD.number(AN))])
        mo = recorded.pending  # type: ignore[union-attr]  # it is new
        assert await desk.store.answer([desk.answer(mo, desk.mt(mo, text=REPLY))]) == [True]


def rotated(data: Path) -> None:
    """The key before is kept as `keys rotate` keeps it."""
    old = data / "keys" / f"number-hash-001-{OLD.key_id}.key"
    old.write_text(OLD.key.value + "\n")


def on_disk(folder: Path, *words: str) -> dict[str, int]:
    octets = b"".join(path.read_bytes() for path in sorted(folder.glob("gateway.db*")))
    return {word: count for word in words if (count := octets.count(word.encode()))}


def test_all_that_is_kept_of_a_number_is_written_for_its_owner_alone(
    cli: Command, log: Path, tmp_path: Path
) -> None:
    out = tmp_path / "an.json"
    done = cli("citizen", "export", NUMBER, "--out", str(out), data=log)
    assert done.exit_code == 0, done.output
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    told = json.loads(out.read_text())
    assert told["tieu_de"].startswith("Dữ liệu cá nhân")
    assert [one["language"] for one in told["preferences"]] == ["en"]
    assert [one["opted_out"] for one in told["opt_outs"]] == [True]
    (message,) = told["messages"]
    assert message["from"] == AN.value
    assert WORD in message["text"]
    assert WORD in message["request"]
    assert SNAPSHOT in message["dossier_then"]
    (sent,) = message["sent"]
    assert (sent["text"], sent["to"]) == (REPLY, AN.value)
    assert [one["result"] for one in message["attempts"]] == ["accepted"]
    assert told["other_messages"] == []
    assert NUMBER not in done.output


def test_an_export_is_audited_by_the_hash_and_takes_no_file_that_is_there(
    cli: Command, log: Path, tmp_path: Path
) -> None:
    out = tmp_path / "an.json"
    out.write_text("mine")
    said = one_line(cli("citizen", "export", NUMBER, "--out", str(out), data=log))
    assert "is there already" in said
    assert out.read_text() == "mine"
    out.unlink()
    cli("citizen", "export", NUMBER, "--out", str(out), data=log)
    assert audited(log) == [("citizen.export", f"number {number(AN)}")]


def audited(data: Path) -> list[tuple[object, ...]]:
    async def read() -> list[tuple[object, ...]]:
        async with Desk(maker_of("sqlite"), data, 5) as desk:
            return list(await desk.rows("SELECT act, subject FROM audit ORDER BY id"))

    return asyncio.run(read())


def test_nothing_of_the_number_and_its_words_is_left_in_the_files_of_the_database(
    cli: Command, log: Path
) -> None:
    rotated(log)
    every = (WORD, REPLY, SNAPSHOT, AN.value, AN.national, AN.digits, "1707030001", "170703-0001")
    assert on_disk(log, WORD, REPLY, AN.value)
    done = cli("citizen", "erase", NUMBER, "--yes", "--reason", "tại quầy", "--json", data=log)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["texts"], told["held"], told["open"]) == (2, 0, 0)
    assert told["rest"]["preferences"] == 1
    assert told["scrubbed"]
    assert on_disk(log, *every) == {}
    assert [act for act, _ in audited(log)] == ["citizen.erase", "citizen.erased"]


def test_after_it_the_export_shows_what_must_stay_and_no_more(
    cli: Command, log: Path, tmp_path: Path
) -> None:
    out = tmp_path / "an.json"
    done = cli("citizen", "erase", NUMBER, data=log, stdin=b"y\n")
    assert done.exit_code == 0, done.output
    assert "stays: that there were texts" in done.stderr
    cli("citizen", "export", NUMBER, "--out", str(out), data=log)
    told = json.loads(out.read_text())
    assert told["preferences"] == []
    assert [one["opted_out"] for one in told["opt_outs"]] == [True]
    (message,) = told["messages"]
    assert (message["text"], message["from"], message["outcome"]) == (None, None, "answered")
    (sent,) = message["sent"]
    assert (sent["text"], sent["to"], sent["billing"]) == (None, None, "charge")
    assert message["request"] is None


def test_where_the_doors_cannot_be_opened_no_request_is_given_and_that_is_said(
    cli: Command, log: Path, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    shutil.copytree(CONFIG, config)
    with (config / "gateway.toml").open("a") as file:
        file.write('[doors.broken]\nkind = "telex"\n')
    out, folder = tmp_path / "an.json", str(config)
    done = cli("citizen", "export", NUMBER, "--out", str(out), "--config", folder, data=log)
    assert done.exit_code == 0, done.output
    assert "requests of telcos are left out: doors.broken:" in done.stderr
    (message,) = json.loads(out.read_text())["messages"]
    assert (message["request"], message["text"].endswith(WORD)) == (None, True)


def test_who_does_not_say_yes_erases_nothing(cli: Command, log: Path) -> None:
    assert cli("citizen", "erase", NUMBER, data=log, stdin=b"n\n").exit_code == 1
    assert on_disk(log, WORD)


def test_what_is_no_phone_number_is_told_without_it(cli: Command, log: Path) -> None:
    said = cli("citizen", "erase", "MOBIFONE", "--yes", data=log)
    assert said.exit_code == 2
    assert "no phone number" in said.stderr
    assert "NUMBER" in said.stderr
