"""`report messages` and `report billing`."""

import asyncio
import json
from pathlib import Path

import pytest
from msgspec.structs import replace
from python_calamine import CalamineWorkbook

from sms_gateway.domain.outcome import Outcome
from tests.cli.conftest import Command, one_line
from tests.contracts.store_desk import AN, HASHER, Desk, maker_of

DAYS = ("--from", "2026-11-23", "--to", "2026-11-23")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Three texts of one day: one answered, one not understood, one without answer."""
    data = tmp_path / "log"
    (data / "keys").mkdir(parents=True)
    (data / "keys" / "number-hash.key").write_text(HASHER.key.value + "\n")
    asyncio.run(_fill(data))
    return data


async def _fill(data: Path) -> None:
    async with Desk(maker_of("sqlite"), data) as desk:
        mo = await desk.receive("MCKH 170703-0001", sender=AN)
        await desk.store.answer([desk.answer(mo, desk.mt(mo))])
        mo = await desk.receive("VNPT hoi 0912345678", sender=AN)
        helped = replace(
            desk.answer(mo, desk.mt(mo)), outcome=Outcome.ANSWERED_WITH_HELP, intent="malformed"
        )
        await desk.store.answer([helped])
        await desk.receive("MCKH 2", sender=AN)


def test_texts_are_counted_and_what_was_not_understood_is_masked(cli: Command, log: Path) -> None:
    shown = cli("report", "messages", *DAYS, data=log)
    assert shown.exit_code == 0, shown.output
    assert "0912345678" not in shown.output
    told = json.loads(cli("report", "messages", *DAYS, "--format", "json", data=log).stdout)
    tables = told["tables"]
    outcomes = {row["outcome"]: row["texts"]["count"] for row in tables["outcomes"]["rows"]}
    assert outcomes == {"answered": 1, "answered_with_help": 1, "unanswered": 1}
    assert tables["channels"]["total"]["texts"] == 3
    assert [row["name"] for row in tables["hours"]["rows"]] == ["10"]
    (unread,) = tables["unread"]["rows"]
    assert unread["shape"] == "VNPT HOI 9999999999"
    assert unread["cause"] == "nhắn số điện thoại thay cho mã"
    assert len(unread["texts"]["ids"]) == 1


def test_our_messages_are_counted_as_they_were_charged(cli: Command, log: Path) -> None:
    told = json.loads(cli("report", "billing", *DAYS, "--format", "json", data=log).stdout)
    (row,) = told["tables"]["billing"]["rows"]
    assert (row["kind"], row["messages"]) == ("reply", 2)
    assert told["tables"]["billing"]["total"]["messages"] == 2


@pytest.mark.parametrize("report", ["messages", "billing"])
@pytest.mark.parametrize("day", ["2026-11-23", "2026-11-22"])
@pytest.mark.parametrize("form", ["table", "csv", "html", "xlsx"])
def test_each_form_is_made_with_and_without_messages(
    cli: Command, log: Path, tmp_path: Path, report: str, day: str, form: str
) -> None:
    out = tmp_path / f"r.{form}"
    days = ("--from", day, "--to", day)
    done = cli("report", report, *days, "--format", form, "--out", str(out), data=log)
    assert done.exit_code == 0, done.output
    assert out.stat().st_size > 0 or (form == "csv" and day.endswith("22"))
    if form == "xlsx":
        names = CalamineWorkbook.from_path(out).sheet_names
        assert names[0] == ("Kết quả" if report == "messages" else "Tính cước")


def test_without_a_message_store_it_says_what_to_do(cli: Command, tmp_path: Path) -> None:
    told = one_line(cli("report", "messages", *DAYS, data=tmp_path / "nothing"))
    assert "run sms-gateway init" in told


@pytest.fixture
def _bill(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file of a telco that has no ids."""
    monkeypatch.setenv("SMS_GATEWAY_BILLS__TELCO__DOORS", "telco")
    monkeypatch.setenv("SMS_GATEWAY_BILLS__TELCO__NUMBER", "MSISDN")
    monkeypatch.setenv("SMS_GATEWAY_BILLS__TELCO__TIME", "TIME")
    monkeypatch.setenv("SMS_GATEWAY_BILLS__TELCO__OF", "texts")
    monkeypatch.setenv("SMS_GATEWAY_BILLS__TELCO__SLACK_S", "86400")


@pytest.mark.usefixtures("_bill")
def test_a_telcos_file_is_compared_and_numbers_are_masked(
    cli: Command, log: Path, tmp_path: Path
) -> None:
    file = tmp_path / "bill.csv"
    rows = "84900000001,2026-11-23 10:15:00\n84900000777,2026-11-23 10:15:00\n"
    file.write_text(f"MSISDN,TIME\n{rows}", encoding="utf-8")
    words = ("billing", "reconcile", str(file), "--bill", "telco", *DAYS)
    shown = cli(*words, data=log)
    assert shown.exit_code == 0, shown.output
    assert "09xx xxx 777" in shown.stdout
    assert "900000" not in shown.stdout
    told = json.loads(cli(*words, "--format", "json", data=log).stdout)["tables"]
    assert [row["line"] for row in told["missing_here"]["rows"]] == [3]
    assert told["summary"]["rows"][1]["count"] == 1


@pytest.mark.usefixtures("_bill")
def test_our_messages_of_a_day_before_the_period_are_looked_at_too(
    cli: Command, log: Path, tmp_path: Path
) -> None:
    file = tmp_path / "bill.csv"
    file.write_text("MSISDN,TIME\n84900000001,2026-11-24 00:00:01\n", encoding="utf-8")
    words = ("billing", "reconcile", str(file), "--bill", "telco", "--format", "json")
    day = ("--from", "2026-11-24", "--to", "2026-11-24")
    told = json.loads(cli(*words, *day, data=log).stdout)["tables"]
    assert [told[name]["rows"] for name in ("missing_here", "missing_there")] == [[], []]


def test_a_bill_that_is_not_described_is_told(cli: Command, log: Path, tmp_path: Path) -> None:
    file = tmp_path / "bill.csv"
    file.write_text("x\n", encoding="utf-8")
    told = one_line(cli("billing", "reconcile", str(file), "--bill", "viettel", *DAYS, data=log))
    assert told == "[bills] has no 'viettel': write one into gateway.toml (none is set)"
