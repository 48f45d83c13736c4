"""`doctor`: is this installation sound, and what is to be done where it is not?"""

from collections.abc import Callable, Iterator

import click

from sms_gateway.cli import copies_checks
from sms_gateway.cli import doctor_checks as checks
from sms_gateway.cli.doctor_alarms import alarms
from sms_gateway.cli.doctor_calendar import calendar
from sms_gateway.cli.doctor_notices import notices
from sms_gateway.cli.doctor_remote import remote
from sms_gateway.cli.doctor_retention import retention
from sms_gateway.cli.doctor_windows import windows
from sms_gateway.cli.faults import sentence_of
from sms_gateway.cli.findings import Finding, Level
from sms_gateway.cli.opened import load_settings
from sms_gateway.cli.options import places
from sms_gateway.cli.output import print_text
from sms_gateway.cli.wordings_now import wordings
from sms_gateway.settings import Settings, SettingsError

Check = Callable[[Settings], Iterator[Finding]]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("rules", checks.rules),
    ("folder", checks.folder),
    ("key", checks.key),
    ("messages", checks.store),
    ("wording", wordings),
    ("restore", copies_checks.hold),
    ("purge", retention),
    ("calendar", calendar),
    ("windows", windows),
    ("cases", checks.cases),
    ("their cases", remote),
    ("backup", copies_checks.backups),
    ("replica", copies_checks.replica),
    ("doors", checks.doors),
    ("certificate", checks.certificate),
    ("alarms", alarms),
    ("notices", notices),
    ("service", checks.service),
)
"""What is looked at, in this order; one fault never hides another."""


@click.command(short_help="Check this installation.")
@places
def doctor() -> None:
    """Check settings, wording, key, databases and their copies, doors, certificate, the service.

    Prints one line for each: ok, warn (it runs, but look at it) or FAIL (with what to do). The
    status is 1 where anything failed, else 0. It changes nothing, and a gateway may be running.
    """
    try:
        settings = load_settings()
    except SettingsError as error:
        _say(Finding(Level.FAIL, "settings", str(error)))
        click.get_current_context().exit(1)
    findings = [Finding(Level.OK, "settings", str(settings.config_dir))]
    _say(findings[0])
    for name, check in CHECKS:
        for finding in _looked(name, check, settings):
            findings.append(finding)
            _say(finding)
    failed = sum(finding.level is Level.FAIL for finding in findings)
    if failed:
        click.get_current_context().exit(1)


def _looked(name: str, check: Check, settings: Settings) -> Iterator[Finding]:
    try:
        yield from check(settings)
    except Exception as error:  # noqa: BLE001  # a doctor that dies of a disease helps nobody
        sentence = sentence_of(error)
        yield Finding(Level.FAIL, name, sentence or f"{type(error).__name__}: this is a bug")


def _say(finding: Finding) -> None:
    print_text(f"{finding.level:<4}  {finding.what:<10}  {finding.sentence}")
