import asyncio
import socket
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from sms_gateway.cases.embedded import open_embedded
from sms_gateway.cases.places import cursor_name
from sms_gateway.cli import doctor_checks
from sms_gateway.settings.cases import Cases
from sms_gateway.settings.cases_http import HttpCases
from sms_gateway.web.certificate import CertificateError
from tests.cli.conftest import CONFIG, Command
from tests.cli.test_cli_settings import TELCO
from tests.parts import START
from tests.virtual_time import StandingClock


def _config(tmp_path: Path, more: str = "") -> str:
    folder = tmp_path / "config"
    folder.mkdir()
    for source in CONFIG.glob("*.toml"):
        (folder / source.name).write_bytes(source.read_bytes())
    (folder / "gateway.toml").write_text(f"[web]\nport = 0\n{TELCO}\n{more}\n")
    return str(folder)


def _levels(result: Result) -> dict[str, str]:
    """The worst level of each part."""
    assert "bug" not in result.stdout
    worst: dict[str, str] = {}
    for line in result.stdout.splitlines():
        level, what = line[:4].strip(), line[6:].split("  ")[0].strip()
        if worst.get(what) != "FAIL":
            worst[what] = level
    return worst


def test_a_sound_installation_is_all_ok(cli: Command, data: Path, tmp_path: Path) -> None:
    result = cli("doctor", "--config", _config(tmp_path), data=data)
    assert result.exit_code == 0, result.output
    levels = _levels(result)
    assert set(levels.values()) == {"ok"}
    assert {"settings", "rules", "folder", "key", "messages", "cases", "service"} < set(levels)
    assert "door telco" in levels
    assert "33 dossiers" in result.stdout


def test_a_folder_that_is_not_made_yet_is_a_warning_and_stays_unmade(
    cli: Command, tmp_path: Path
) -> None:
    result = cli("doctor", "--config", _config(tmp_path), data=tmp_path / "none")
    assert result.exit_code == 0
    levels = _levels(result)
    assert [levels[what] for what in ("folder", "key", "messages", "cases")] == ["warn"] * 4
    assert not (tmp_path / "none").exists()


def test_a_newcomer_is_told_how_to_get_dossiers_to_try_it_with(
    cli: Command, tmp_path: Path
) -> None:
    data, config = tmp_path / "var", _config(tmp_path, PHONE)
    told = cli("doctor", "--config", config, data=data).stdout.splitlines()
    (line,) = [line for line in told if line.startswith("warn  cases")]
    assert line.endswith("run sms-gateway init --samples")
    assert cli("init", "--config", config, data=data).exit_code == 0
    assert (
        "or try it with sms-gateway init --samples"
        in cli("doctor", "--config", config, data=data).stdout
    )
    assert "33 new" in cli("init", "--samples", "--config", config, data=data).stdout


def test_an_office_named_by_a_word_that_does_something_is_a_warning(
    cli: Command, data: Path, tmp_path: Path
) -> None:
    config = _config(tmp_path)
    agencies = Path(config) / "agencies.toml"
    text = agencies.read_text(encoding="utf-8")
    agencies.write_text(text.replace('"SNGV"', '"đk"'), encoding="utf-8")
    result = cli("doctor", "--config", config, data=data)
    assert _levels(result)["agencies"] == "warn"
    assert "choose another short in agencies.toml" in " ".join(result.stdout.split())


def test_in_production_nobody_is_told_to_load_samples(cli: Command, tmp_path: Path) -> None:
    data, config = tmp_path / "var", _config(tmp_path)
    assert "run sms-gateway init" in cli("doctor", "--config", config, data=data).stdout
    assert cli("init", "--config", config, data=data).exit_code == 0
    told = cli("doctor", "--config", config, data=data).stdout
    assert "cases import FILE" in told
    assert "--samples" not in told


def test_one_fault_does_not_hide_another(cli: Command, data: Path, tmp_path: Path) -> None:
    (data / "keys" / "number-hash.key").write_text("half")
    for name in ("gateway.db", "cases.db"):
        for end in ("-wal", "-shm"):
            (data / f"{name}{end}").unlink(missing_ok=True)
        (data / name).write_bytes(b"not a database at all, not a bit" * 64)
    bad = '[doors.bad]\nkind = "http"\n[doors.worse]\nkind = "telex"\n'
    result = cli("doctor", "--config", _config(tmp_path, bad), data=data)
    assert result.exit_code == 1
    levels = _levels(result)
    failed = {what for what, level in levels.items() if level == "FAIL"}
    assert failed == {"key", "messages", "cases", "door bad", "door worse"}
    assert levels["door telco"] == "ok"


