"""`notices`: what people see of automatic messages, and what they do, where no gateway runs."""

import asyncio
import json
import os
import pwd
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from click.testing import Result
from msgspec.structs import replace

from sms_gateway.cli.notices_held import able_in_time
from sms_gateway.domain.notices import Batch
from sms_gateway.domain.outcome import MtState
from sms_gateway.settings import load
from sms_gateway.store.store import SqlStore
from tests.cli.conftest import CONFIG, Command, one_line
from tests.contracts.store_desk import AN, BINH, Desk, maker_of, number
from tests.contracts.test_pushing_contract import notice
from tests.parts import ROOT, START
from tests.windows.windows_desk import window

ME = f"os:{pwd.getpwuid(os.getuid()).pw_name}"
FOR_EVER = datetime(2999, 1, 1, tzinfo=UTC)

Notices = Callable[..., Result]


@pytest.fixture
def notices(cli: Command, tmp_path: Path) -> Notices:
    """Run a command on a store in which two texts are held as one batch, and one went backwards."""
    data = tmp_path / "held"
    asyncio.run(_fill(data))
    return lambda *args: cli(*args, data=data)


async def _fill(data: Path) -> None:
    await asyncio.to_thread(data.mkdir)
    async with Desk(maker_of("sqlite"), data) as desk:
        for key, reason, batch in (
            ("a", "blast", "b1"), ("b", "blast", "b1"), ("c", "backward", "b2"),
        ):  # fmt: skip
            held = {"state": MtState.HELD, "hold_reason": reason, "batch_id": batch}
            push = replace(notice(desk, f"notice:{key}"), valid_until=FOR_EVER, **held)
            await desk.store.queue_pushes([push])
            desk.clock.step(60)


def test_what_is_held_is_listed_by_batch(notices: Notices) -> None:
    lines = [json.loads(line) for line in notices("notices", "held", "--json").stdout.splitlines()]
    assert [(one["id"], one["reason"], one["texts"]) for one in lines] == [
        ("b1", "blast", 2), ("b2", "backward", 1),
    ]  # fmt: skip
    shown = notices("notices", "held").stdout.splitlines()
    assert shown[0].startswith("b1  blast     2026-11-23 10:15:00  2 texts of 1 dossiers")


def test_an_announcement_is_listed_with_its_window_its_words_and_some_numbers(
    cli: Command, tmp_path: Path
) -> None:
    data = tmp_path / "said"
    asyncio.run(_announce(data))
    one = json.loads(cli("notices", "held", "--json", data=data).stdout)
    assert (one["window"], one["numbers"], one["templates"]) == ("w1", 2, {"announcement": 2})
    shown = cli("notices", "held", data=data).stdout
    assert "b1  announcement  2026-11-23 10:15:00  2 texts to 2 numbers, 2 in time  wind" in shown
    assert one["in_time"] == 2
    assert shown.endswith(f"such as {AN.masked} {BINH.masked}: Tam ngung\n")


async def _announce(data: Path, begins: datetime = FOR_EVER) -> None:
    await asyncio.to_thread(data.mkdir)
    async with Desk(maker_of("sqlite"), data) as desk:
        outage = replace(window(planned=True), starts_at=begins)
        await cast("SqlStore", desk.store).windows.add(outage)
        for to in (AN, BINH):
            push = replace(
                notice(desk, f"announcement:w1:{to.value}"), recipient=to, dossier_id=None,
                recipient_hash=number(to), text="Tam ngung", template="",
                state=MtState.HELD, hold_reason="blast", batch_id="b1",
            )  # fmt: skip
            await desk.store.queue_pushes([push])


@pytest.mark.parametrize(
    "hours, per_minute, count",
    [(1, 60, 2000), (1, 20, 1200), (9, 1, 135), (19, 1, 135 + 405), (-1, 60, 0)],
)
def test_how_many_can_leave_before_an_outage_is_counted_by_pace_and_outside_of_the_night(
    hours: int, per_minute: int, count: int
) -> None:
    settings = load(None, None, {"SMS_GATEWAY_NOTICES__PER_MINUTE": str(per_minute)}, ROOT)
    now = datetime(2026, 11, 23, 12, tzinfo=UTC) - timedelta(minutes=15)  # 18:45 there
    outage = replace(window(planned=True), starts_at=now + timedelta(hours=hours))
    batch = Batch("b1", "blast", now, 2000, 0, (), (), 2000, "w1")
    assert able_in_time(settings, [outage], batch, now) == count
    assert able_in_time(settings, [outage], replace(batch, window=""), now) is None


