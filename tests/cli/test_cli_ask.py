import asyncio
import contextlib
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from sms_gateway.domain.ids import DossierId
from tests.cli.conftest import Command, one_line
from tests.contracts.store_desk import Desk, maker_of

KEYS = ["outcome", "text", "language", "alphabet", "segments", "billing"]
MORE = ["template", "billing_reason", "intent", "candidates", "dossier"]


def _asked(cli: Command, text: str, sender: str, data: Path, *more: str) -> dict[str, object]:
    result = cli("ask", text, "--from", sender, "--json", *more, data=data)
    assert result.exit_code == 0, result.output
    asked: dict[str, object] = json.loads(result.stdout)
    return asked


def test_the_registered_phone_reads_the_full_answer(cli: Command, data: Path) -> None:
    asked = _asked(cli, "MCKH_170703-0001", "0900000001", data)
    assert list(asked) == KEYS
    assert str(asked.pop("text")).startswith("Ho so 170703-0001 da co ket qua ngay 11/07/2017")
    assert asked == {
        "outcome": "answered",
        "language": "vi",
        "alphabet": "gsm7",
        "segments": 1,
        "billing": "charge",
    }


def test_another_phone_reads_the_limited_answer(cli: Command, data: Path) -> None:
    asked = _asked(cli, "MCKH_170703-0001", "0912345678", data, "--explain")
    assert list(asked) == [*KEYS, *MORE]
    assert asked["template"] == "E7-ready"
    assert asked["intent"] == "lookup"
    assert asked["candidates"] == ["1707030001"]
    assert "11/07/2017" not in str(asked["text"])


def test_a_dossier_whose_second_secret_was_guessed_too_often_is_opened_by_none(
    cli: Command, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMS_GATEWAY_DISCLOSURE__SECOND_SECRET", "true")
    file = data.parent / "one.csv"
    file.write_text("MaHoSo,SoBienNhan,TrangThaiHoSo,MaTraCuu\nH32-7,170703-0099,9,AB77\n")
    assert cli("cases", "import", str(file), data=data).exit_code == 0
    text = "MCKH 170703-0099 AB77"
    opened = _asked(cli, text, "0912345678", data, "--explain")
    assert str(opened["template"]).startswith("S9")
    asyncio.run(_guess(data, 10))
    closed = _asked(cli, text, "0912345678", data, "--explain")
    assert str(closed["template"]).startswith("E7")


async def _guess(data: Path, count: int) -> None:
    async with Desk(maker_of("sqlite"), data) as desk:
        desk.clock.at = datetime.now(UTC)
        for _ in range(count):
            mo = await desk.receive()
            answer = desk.answer(mo, desk.mt(mo))
            guessed = replace(answer, dossier_id=DossierId("H32-7"), wrong_secret=True)
            assert await desk.store.answer([guessed]) == [True]


def test_english_is_answered_in_english(cli: Command, data: Path) -> None:
    assert _asked(cli, "MCKH EN 170703-0001", "0900000001", data)["language"] == "en"


def test_what_cannot_be_read_is_answered_with_help(cli: Command, data: Path) -> None:
    assert _asked(cli, "xin chao", "0900000001", data)["outcome"] == "answered_with_help"


def test_a_machine_gets_nothing_and_the_reason_is_told(cli: Command, data: Path) -> None:
    asked = _asked(cli, "MCKH 170703-0001", "VIETTEL", data)
    assert asked == {
        "outcome": "suppressed:machine_sender",
        "text": "",
        "language": "vi",
        "alphabet": "gsm7",
        "segments": 0,
        "billing": "free",
    }


def test_nothing_is_recorded(cli: Command, data: Path) -> None:
    before = _everything(data / "gateway.db")
    for _ in range(5):
        asked = _asked(cli, "MCKH 170703-0001", "0900000001", data)
        assert asked["outcome"] == "answered"
    assert _everything(data / "gateway.db") == before


def _everything(database: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(database)) as db:
        return list(db.iterdump())


def test_without_a_data_folder_one_line_says_what_to_do_and_nothing_is_made(
    cli: Command, tmp_path: Path
) -> None:
    asked = cli("ask", "MCKH 170703-0001", "--from", "0900000001", data=tmp_path / "none")
    assert "run sms-gateway init" in one_line(asked)
    assert not (tmp_path / "none").exists()


def test_people_read_the_text_first(cli: Command, data: Path) -> None:
    result = cli("ask", "MCKH_170703-0001", "--from", "0900000001", data=data)
    assert result.stdout.startswith("Ho so 170703-0001")
    assert "billing         charge" in result.stdout


def test_a_lost_key_is_told_instead_of_answering_as_if_nobody_were_known(
    cli: Command, data: Path
) -> None:
    (data / "keys" / "number-hash.key").unlink()
    line = one_line(cli("ask", "MCKH 1", "--from", "0900000001", data=data))
    assert "number-hash.key" in line


@pytest.mark.parametrize("damage", [b"", b"not a database at all, not a bit" * 64])
def test_a_damaged_store_is_told_in_one_line(damage: bytes, cli: Command, data: Path) -> None:
    for name in ("gateway.db-wal", "gateway.db-shm"):
        (data / name).unlink(missing_ok=True)
    (data / "gateway.db").write_bytes(damage)
    assert one_line(cli("ask", "MCKH 1", "--from", "0900000001", data=data))
