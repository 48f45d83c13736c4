"""All settings of a process: read, put in order by where they come from, and explained."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from sms_gateway.domain.outcome import Billing
from sms_gateway.domain.secret import Secret
from sms_gateway.settings import sections
from sms_gateway.settings.alarms import Alarms
from sms_gateway.settings.api import Api
from sms_gateway.settings.bills import Bill
from sms_gateway.settings.cases import Cases
from sms_gateway.settings.console import Console
from sms_gateway.settings.decode import SettingsError, Table, advice, decode, nearest
from sms_gateway.settings.notices import Notices
from sms_gateway.settings.reports import Reports
from sms_gateway.settings.sections import Sections
from sms_gateway.settings.show import Explained, flat, flat_as_written, shown
from sms_gateway.settings.sources import Tree, apply, folder, leaves, read_toml, variables
from sms_gateway.settings.survey import Survey
from sms_gateway.settings.telcos import Telco
from sms_gateway.settings.urls import is_postgres, sqlite_path

_MAIN = "gateway.toml"
_RAW = MappingProxyType({
    "agencies": "agencies", "keywords": "keywords", "states": "states",
    "notice_tables": "notices", "calendar": "calendar",
})  # fmt: skip
"""Attribute of `Settings` to the file beside `gateway.toml` whose table it is."""

_DOOR = re.compile(r"[a-z0-9-]{1,32}")


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one process.

    Attributes:
        gateway, web, staff, ops, store, cases, backup, replica, intake, budgets, disclosure,
            replies, dispatch, retention, alarms, notices, survey, reports, console, api, log: see
            `sections`.
        telcos: name of a telco to its doors.
        bills: name of a telco's file of charges to what it looks like.
        billing: name of a reply to how it is charged, where that differs from the built-in table.
        doors: name of a door to its raw table, for the channel named by its `kind`.
        agencies, keywords, states, notice_tables, calendar: the raw tables of those files.
        origins: dotted key to where its value came from: `default`, a file, a variable, `--data`.
        root: working directory; paths in settings are relative to it.
        config_dir: the folder `gateway.toml` was read from; `replies/` lies there too.
        shipped_dir: the folder that came with the gateway, for what `config_dir` does not hold.
    """

    gateway: sections.Gateway
    web: sections.Web
    staff: sections.Staff
    ops: sections.Ops
    store: sections.Store
    cases: Cases
    backup: sections.Backup
    replica: sections.Replica
    intake: sections.Intake
    budgets: sections.Budgets
    disclosure: sections.Disclosure
    billing: Mapping[str, Billing]
    replies: sections.Replies
    telcos: Mapping[str, Telco]
    bills: Mapping[str, Bill]
    dispatch: sections.Dispatch
    retention: sections.Retention
    alarms: Alarms
    notices: Notices
    survey: Survey
    reports: Reports
    console: Console
    api: Api
    log: sections.Log
    doors: Mapping[str, Table] = field(repr=False)
    agencies: Mapping[str, object] = field(repr=False)
    states: Mapping[str, object] = field(repr=False)
    keywords: Mapping[str, object] = field(repr=False)
    notice_tables: Mapping[str, object] = field(repr=False)
    calendar: Mapping[str, object] = field(repr=False)
    origins: Mapping[str, str] = field(repr=False)
    root: Path
    config_dir: Path
    shipped_dir: Path

    @property
    def data_path(self) -> Path:
        """The folder of the databases."""
        return self.root / self.gateway.data

    @property
    def store_at(self) -> Path | Secret:
        """Where the message store is: a file of SQLite, or the URL of a PostgreSQL database."""
        if is_postgres(self.store.url):
            return Secret(self.store.url)
        return self._file(self.store.url, "gateway.db")

    @property
    def cases_at(self) -> Path | Secret:
        """Where the embedded case directory is, as `store_at`; on PostgreSQL where the store is."""
        url = self.cases.url or self.store.url
        return Secret(url) if is_postgres(url) else self._file(self.cases.url, "cases.db")

    @property
    def databases(self) -> Mapping[str, Path]:
        """The files of SQLite, by the names that their copies have."""
        both = {"gateway.db": self.store_at, "cases.db": self.cases_at}
        return {name: at for name, at in both.items() if isinstance(at, Path)}

    @property
    def backup_path(self) -> Path | None:
        """The folder of the backups, or None where none is set."""
        return self.root / self.backup.folder if self.backup.folder else None

    @property
    def programs_path(self) -> Path | None:
        """The folder of PostgreSQL's programs, or None for wherever PATH says."""
        return self.root / self.backup.programs if self.backup.programs else None

    def _file(self, url: str, name: str) -> Path:
        path = sqlite_path(url)
        return self.root / path if path else self.data_path / name


def load(config: Path | None, data: Path | None, environ: Mapping[str, str], cwd: Path) -> Settings:
    """Read all settings: files, `.env`, environment, secrets' files, then `--data`.

    Args:
        config: `--config`: a folder, or a `gateway.toml`; None for `SMS_GATEWAY_CONFIG`, else
            `config` in the working directory, else what came with the gateway.
        data: `--data`, or None.
        environ: the environment.
        cwd: the working directory, where `.env` is looked for.

    Raises:
        SettingsError: with one line saying what is wrong, where, and what to do.
    """
    found, shipped = variables(cwd, environ), _shipped()
    main = _main_file(config or folder("CONFIG", found), cwd, shipped)
    _check_names(main, cwd)
    tree = Tree(read_toml(main, _shown(main, cwd)))
    tree.origins.update((key, _shown(main, cwd)) for key, _ in leaves(tree.values) if key)
    apply(tree, found, _known())
    if data is not None:
        tree.set(("gateway", "data"), str(data), "--data")
    _check_sections(tree)
    doors = _doors(tree)
    decoded = _sections(tree)
    defaults = {key: "default" for key, _ in flat(decoded) if key not in tree.origins}
    raw: dict[str, Any] = {
        to: MappingProxyType(_raw(name, main.parent, shipped, cwd)) for to, name in _RAW.items()
    }
    return Settings(
        **{name: getattr(decoded, name) for name in Sections.__struct_fields__},
        doors=MappingProxyType(doors),
        **raw,
        origins=MappingProxyType({**defaults, **tree.origins}),
        root=cwd,
        config_dir=main.parent,
        shipped_dir=shipped,
    )


