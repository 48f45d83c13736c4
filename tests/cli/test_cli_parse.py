import json
from pathlib import Path

import pytest

from sms_gateway.cli.parse import MAX_LINE
from tests.cli.conftest import Command, one_line


def _parsed(cli: Command, *args: str) -> dict[str, object]:
    result = cli("parse", "--json", *args)
    assert result.exit_code == 0, result.output
    parsed: dict[str, object] = json.loads(result.stdout)
    return parsed


def _answers(cli: Command, *lines: bytes) -> list[dict[str, object]]:
    result = cli("parse", "--stdin", stdin=b"".join(line + b"\n" for line in lines))
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_receipt_number_is_shown_as_its_canonical_key(cli: Command) -> None:
    assert _parsed(cli, "MCKH_170703-0001") == {
        "intent": "lookup",
        "candidates": ["1707030001"],
        "repaired": [],
        "language": None,
        "reason": "official number",
    }


@pytest.mark.parametrize(
    "text, intent",
    [
        ("MCKH 170703-0001", "lookup"),
        ("MCKH", "help"),
        ("MCKH TC", "opt_out"),
        ("MCKH EN", "language"),
        ("xin chao", "malformed"),
        ("id:1 sub:001 dlvrd:001 stat:DELIVRD err:000", "not_a_citizen"),
    ],
)
def test_each_intent_has_its_name(text: str, intent: str, cli: Command) -> None:
    assert _parsed(cli, text)["intent"] == intent


def test_second_readings_are_told_apart(cli: Command) -> None:
    parsed = _parsed(cli, "MCKH I70703-OOO1")
    candidates, repaired = parsed["candidates"], parsed["repaired"]
    assert isinstance(candidates, list)
    assert isinstance(repaired, list)
    assert "1707030001" in repaired
    assert set(repaired) < set(candidates)


def test_a_language_that_was_asked_for_is_named(cli: Command) -> None:
    assert _parsed(cli, "MCKH EN 170703-0001")["language"] == "en"


def test_people_read_it_without_braces(cli: Command) -> None:
    result = cli("parse", "MCKH 170703-0001")
    assert result.stdout.splitlines()[:2] == ["intent      lookup", "candidates  1707030001"]


def test_no_data_folder_is_needed_or_made(cli: Command, tmp_path: Path) -> None:
    assert cli("parse", "MCKH", data=tmp_path / "none").exit_code == 0
    assert not (tmp_path / "none").exists()


def test_each_line_of_json_gets_its_answer_in_order(cli: Command) -> None:
    answers = _answers(cli, b'{"text": "MCKH 170703-0001"}', b'{"text": "MCKH", "to": "9999"}')
    assert [answer["intent"] for answer in answers] == ["lookup", "help"]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"nonsense",
        b"[" * 100_000,
        b"7",
        b'{"txt": "MCKH"}',
        b'{"text": 7}',
        b'{"text": "MCKH", "to": 8083}',
        b'{"text": "' + b"x" * MAX_LINE + b'"}',
    ],
    ids=["empty", "no-json", "deep", "number", "no-text", "no-string", "bad-to", "long"],
)
def test_a_bad_line_is_answered_with_an_error_and_the_next_one_as_usual(
    line: bytes, cli: Command
) -> None:
    first, second = _answers(cli, line, b'{"text": "MCKH"}')
    assert list(first) == ["error"]
    assert second["intent"] == "help"


@pytest.mark.parametrize(
    "line",
    [
        b'{"text": "MCKH 170703-0001 \xff\xfe"}',
        b'{"text": "MCKH 170703-0001 \\ud83d"}',
        '{"text": "MCKH 170703-0001 \U0001f44d"}'.encode(),
    ],
    ids=["octets", "half-pair", "emoji"],
)
def test_what_is_no_proper_text_is_understood_as_far_as_it_goes(line: bytes, cli: Command) -> None:
    (answer,) = _answers(cli, line)
    assert answer["intent"] == "lookup"


def test_a_last_line_without_its_end_is_answered_too(cli: Command) -> None:
    result = cli("parse", "--stdin", stdin=b'{"text": "MCKH"}')
    assert json.loads(result.stdout)["intent"] == "help"


@pytest.mark.parametrize("args", [["MCKH", "--stdin"], []], ids=["both", "neither"])
def test_a_text_or_standard_input_is_needed_but_not_both(args: list[str], cli: Command) -> None:
    assert "--stdin" in one_line(cli("parse", *args), status=2)