def test_a_batch_is_released_once(notices: Notices) -> None:
    assert notices("notices", "release", "b1").stdout == "released 2 texts\n"
    again = notices("notices", "release", "b1")
    assert again.exit_code == 1
    assert one_line(again) == ("no blast batch has that id: sms-gateway notices held lists them")


def test_what_went_backwards_is_confirmed_and_not_released(notices: Notices) -> None:
    assert notices("notices", "release", "b2").exit_code == 1
    assert notices("notices", "confirm", "b1").exit_code == 1
    assert notices("notices", "confirm", "b2").stdout == "confirmed 1 texts\n"


def test_either_is_dropped(notices: Notices) -> None:
    assert notices("notices", "drop", "b1").stdout == "dropped 2 texts\n"
    assert notices("notices", "drop", "b2").stdout == "dropped 1 texts\n"
    assert notices("notices", "held").output == "nothing is held\n"


def test_a_plan_wants_a_running_gateway(notices: Notices) -> None:
    result = notices("notices", "plan")
    assert result.exit_code == 1
    assert one_line(result) == "the gateway is not running: start it, then try again"


def test_doctor_tells_what_is_held_and_that_messages_are_off(notices: Notices) -> None:
    lines = notices("doctor").output.splitlines()
    told = [line for line in lines if " notices " in line]
    assert told[0].startswith("ok    notices     off; 12 situations have a text")
    assert told[1:] == [
        "warn  notices     2 texts are held (blast): see sms-gateway notices held",
        "warn  notices     1 texts are held (backward): see sms-gateway notices held",
    ]
    assert not [line for line in lines if "replies are held" in line]


def test_doctor_tells_how_many_are_on_their_way(cli: Command, tmp_path: Path) -> None:
    data = tmp_path / "said"
    asyncio.run(_announce(data))
    assert "on their way" not in cli("doctor", data=data).output
    assert cli("notices", "release", "b1", data=data).stdout == "released 2 texts\n"
    assert "ok    notices     2 texts are on their way" in cli("doctor", data=data).output


def test_an_announcement_whose_outage_has_begun_is_refused_in_one_line(
    cli: Command, tmp_path: Path
) -> None:
    data = tmp_path / "said"
    asyncio.run(_announce(data, START))
    assert ", 0 in time  window w1" in cli("notices", "held", data=data).stdout
    refused = cli("notices", "release", "b1", data=data)
    assert refused.exit_code == 1
    assert one_line(refused) == (
        "its outage has begun or was called off: sms-gateway notices drop b1"
    )
    assert cli("notices", "drop", "b1", data=data).stdout == "dropped 2 texts\n"


def test_doctor_names_rooms_and_officers_in_the_settings_that_no_dossier_has(
    cli: Command, data: Path, tmp_path: Path
) -> None:
    file = tmp_path / "ours.csv"
    rows = "X-1,20170801080000,4,Phòng Lãnh sự,Nguyễn Văn An\n"
    heads = "MaHoSo,NgayTiepNhan,TrangThaiHoSo,PhongBanXuLy,NguoiXuLy\n"
    file.write_text(heads + rows, encoding="utf-8")
    assert cli("cases", "import", str(file), "--replace", data=data).exit_code == 0
    staff = [
        ("room", "PHÒNG lãnh sự"), ("room", "Phòng Lãnh xự"), ("officer", "nguyễn văn an"),
        ("officer", "Nguyen Van An"),
    ]  # fmt: skip
    config = shutil.copytree(CONFIG, tmp_path / "config")
    with (config / "notices.toml").open("a", encoding="utf-8") as table:
        for what, name in staff:
            table.write(f'\n[[staff]]\n{what} = "{name}"\nphone = "0900000001"\n')
    lines = cli("--config", str(config), "doctor", data=data).output.splitlines()
    told = ": write it in notices.toml as the one-stop software does"
    assert [line for line in lines if "no dossier has" in line] == [
        f"warn  notices     no dossier has the room 'Phòng Lãnh xự'{told}",
        f"warn  notices     no dossier has the officer 'Nguyen Van An'{told}",
    ]