def _sections(tree: Tree) -> Sections:
    values = {name: value for name, value in tree.values.items() if name != "doors"}
    return decode(Table(values, tree.origins), Sections, "")


def explain(
    settings: Settings, doors: Mapping[str, Struct | type[Struct]] = MappingProxyType({})
) -> Sequence[Explained]:
    """Each setting as a person may see it, and where it came from; secrets as `***`.

    Args:
        settings: what was loaded.
        doors: a door's name to its decoded table, so that its defaults are listed too; or, where
            its table cannot be decoded, to the type it should have been: then it is listed as it
            was written, and what that type does not know as open is hidden.
    """
    values = [
        pair for name in Sections.__struct_fields__ for pair in flat(getattr(settings, name), name)
    ]
    for name, table in settings.doors.items():
        door, at = doors.get(name), f"doors.{name}"
        if isinstance(door, Struct):
            values += flat(door, at)
        else:
            values += flat_as_written(table, door, at)
    return shown(values, settings.origins)


def _known() -> dict[str, Sequence[str]]:
    known: dict[str, Sequence[str]] = {"doors": (), "billing": (), "telcos": (), "bills": ()}
    for name in Sections.__struct_fields__:
        section = getattr(Sections(), name)
        if isinstance(section, Struct):
            known[name] = section.__struct_fields__
            for key in section.__struct_fields__:
                if isinstance(table := getattr(section, key), Struct):
                    known[f"{name}.{key}"] = table.__struct_fields__
    return known


def _check_sections(tree: Tree) -> None:
    known = [*Sections.__struct_fields__, "doors"]
    for name, value in tree.values.items():
        if name in known:
            continue
        meant = nearest(name, known)
        inside = value if isinstance(value, dict) else {}
        names = [key for key, table in inside.items() if isinstance(table, dict)]
        hint = advice(name, known)
        if meant == "doors" and names:
            hint = f"did you mean [doors.{names[0]}]?"
        elif meant is None and "kind" in inside:
            hint = f"did you mean [doors.{name}]?"
        message = f"{name} ({_source(tree, name)}): no such setting; {hint}"
        raise SettingsError(message)


def _source(tree: Tree, key: str) -> str:
    """Where a value, or the first one in a table, came from."""
    inside = (source for name, source in tree.origins.items() if name.startswith(f"{key}."))
    return tree.origins.get(key) or next(inside, _MAIN)


def _doors(tree: Tree) -> dict[str, Table]:
    raw = tree.values.get("doors", {})
    if not isinstance(raw, dict):
        message = "doors: must be tables; write [doors.NAME]"
        raise SettingsError(message)
    doors: dict[str, Table] = {}
    for name, values in raw.items():
        at = f"doors.{name}"
        if not isinstance(values, dict):
            message = f"{at} ({_source(tree, at)}): is no door; write it under [doors.NAME]"
            raise SettingsError(message)
        if not _DOOR.fullmatch(name):
            message = f"{at}: name a door with a-z, 0-9 and hyphens, 32 characters at most"
            raise SettingsError(message)
        origins = {
            key.removeprefix(f"{at}."): source
            for key, source in tree.origins.items()
            if key.startswith(f"{at}.")
        }
        kind = values.get("kind")
        if not isinstance(kind, str) or not kind:
            meant = nearest(name, [other for other in raw if other != name])
            hint = f", or did you mean doors.{meant}?" if meant else ""
            message = f"{at} ({_source(tree, at)}): has no kind; set it{hint}"
            raise SettingsError(message)
        doors[name] = Table(values, origins)
    return doors


def _shipped() -> Path:
    package = Path(__file__).resolve().parent.parent
    beside = package.parent / "config"
    return beside if (beside / _MAIN).is_file() else package / "_config"


def _main_file(config: Path | None, cwd: Path, shipped: Path) -> Path:
    if config is None:
        for main in (cwd / "config" / _MAIN, shipped / _MAIN):
            if main.is_file():
                return main
        message = f"config/{_MAIN}: no such file; restore it, or name its folder with --config"
        raise SettingsError(message)
    path = cwd / config
    main = path / _MAIN if path.is_dir() else path
    if not main.is_file():
        message = f"{_shown(main, cwd)}: no such file; name a folder that holds {_MAIN}"
        raise SettingsError(message)
    return main


def _check_names(main: Path, cwd: Path) -> None:
    known = [main.name, *(f"{name}.toml" for name in _RAW.values())]
    for path in sorted(main.parent.glob("*.toml")):
        if path.name not in known:
            shown_path = _shown(path, cwd)
            message = f"{shown_path}: no such settings file; {advice(path.name, known)}"
            raise SettingsError(message)


def _raw(name: str, own: Path, shipped: Path, cwd: Path) -> dict[str, object]:
    path = own / f"{name}.toml"
    if not path.is_file() and name != "agencies":
        path = shipped / f"{name}.toml"  # without keywords nothing is understood
    return read_toml(path, _shown(path, cwd)) if path.is_file() else {}


def _shown(path: Path, cwd: Path) -> str:
    return str(path.relative_to(cwd) if path.is_relative_to(cwd) else path)
