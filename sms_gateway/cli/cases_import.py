"""`cases import`: dossiers from a file of the one-stop software, all or nothing."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from sms_gateway.cases.embedded import Problem, ReadProblems, Row, read_file
from sms_gateway.cases.embedded.upload import rules_of_file
from sms_gateway.cli.changing import running_service
from sms_gateway.cli.group import Fault
from sms_gateway.cli.importing import import_rows
from sms_gateway.cli.opened import load_settings
from sms_gateway.cli.options import places
from sms_gateway.cli.output import safe
from sms_gateway.commands import ImportOrder
from sms_gateway.folder import number_hasher, prepare_folder
from sms_gateway.rules import load_rules
from sms_gateway.settings import Settings, load_states

MOST_SHOWN = 50
"""So many problems are listed; the others are counted."""

IN_NO_HURRY = 10
"""How far this command steps back where others want the processor: see nice(2)."""


@click.command("import", short_help="Add and update dossiers from a file.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Also remove the dossiers that FILE lacks.")
@click.option(
    "--sheet",
    default="",
    metavar="NAME",
    help="The sheet of an Excel workbook; else its first one.",
)
@places
def cases_import(file: Path, *, replace: bool, sheet: str) -> None:
    """Add the dossiers of FILE, and update those that are there already.

    FILE is CSV, JSON or an Excel workbook (.xlsx) with the national field names: MaHoSo,
    SoBienNhan, TrangThaiHoSo, SoDienThoai, NgayTiepNhan, NgayHenTra and so on. It is read whole
    before anything is written: where one row is wrong nothing is imported, each fault is listed
    with its line and field, and the status is 1. Citizens are answered while an import runs. The
    same file again changes nothing. While the gateway runs the import goes through it.
    """
    settings = load_settings()
    prepare_folder(settings.data_path)
    if running_service(settings.data_path) is not None:
        # Reading a long file takes a whole processor for a while: answers go first.
        os.nice(IN_NO_HURRY)
    rows = read_rows(settings, file, sheet)
    order = ImportOrder(file.name, len(rows), replace)
    click.echo(counted(import_rows(settings, order, rows)))


def read_rows(settings: Settings, file: Path, sheet: str = "") -> Sequence[Row]:
    """The dossiers of a file; what was ignored or guessed goes to standard error.

    Raises:
        Fault: it cannot be imported; the reasons went to standard error.
    """
    hasher = number_hasher(settings.data_path)
    states = load_states(settings.states).of("import")
    result = read_file(file, rules_of_file(load_rules(settings, hasher), hasher, states), sheet)
    for note in result.notes:
        click.echo(safe(f"{file.name}: note: {note}"), err=True)
    if not isinstance(result, ReadProblems):
        return result.rows
    first = result.problems[0]
    if len(result.problems) == 1 and not first.place.line:
        raise Fault(safe(f"nothing was imported: {file.name} {first.sentence}"))
    _list(file, result.problems)
    number = f"{len(result.problems)}{' or more' if result.more else ''}"
    message = f"nothing was imported: {file.name} has {number} faults; mend them and import again"
    if len(result.problems) == 1:
        message = f"nothing was imported: mend {file.name} and import again"
    raise Fault(safe(message))


def counted(report: Mapping[str, int]) -> str:
    """The counts of an import, for people."""
    return ", ".join(
        f"{report[name]} {name}" for name in ("new", "changed", "unchanged", "removed")
    )


def _list(file: Path, problems: Sequence[Problem]) -> None:
    for problem in problems[:MOST_SHOWN]:
        click.echo(safe(f"{file.name}: {problem}"), err=True)
    if len(problems) > MOST_SHOWN:
        click.echo(f"... and {len(problems) - MOST_SHOWN} more", err=True)
