import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import pytest
from msgspec.structs import replace

from sms_gateway.cli.message import attempted
from sms_gateway.cli.narrowing import moment_of
from sms_gateway.domain.ids import CanonicalKey, DoorName, DossierId, MessageId, TraceId
from sms_gateway.domain.outcome import Delivery, MtState, Outcome
from sms_gateway.domain.records import RefusedRequest
from sms_gateway.reading import AttemptRow
from tests.cli.conftest import Command, one_line
from tests.contracts.store_desk import AN, BINH, DOOR, HASHER, START, Desk, maker_of

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ESCAPE = "\x1b[2J\x9b2J\u202e"


@dataclass(frozen=True)
class Log:
    data: Path
    answered: MessageId
    reply: MessageId
    suppressed: MessageId
    waiting: MessageId
    refused: str


@pytest.fixture
def log(tmp_path: Path) -> Log:
    """A log with three texts: one answered and delivered, one suppressed, one unanswered."""
    data = tmp_path / "log"
    (data / "keys").mkdir(parents=True)
    (data / "keys" / "number-hash.key").write_text(HASHER.key.value + "\n")
    return asyncio.run(_fill(data))


async def _fill(data: Path) -> Log:
    async with Desk(maker_of("sqlite"), data) as desk:
        first = await desk.receive()
        mt = await desk.reply(MtState.QUEUED, first)
        await desk.sent(mt, "T-1")
        desk.clock.step(5)
        await desk.reported("T-1", Delivery.DELIVERED)
        desk.clock.step(3600)
        second = await desk.receive("MCKH 170703-0001", sender=BINH)
        quiet = replace(desk.answer(second), outcome=Outcome.SUPPRESSED, reason="identical")
        await desk.store.answer([quiet])
        desk.clock.step(3600)
        third = await desk.receive(f"MCKH {ESCAPE} 1", sender=BINH)
        unread = RefusedRequest(
            *(DOOR, "h1", desk.clock.at, "field text is missing"),
            *(b"POST /mo\n\nfrom=0900000001", TraceId("t-refused")),
        )
        for _ in range(2):
            await desk.store.keep_refused([unread])
        return Log(data, first.id, mt.id, second.id, third.id, unread.trace_id)


def _ids(cli: Command, log: Log, *args: str) -> list[str]:
    result = cli("messages", "--json", *args, data=log.data)
    assert result.exit_code == 0, result.output
    return [json.loads(line)["id"] for line in result.stdout.splitlines()]


def test_texts_are_listed_newest_first(cli: Command, log: Log) -> None:
    assert _ids(cli, log) == [log.waiting, log.suppressed, log.answered]
    assert _ids(cli, log, "--limit", "2") == [log.waiting, log.suppressed]


def test_they_are_found_by_phone_in_any_spelling(cli: Command, log: Log) -> None:
    for number in ("0900000001", "84900000001", "+84 900 000 001"):
        assert _ids(cli, log, "--phone", number) == [log.answered]


def test_they_are_found_by_receipt_in_any_spelling(cli: Command, log: Log) -> None:
    assert _ids(cli, log, "--code", "170703-0001") == [log.suppressed, log.answered]
    assert _ids(cli, log, "--code", "999") == []


@pytest.mark.parametrize(
    "code, found",
    [
        ("170703-0001", ["by_receipt", "too_early", "of_another_office"]),
        ("000.00.12.H32-170703-0001", ["by_receipt", "too_early"]),
        ("0000012h32 1707030001", ["by_receipt", "too_early"]),
    ],
)
def test_they_are_found_by_either_number_of_the_dossier(
    code: str, found: list[str], cli: Command, data: Path
) -> None:
    ids = asyncio.run(_ask_for_one_dossier(data))
    result = cli("messages", "--json", "--code", code, data=data)
    assert (result.exit_code, result.stderr) == (0, "")
    listed = [json.loads(line)["id"] for line in result.stdout.splitlines()]
    assert listed == [ids[name] for name in reversed(found)]