SMPP = """[doors.office]
kind = "smpp"
host = "127.0.0.1"
system_id = "office"
password = "secret"
"""


def test_a_door_that_keeps_a_connection_takes_texts_by_it(
    cli: Command, data: Path, tmp_path: Path
) -> None:
    told = cli("doctor", "--config", _config(tmp_path, SMPP), data=data).stdout
    assert "ok    door office  smpp: takes texts, sends\n" in told


def test_two_doors_on_one_path_are_a_fault(cli: Command, data: Path, tmp_path: Path) -> None:
    twin = TELCO.replace("doors.telco", "doors.twin")
    result = cli("doctor", "--config", _config(tmp_path, twin), data=data)
    assert result.exit_code == 1
    assert "2 doors take POST /mo/telco" in result.stdout


BEHIND_A_PROXY = '[web]\nport = 0\ntrusted_proxies = ["127.0.0.1/32"]\n'
ON_EVERY_ADDRESS = '[web]\nport = 0\nhost = "0.0.0.0"\n'
PHONE = '[doors.phone]\nkind = "simulator"\n'


@pytest.mark.parametrize("web", [BEHIND_A_PROXY, ON_EVERY_ADDRESS])
def test_what_is_for_this_machine_alone_is_a_warning_where_others_may_come(
    cli: Command, data: Path, tmp_path: Path, web: str
) -> None:
    local = TELCO.replace("telco", "local").partition("[doors.local.access")[0]
    local += '[doors.local.access]\ncidrs = ["127.0.0.0/8", "::1/128"]\n'
    config = _config(tmp_path)
    main = Path(config) / "gateway.toml"
    main.write_text(f"{web}{TELCO}{local}{PHONE}")
    result = cli("doctor", "--config", config, data=data)
    assert result.exit_code == 0, result.output
    warned = [line for line in result.stdout.splitlines() if line.startswith("warn")]
    assert [line.split()[1:3] for line in warned] == [["door", "local"], ["door", "phone"]]
    assert "/mo/local" in warned[0]
    assert "/phone" in warned[1]


def test_what_is_for_this_machine_alone_is_well_where_nobody_else_comes(
    cli: Command, data: Path, tmp_path: Path
) -> None:
    result = cli("doctor", "--config", _config(tmp_path, PHONE), data=data)
    assert _levels(result)["door phone"] == "ok"


def test_a_phone_page_on_a_listener_of_its_own_is_open_to_whom_that_is_open(
    cli: Command, data: Path, tmp_path: Path
) -> None:
    config = _config(tmp_path)
    main = Path(config) / "gateway.toml"
    for staff, level in (("127.0.0.1", "ok"), ("0.0.0.0", "warn")):  # noqa: S104  # not listened on
        places = f'[web]\nhost = "192.0.2.1"\nport = 0\n[staff]\nhost = "{staff}"\nport = 0\n'
        main.write_text(f"{places}{PHONE}")
        result = cli("doctor", "--config", config, data=data)
        assert _levels(result)["door phone"] == level


