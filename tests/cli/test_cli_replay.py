"""`replay` and `keywords` where no gateway runs."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from sms_gateway.domain.ids import CanonicalKey
from tests.cli.conftest import CONFIG, Command, one_line
from tests.contracts.store_desk import AN, HASHER, Desk, maker_of


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Yesterday's texts: one as today, one that is read better today, one that is read worse."""
    data = tmp_path / "log"
    (data / "keys").mkdir(parents=True)
    (data / "keys" / "number-hash.key").write_text(HASHER.key.value + "\n")
    asyncio.run(_fill(data))
    return data


async def _fill(data: Path) -> None:
    async with Desk(maker_of("sqlite"), data) as desk:
        desk.clock.at = datetime.now(UTC) - timedelta(days=1)
        for text, intent, code in (
            ("MCKH 170703-0001", "lookup", "1707030001"),
            ("MCKH 170703-0002", "malformed", ""),
            ("HOSOCUATOI AB12", "malformed", ""),
            ("MCKH 170703-0004", "lookup", "999999"),
        ):
            mo = await desk.receive(text, sender=AN)
            answer = replace(desk.answer(mo, desk.mt(mo)), intent=intent, key=CanonicalKey(code))
            assert await desk.store.answer([answer]) == [True]
            desk.clock.step(60)


def test_each_text_that_would_change_is_shown_with_a_masked_number_and_the_status_tells_of_worse(
    cli: Command, log: Path
) -> None:
    done = cli("replay", "--since", "3d", data=log)
    assert done.exit_code == 1
    worse, better = done.stdout.splitlines()
    assert "worse" in worse
    assert "lookup 999999" in worse
    assert "better" in better
    assert "-> " in better
    assert "lookup 1707030002" in better
    assert AN.value not in done.output
    assert AN.national not in done.output
    assert "4 texts read: 2 the same, 1 better, 1 worse, 0 other" in done.stderr
    assert "1 texts would be understood worse" in done.stderr


def test_for_programs_each_text_is_a_line_and_the_last_one_has_the_counts(
    cli: Command, log: Path
) -> None:
    done = cli("replay", "--json", "--limit", "1", data=log)
    first, counts = map(json.loads, done.stdout.splitlines())
    assert first["text"] == "MCKH 170703-0004"
    assert first["judgement"] == "worse"
    assert first["before"]["codes"] == ["999999"]
    assert first["after"]["codes"] == ["1707030004"]
    assert counts["counts"] == {"same": 2, "better": 1, "worse": 1, "other": 0, "passed": 0}


def test_texts_before_the_time_that_is_named_are_not_read(cli: Command, log: Path) -> None:
    done = cli("replay", "--since", "1h", data=log)
    assert done.exit_code == 0, done.output
    assert "0 texts read" in done.stderr
    assert "no text would be understood otherwise" in done.stderr


def test_another_file_of_keywords_is_tried_beside_that_of_today(
    cli: Command, log: Path, tmp_path: Path
) -> None:
    file = tmp_path / "new.toml"
    words = (CONFIG / "keywords.toml").read_text()
    file.write_text(words.replace("aliases = []", 'aliases = ["HOSOCUATOI"]', 1))
    done = cli("replay", "--keywords", str(file), data=log)
    assert done.exit_code == 0, done.output
    (line,) = done.stdout.splitlines()
    assert "better" in line
    assert line.endswith("malformed E2  ->  lookup AB12")
    file.write_text("[default]\n")
    assert "needs keyword" in one_line(cli("replay", "--keywords", str(file), data=log))
    file.write_text("[")
    assert "not TOML" in one_line(cli("replay", "--keywords", str(file), data=log))


def test_nothing_is_written_by_a_replay(cli: Command, log: Path) -> None:
    before = cli("messages", "--json", data=log).stdout
    cli("replay", data=log)
    assert cli("messages", "--json", data=log).stdout == before


def test_with_cases_the_reply_by_the_dossier_is_shown(
    cli: Command, log: Path, samples: Path
) -> None:
    (log / "cases.db").write_bytes((samples / "cases.db").read_bytes())
    done = cli("replay", "--json", "--with-cases", data=log)
    replies = [json.loads(line)["after"]["reply_by_case"] for line in done.stdout.splitlines()[:-1]]
    assert len(replies) == 2
    assert all(reply and reply[0] in "ESRP" for reply in replies)


def test_a_word_is_tried_added_read_listed_and_taken_back(cli: Command, log: Path) -> None:
    tried = cli("keywords", "try", "HOSOCUATOI", "MCKH", data=log)
    assert tried.exit_code == 0, tried.output
    assert "better" in tried.stdout
    assert "nobody added a word" in cli("keywords", "list", data=log).stderr
    added = cli("keywords", "add", "HOSOCUATOI", "MCKH", "--note", "tờ rơi", data=log)
    assert (added.exit_code, added.stdout) == (0, "HOSOCUATOI = MCKH\n"), added.output
    (kept,) = map(json.loads, cli("keywords", "list", "--json", data=log).stdout.splitlines())
    assert (kept["word"], kept["keyword"], kept["fits"]) == ("HOSOCUATOI", "MCKH", True)
    read = cli("replay", "--json", data=log).stdout.splitlines()
    assert any(json.loads(line).get("text") == "HOSOCUATOI AB12" for line in read)
    removed = cli("keywords", "remove", "hồ sơ của tôi", data=log)
    assert removed.exit_code == 0, removed.output
    assert "nobody added that word" in one_line(cli("keywords", "remove", "x", data=log))


def test_a_word_that_makes_a_text_worse_is_not_added(cli: Command, log: Path) -> None:
    asyncio.run(_one_more(log, "MCKH TRANVANTEO 170703-0001"))
    said = cli("keywords", "add", "TRANVANTEO", "HUY", data=log)
    assert "would be understood worse: nothing was added" in one_line(said)
    assert "no digits" in one_line(cli("keywords", "add", "HOSO2", "MCKH", data=log))


async def _one_more(data: Path, text: str) -> None:
    async with Desk(maker_of("sqlite"), data, 1) as desk:
        desk.clock.at = datetime.now(UTC) - timedelta(hours=1)
        mo = await desk.receive(text, sender=AN)
        answer = replace(desk.answer(mo, desk.mt(mo)), intent="lookup")
        assert await desk.store.answer([answer]) == [True]
