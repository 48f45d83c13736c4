"""What is opened for each kind of case database."""

import asyncio
import builtins
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from sms_gateway.cases.embedded import CaseTablesError
from sms_gateway.cases.opening import open_cases, open_remote
from sms_gateway.cases.remembering import Remembering
from sms_gateway.cases.spellings import MOST, shapes_of, spellings
from sms_gateway.domain.dossier import Unavailable
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.settings import Settings, SettingsError, load
from tests.cases.far_away import RULES
from tests.cases.sql.conftest import BY_CODES, BY_TIME
from tests.parts import ROOT
from tests.virtual_time import StandingClock

NOTHING: Mapping[str, str] = MappingProxyType({})
KEY = CanonicalKey("2611270001")


async def read_settings(folder: Path, more: Mapping[str, str] = NOTHING) -> Settings:
    given = {
        "KIND": "sql",
        "SQL__URL": "postgresql://nobody@127.0.0.2:1/none",
        "SQL__BY_CODES": BY_CODES,
        "SQL__BY_TIME": BY_TIME,
        "SQL__TIME_COLUMN": "cap_nhat",
        **more,
    }
    environ = {f"SMS_GATEWAY_CASES__{name}": value for name, value in given.items()}
    return await asyncio.to_thread(load, ROOT / "config", folder, environ, folder)


async def test_our_own_dossiers_are_asked_themselves(tmp_path: Path) -> None:
    read = await asyncio.to_thread(load, ROOT / "config", tmp_path, {}, tmp_path)
    async with open_cases(read, StandingClock(), RULES) as cases:
        assert cases.answers is cases.copy
        assert cases.remote is None


async def test_somebody_elses_are_asked_with_our_own_behind_them(tmp_path: Path) -> None:
    async with open_cases(await read_settings(tmp_path), StandingClock(), RULES) as cases:
        assert isinstance(cases.answers, Remembering)
        found = await cases.answers.find_many([KEY])
        assert await cases.copy.cursor("sql") == ""
    assert found == {KEY: Unavailable("down")}


async def test_a_field_that_there_is_not_stops_the_start_with_the_nearest_one(
    tmp_path: Path,
) -> None:
    read = await read_settings(tmp_path, {"SQL__COLUMNS": '{"SoBienNhann": "so"}'})
    with pytest.raises(SettingsError, match="did you mean SoBienNhan"):
        await open_remote(read, StandingClock())


@pytest.mark.parametrize(
    "kind, module, extra",
    [
        ("postgresql", "asyncpg", "casedb"),
        ("mariadb", "aiomysql", "casedb-mysql"),
        ("oracle", "oracledb", "casedb-oracle"),
        ("mssql", "mssql_python", "casedb-mssql"),
    ],
)
async def test_a_driver_that_is_missing_is_told_with_what_brings_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, module: str, extra: str
) -> None:
    real = builtins.__import__

    def lacking(name: str, *rest: object, **named: object) -> object:
        if name.partition(".")[0] == module:
            raise ModuleNotFoundError(name=module)
        return real(name, *rest, **named)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(builtins, "__import__", lacking)
    read = await read_settings(tmp_path, {"SQL__URL": f"{kind}://reader@db.invalid/onestop"})
    with pytest.raises(CaseTablesError, match=rf"sms-gateway\[{extra}\]"):
        await open_remote(read, StandingClock())


def test_a_number_is_spelled_as_the_shapes_write_it() -> None:
    shapes = shapes_of(load(ROOT / "config", None, {}, ROOT).keywords)
    assert spellings(KEY, shapes) == ["2611270001", "261127-0001"]
    assert spellings(CanonicalKey("0000012H322611270001"), shapes) == [
        "0000012H322611270001",
        "000.00.12.H32-261127-0001",
    ]
    assert spellings(CanonicalKey("H15500513" + "2610080975"), shapes)[1:] == [
        "H15.50.05.13-261008-0975"
    ]
    assert spellings(CanonicalKey("12345"), shapes) == ["12345"]


def test_shapes_of_each_short_code_count_and_a_number_has_only_so_many_spellings() -> None:
    keywords = {
        "default": {"shapes": ["99/99"]},
        "short_codes": {"8083": {"shapes": ["9-999", "99/99"]}},
    }
    assert shapes_of(keywords) == ["99/99", "9-999"]
    many = ["9-" * n + "9" * (20 - n) for n in range(20)]
    assert len(spellings(CanonicalKey("1" * 20), many)) == MOST