async def _ask_for_one_dossier(data: Path) -> dict[str, MessageId]:
    """By the receipt; by the whole number, before it was known; and for a namesake elsewhere."""
    receipt, whole = CanonicalKey("1707030001"), CanonicalKey("0000012H321707030001")
    ids = {}
    async with Desk(maker_of("sqlite"), data) as desk:
        for name, key, led_to in (
            ("by_receipt", receipt, DossierId("000.00.12.H32-170703-0001")),
            ("too_early", whole, None),
            ("of_another_office", receipt, DossierId("000.00.12.H33-170703-0001")),
        ):
            mo = await desk.receive()
            await desk.store.answer([replace(desk.answer(mo), key=key, dossier_id=led_to)])
            ids[name] = mo.id
    return ids


def test_without_the_dossiers_the_very_number_still_finds_them(cli: Command, log: Log) -> None:
    result = cli("messages", "--code", "170703-0001", data=log.data)
    assert result.exit_code == 0
    assert log.answered in result.stdout
    told = "the dossiers cannot be asked (missing): only texts with this very number are listed"
    assert result.stderr.splitlines() == [f"sms-gateway: {told}"]


def test_they_are_found_by_time(cli: Command, log: Log) -> None:
    after = (START + timedelta(minutes=30)).astimezone(ZONE)
    assert _ids(cli, log, "--since", after.isoformat()) == [log.waiting, log.suppressed]
    assert _ids(cli, log, "--since", f"{after:%Y-%m-%dT%H:%M}") == [log.waiting, log.suppressed]
    assert _ids(cli, log, "--until", after.isoformat()) == [log.answered]
    later = (START + timedelta(hours=1, minutes=30)).isoformat()
    assert _ids(cli, log, "--since", after.isoformat(), "--until", later) == [log.suppressed]


@pytest.mark.parametrize(
    "outcome, wanted",
    [
        ("answered", "answered"),
        ("suppressed", "suppressed"),
        ("suppressed:identical", "suppressed"),
        ("unanswered", "waiting"),
    ],
)
def test_they_are_found_by_how_they_ended(
    outcome: str, wanted: str, cli: Command, log: Log
) -> None:
    assert _ids(cli, log, "--outcome", outcome) == [getattr(log, wanted)]


def test_a_reason_that_nothing_ended_for_finds_nothing(cli: Command, log: Log) -> None:
    assert _ids(cli, log, "--outcome", "suppressed:machine_sender") == []


@pytest.mark.parametrize(
    "args",
    [
        ("--outcome", "lost"),
        ("--since", "yesterday"),
        ("--until", "noon"),
        ("--phone", ""),
        ("--phone", "abc"),
        ("--phone", "09000OOOO1"),
        ("--limit", "0"),
    ],
    ids="=".join,
)
def test_a_filter_that_cannot_be_understood_is_told(
    args: tuple[str, str], cli: Command, log: Log
) -> None:
    assert args[0] in one_line(cli("messages", *args, data=log.data), status=2)


def test_numbers_are_masked_and_no_text_reaches_the_terminal_as_a_command(
    cli: Command, log: Log
) -> None:
    for args in (["messages"], ["messages", "--json"], ["message", log.waiting]):
        shown = cli(*args, data=log.data).stdout
        assert "09xx xxx 002" in shown
        assert BINH.digits[2:] not in shown
        assert AN.digits[2:] not in shown
        assert not set(ESCAPE) - set("[2J") & set(shown)


def test_the_json_of_a_text_gives_it_back_exactly(cli: Command, log: Log) -> None:
    (line,) = cli("messages", "--json", "--limit", "1", data=log.data).stdout.splitlines()
    assert json.loads(line)["text"] == f"MCKH {ESCAPE} 1"


def test_a_timeline_tells_the_walk_in_its_order(cli: Command, log: Log) -> None:
    result = cli("message", log.answered, data=log.data)
    assert result.exit_code == 0, result.output
    steps = (
        "received through telco",
        "understood as Lookup of 1707030001",
        "ended as answered:S4",
        "reply S4 made: Dang xu ly",
        "charge (useful)",
        "attempt 1 through telco: accepted",
        "stands as accepted",
        "report: delivered",
    )
    places = [result.stdout.index(step) for step in steps]
    assert places == sorted(places)
    assert "2026-11-23 10:15:00.000" in result.stdout


