"""The lists of what came from telcos and led nowhere: reports of no message, unreadable calls."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from sms_gateway.domain.ids import NO_TRACE, DoorName, MessageId
from sms_gateway.domain.outcome import Delivery
from sms_gateway.domain.records import RefusedRequest
from tests.cli.conftest import Command, one_line
from tests.contracts.store_desk import DOOR, Desk, maker_of

OTHER = DoorName("other")
HASHES = ["aaaa" + "0" * 28, "aaaab" + "0" * 27, "c" * 32]
NO_TEXT = b"POST /mo/other\n\n\x00\xff\x1b[2J"


@dataclass(frozen=True)
class Kept:
    data: Path
    reply: MessageId


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """Two reports, one of them of no message; three refused calls, the first of them twice."""
    data = tmp_path / "kept"
    data.mkdir()
    return asyncio.run(_fill(data))


async def _fill(data: Path) -> Kept:
    async with Desk(maker_of("sqlite"), data) as desk:
        mt = await desk.reply()
        await desk.sent(mt, "T-1")
        await desk.reported("T-1", Delivery.UNDELIVERABLE, "017")
        desk.clock.step(3600)
        await desk.reported("T-\x1b[2J", Delivery.DELIVERED, door=OTHER)
        for body_hash, door, raw in (
            (HASHES[0], DOOR, b"POST /mo/telco\n\nnguoi nhan: \xc3\xa1"),
            (HASHES[1], DOOR, b"GET /mo/telco?x=\x1b[2J\n\n"),
            (HASHES[2], OTHER, NO_TEXT),
            (HASHES[0], DOOR, b""),
        ):
            what = f"unreadable: field {body_hash[:5]}"
            await desk.store.keep_refused(
                [RefusedRequest(door, body_hash, desk.clock.at, what, raw, NO_TRACE)]
            )
            desk.clock.step(3600)
    return Kept(data, mt.id)


def lines(cli: Command, kept: Kept, *args: str) -> list[str]:
    result = cli(*args, data=kept.data)
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def test_reports_are_listed_newest_first_with_the_message_they_speak_of(
    cli: Command, kept: Kept
) -> None:
    assert lines(cli, kept, "reports") == [
        "2026-11-23 11:15:00  other  T-\\u001b[2J  -                                     delivered",
        f"2026-11-23 10:15:00  telco  T-1          {kept.reply}  undeliverable, error 017",
    ]


@pytest.mark.parametrize(
    "args, wanted",
    [
        (("--unmatched",), [None]),
        (("--door", "telco"), ["reply"]),
        (("--since", "2026-11-23T10:30"), [None]),
        (("--limit", "1"), [None]),
        (("--door", "telco", "--unmatched"), []),
    ],
    ids=str,
)
def test_reports_are_narrowed(
    args: tuple[str, ...], wanted: list[str | None], cli: Command, kept: Kept
) -> None:
    told = [json.loads(line) for line in lines(cli, kept, "reports", "--json", *args)]
    assert [row["message_id"] for row in told] == [kept.reply if w else None for w in wanted]


def test_the_json_of_a_report_holds_all_of_it(cli: Command, kept: Kept) -> None:
    (told,) = [json.loads(line) for line in lines(cli, kept, "reports", "--json", "--unmatched")]
    told.pop("id")
    assert told == {
        "received_at": "2026-11-23T11:15:00.000+07:00",
        "door": "other",
        "telco_id": "T-\x1b[2J",
        "message_id": None,
        "delivery": "delivered",
        "error": "",
        "telco_time": "2026-11-23T11:15:00.000+07:00",
    }


def test_refused_calls_are_listed_once_those_that_came_last_first(cli: Command, kept: Kept) -> None:
    assert [line.split("  ") for line in lines(cli, kept, "refused")] == [
        [last, first, times, door, shown, f"unreadable: field {shown[:5]}"]
        for last, first, times, door, shown in (
            ("2026-11-23 14:15:00", "2026-11-23 11:15:00", "2x", "telco", "aaaa00000000"),
            ("2026-11-23 13:15:00", "2026-11-23 13:15:00", "1x", "other", "cccccccccccc"),
            ("2026-11-23 12:15:00", "2026-11-23 12:15:00", "1x", "telco", "aaaab0000000"),
        )
    ]


@pytest.mark.parametrize(
    "args, wanted",
    [
        (("--door", "telco"), [0, 1]),
        (("--since", "2026-11-23T13:00"), [0, 2]),
        (("--limit", "1"), [0]),
        (("--door", "none"), []),
    ],
    ids=str,
)
def test_refused_calls_are_narrowed(
    args: tuple[str, ...], wanted: list[int], cli: Command, kept: Kept
) -> None:
    told = [json.loads(line) for line in lines(cli, kept, "refused", "--json", *args)]
    assert [row["hash"] for row in told] == [HASHES[number] for number in wanted]


def test_a_call_is_shown_as_it_was_kept(cli: Command, kept: Kept) -> None:
    assert lines(cli, kept, "refused", "AAAA0") == [
        f"hash    {HASHES[0]}",
        "door    telco",
        "reason  unreadable: field aaaa0",
        "first   2026-11-23 11:15:00",
        "last    2026-11-23 14:15:00",
        "times   2",
        "",
        "POST /mo/telco",
        "",
        "nguoi nhan: á",
    ]


def test_a_call_that_is_no_text_is_shown_in_hex_and_any_other_when_asked(
    cli: Command, kept: Kept
) -> None:
    assert lines(cli, kept, "refused", "cccc")[-2:] == [
        "00000000  50 4f 53 54 20 2f 6d 6f 2f 6f 74 68 65 72 0a 0a",
        "00000010  00 ff 1b 5b 32 4a",
    ]
    assert lines(cli, kept, "refused", "aaaab", "--hex")[-2:] == [
        "00000000  47 45 54 20 2f 6d 6f 2f 74 65 6c 63 6f 3f 78 3d",
        "00000010  1b 5b 32 4a 0a 0a",
    ]


def test_the_json_of_a_call_gives_back_every_octet(cli: Command, kept: Kept) -> None:
    (told,) = [json.loads(line) for line in lines(cli, kept, "refused", "cccc", "--json")]
    assert (told["request"], bytes.fromhex(told["request_hex"])) == (None, NO_TEXT)
    assert (told["hash"], told["times"], told["octets"]) == (HASHES[2], 1, len(NO_TEXT))
    (text,) = [json.loads(line) for line in lines(cli, kept, "refused", "aaaa0", "--json")]
    assert text["request"] == "POST /mo/telco\n\nnguoi nhan: á"


def test_nothing_of_a_call_reaches_the_terminal_as_a_command(cli: Command, kept: Kept) -> None:
    for args in (["reports"], ["refused", "aaaab"], ["refused", "aaaab", "--json"]):
        assert "\x1b" not in cli(*args, data=kept.data).stdout


def test_a_hash_of_several_calls_or_of_none_is_told(cli: Command, kept: Kept) -> None:
    assert "give more digits" in one_line(cli("refused", "aaaa", data=kept.data))
    assert "refused lists them" in one_line(cli("refused", "dddd", data=kept.data))
    for text in ("aaa", "xyzz", "'; --", "c" * 33):
        assert "'HASH'" in one_line(cli("refused", text, data=kept.data), status=2)


def test_a_call_that_came_at_two_doors_is_told_apart_by_the_door(cli: Command, kept: Kept) -> None:
    asyncio.run(_again_at_another_door(kept.data))
    assert "name the --door" in one_line(cli("refused", HASHES[2], data=kept.data))
    shown = lines(cli, kept, "refused", HASHES[2], "--door", "telco")
    assert "twin" in shown[-1]


async def _again_at_another_door(data: Path) -> None:
    async with Desk(maker_of("sqlite"), data, runs_before=1) as desk:
        call = RefusedRequest(DOOR, HASHES[2], desk.clock.at, "unreadable", b"twin", NO_TRACE)
        await desk.store.keep_refused([call])


def test_an_empty_list_says_so_and_is_no_fault(cli: Command, kept: Kept) -> None:
    for args, said in ((["reports"], "no such reports"), (["refused"], "no such calls")):
        result = cli(*args, "--door", "none", data=kept.data)
        assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"{said}\n")


@pytest.mark.parametrize("command", ["reports", "refused"])
def test_a_list_of_a_store_that_is_not_there_is_told(
    command: str, cli: Command, tmp_path: Path
) -> None:
    assert "sms-gateway init" in one_line(cli(command, data=tmp_path / "none"))