def test_each_listener_is_tried(cli: Command, data: Path, tmp_path: Path) -> None:
    config = _config(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ops = f'[ops]\nhost = "127.0.0.1"\nport = {port}\n'
        (Path(config) / "gateway.toml").write_text(f"[web]\nport = 0\n{TELCO}{ops}")
        result = cli("doctor", "--config", config, data=data)
    assert [line[:4] for line in result.stdout.splitlines()[-2:]] == ["ok  ", "FAIL"]
    assert result.stdout.rstrip().endswith("or set another ops.port")


@pytest.mark.parametrize(
    "days, level, said",
    [
        (30, "ok", "certificate  that of sms.example.vn ends on 23/12/2026"),
        (13, "warn", "that of sms.example.vn ends on 06/12/2026: renew it"),
        (-1, "FAIL", "ends on 22/11/2026, telcos cannot call any more: renew it"),
        (None, "warn", "cannot be seen, nothing answers there: start the proxy at 127.0.0.1:443"),
    ],
)
def test_the_end_of_the_proxys_certificate_is_told(
    days: int | None,
    level: str,
    said: str,
    cli: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def end_at(name: str, at: str) -> datetime:
        assert (name, at) == ("sms.example.vn", "127.0.0.1:443")
        if days is None:
            message = "nothing answers there"
            raise CertificateError(message)
        return START + timedelta(days=days)

    monkeypatch.setattr(doctor_checks, "end_at", end_at)
    monkeypatch.setattr(doctor_checks, "SystemClock", StandingClock)
    named = '[ops]\ncertificate_name = "sms.example.vn"\n'
    result = cli("doctor", "--config", _config(tmp_path, named), data=tmp_path / "none")
    assert _levels(result)["certificate"] == level
    assert said in result.stdout


def test_a_damaged_page_is_found(cli: Command, data: Path, tmp_path: Path) -> None:
    path = data / "cases.db"
    octets = bytearray(path.read_bytes())
    octets[8192:] = b"\x5a" * (len(octets) - 8192)
    path.write_bytes(octets)
    result = cli("doctor", "--config", _config(tmp_path), data=data)
    assert result.exit_code == 1
    assert _levels(result)["cases"] == "FAIL"


@pytest.mark.parametrize("file, what", [("gateway.db", "messages"), ("cases.db", "cases")])
def test_a_database_of_a_newer_version_is_told_as_such_and_looked_into_all_the_same(
    file: str, what: str, cli: Command, data: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(data / file)) as db, db:
        db.execute("INSERT INTO schema_meta VALUES (99, 'future', 'abc', 1, 0)")
    assert cli("pause", "telco", "--config", _config(tmp_path), data=data).exit_code == 0
    result = cli("doctor", "--config", str(tmp_path / "config"), data=data)
    assert result.exit_code == 0, result.output
    told = f"{data / file} was made by a newer version; this one may still use it"
    assert f"warn  {what:<10}  {told}" in result.stdout.splitlines()
    assert "older version" not in result.stdout
    assert "33 dossiers" in result.stdout
    assert "door telco is paused" in result.stdout


def test_wrong_wording_is_a_fault(cli: Command, data: Path, tmp_path: Path) -> None:
    config = _config(tmp_path)
    replies = Path(config) / "replies"
    replies.mkdir()
    (replies / "vi.toml").write_text("[S1]\ntext = 'x'\n")
    result = cli("doctor", "--config", config, data=data)
    assert result.exit_code == 1
    assert _levels(result)["rules"] == "FAIL"


def test_settings_that_cannot_be_read_are_a_fault(cli: Command, tmp_path: Path) -> None:
    result = cli("doctor", "--config", str(tmp_path / "none"))
    assert result.exit_code == 1
    assert result.stdout.startswith("FAIL  settings")


def test_a_port_that_is_taken_is_a_fault(cli: Command, data: Path, tmp_path: Path) -> None:
    config = _config(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        main = Path(config) / "gateway.toml"
        main.write_text(main.read_text().replace("port = 0", f"port = {port}"))
        result = cli("doctor", "--config", config, data=data)
    assert result.exit_code == 1
    assert _levels(result)["service"] == "FAIL"
    assert f"port {port} of 127.0.0.1 is taken: stop the program" in result.stdout


def test_a_full_disk_is_a_fault(
    cli: Command, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sms_gateway.cli.doctor_checks.LEAST_FREE", 1 << 62)
    result = cli("doctor", "--config", _config(tmp_path), data=data)
    assert result.exit_code == 1
    assert _levels(result)["folder"] == "FAIL"


def test_a_paused_door_is_a_warning(cli: Command, data: Path, tmp_path: Path) -> None:
    config = _config(tmp_path)
    assert cli("pause", "telco", "--config", config, data=data).exit_code == 0
    result = cli("doctor", "--config", config, data=data)
    assert result.exit_code == 0
    assert "resume telco" in result.stdout


def test_a_telco_of_doors_that_are_not_there_is_found(
    cli: Command, data: Path, tmp_path: Path
) -> None:
    more = '[telcos.viettel]\ndoors = ["first", "second"]\n'
    result = cli("doctor", "--config", _config(tmp_path, more), data=data)
    assert result.exit_code == 1
    assert "FAIL  doors       telcos.viettel.doors: first: no door has this name" in result.stdout


async def test_dossiers_that_changed_and_could_not_be_read_are_a_warning(
    cli: Command, data: Path, tmp_path: Path
) -> None:
    theirs = (
        '[cases]\nkind = "http"\n[cases.http]\nurl = "http://127.0.0.1:1/"\nfind.path = "/{code}"\n'
    )
    place = cursor_name(Cases(kind="http", http=HttpCases(url="http://127.0.0.1:1/")))
    left = '[["A1", ["NgayHenTra"], 0, 0], ["B1", ["TrangThaiHoSo"], 1, 0]]'
    async with open_embedded(data / "cases.db", StandingClock()) as copy:
        await copy.learn([], "http", (f"faulty {place}", left))
    config = _config(tmp_path, theirs)
    told = (await asyncio.to_thread(cli, "doctor", "--config", config, data=data)).stdout
    (line,) = [line for line in told.splitlines() if line.startswith("warn  their cases")]
    assert "2 dossiers changed and could not be read (wrong: NgayHenTra, TrangThaiHoSo)" in line
    assert "such as A1, B1;" in line