def test_deferrals_that_left_no_line_are_counted_in_the_last_one() -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    results = [
        (1, "deferred"),
        (9, "deferred"),
        (10, "rejected"),
        (12, "deferred"),
        (14, "accepted"),
    ]
    attempts = [
        AttemptRow(MessageId("mt"), n, 1, at, DoorName("telco"), result, "why", "")
        for n, result in results
    ]
    told = [text for _, text in attempted(attempts)]
    assert told == [
        "attempt 1 through telco: deferred (why)",
        "attempt 9 through telco: deferred (why), and so all from 2",
        "attempt 10 through telco: rejected (why)",
        "attempt 12 through telco: deferred (why)",
        "attempt 14 through telco: accepted (why)",
    ]


def test_a_reply_leads_to_the_same_timeline(cli: Command, log: Log) -> None:
    by_reply = cli("message", log.reply.upper(), "--json", data=log.data)
    assert by_reply.stdout == cli("message", log.answered, "--json", data=log.data).stdout


def test_a_text_without_an_answer_says_so(cli: Command, log: Log) -> None:
    assert "not answered yet" in cli("message", log.waiting, data=log.data).stdout


def test_the_telcos_request_is_shown_only_where_it_is_asked_for(cli: Command, log: Log) -> None:
    request = f"raw {log.answered}"
    assert request not in cli("message", log.answered, data=log.data).stdout
    assert request in cli("message", log.answered, "--raw", data=log.data).stdout
    told = json.loads(cli("message", log.answered, "--raw", "--json", data=log.data).stdout)
    assert told["raw"] == request


def test_the_json_of_a_timeline_holds_each_step(cli: Command, log: Log) -> None:
    told = json.loads(cli("message", log.answered, "--json", data=log.data).stdout)
    assert told["message"]["outcome"] == "answered"
    assert [mt["id"] for mt in told["sent"]] == [log.reply]
    assert [attempt["telco_id"] for attempt in told["attempts"]] == ["T-1"]
    assert [report["delivery"] for report in told["reports"]] == ["delivered"]
    assert "raw" not in told


def test_a_call_that_could_not_be_read_is_shown_by_its_trace(cli: Command, log: Log) -> None:
    shown = cli("message", log.refused, data=log.data).stdout
    assert "not read, came through telco: field text is missing" in shown
    assert "the same came again, 2 times in all" in shown
    assert "9000" not in shown
    raw = cli("message", log.refused, "--raw", data=log.data).stdout
    assert "request as received:\nPOST /mo\n\nfrom=0900000001" in raw
    told = json.loads(cli("message", log.refused, "--json", data=log.data).stdout)
    assert told["message"] is None
    (row,) = told["refused"]
    assert (row["door"], row["reason"], row["times"]) == ("telco", "field text is missing", 2)
    assert "raw" not in row
    assert row["trace_id"] == log.refused
    assert json.loads(cli("refused", "--json", data=log.data).stdout) == row
    told = json.loads(cli("message", log.refused, "--json", "--raw", data=log.data).stdout)
    assert "from=0900000001" in told["refused"][0]["raw"]


def test_an_unknown_id_is_told_in_one_line(cli: Command, log: Log) -> None:
    assert "no message has that id" in one_line(cli("message", "nothing", data=log.data))


@pytest.mark.parametrize("args", [["messages"], ["message", "x"]], ids=" ".join)
def test_a_store_that_is_not_there_is_told_in_one_line(
    args: list[str], cli: Command, tmp_path: Path
) -> None:
    assert "sms-gateway init" in one_line(cli(*args, data=tmp_path / "none"))
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "text, moment",
    [
        ("30m", datetime(2026, 11, 23, 2, 45, tzinfo=UTC)),
        ("2h", datetime(2026, 11, 23, 1, 15, tzinfo=UTC)),
        ("3d", datetime(2026, 11, 20, 3, 15, tzinfo=UTC)),
        ("99999d", datetime(1970, 1, 1, tzinfo=UTC)),
        ("2026-11-23", datetime(2026, 11, 22, 17, tzinfo=UTC)),
        ("2026-11-23T10:15", datetime(2026, 11, 23, 3, 15, tzinfo=UTC)),
        ("2026-11-23T10:15Z", datetime(2026, 11, 23, 10, 15, tzinfo=UTC)),
        ("1900-01-01", datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_time_is_a_date_of_here_or_so_long_ago(text: str, moment: datetime) -> None:
    assert moment_of(text, START, ZONE) == moment


def test_what_is_no_time_is_refused() -> None:
    for text in ("9999-99-99", "999999d", "0001-01-01", ""):
        with pytest.raises(click.BadParameter):
            moment_of(text, START, ZONE)
