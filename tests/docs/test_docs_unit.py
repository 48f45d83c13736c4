"""The units for systemd fit the gateway that they run."""

import re

import pytest

from sms_gateway.service.supervisor import RECENT_S
from sms_gateway.settings.sections import Dispatch, Gateway, Retention
from sms_gateway.signals import OVERDUE_S
from tests.docs.pages import DOCS, text_of
from tests.structure.tree import ROOT

UNITS = ROOT / "config" / "examples" / "production" / "systemd"
UNIT = UNITS / "sms-gateway.service"
TEXT = UNIT.read_text(encoding="utf-8")


def said(name: str) -> str:
    """The value of a line that stands there once."""
    (value,) = re.findall(rf"^{name}=(.*)$", TEXT, re.MULTILINE)
    return str(value)


def test_it_waits_longer_than_the_gateway_may_take_to_end() -> None:
    assert int(said("TimeoutStopSec")) > Dispatch().grace_s + OVERDUE_S + 1


def test_its_watchdog_bears_a_store_that_hangs_for_a_while() -> None:
    # A look every sweep, and the last ping before a silence may be a third of the time old.
    assert int(said("WatchdogSec")) > 2 * (Dispatch().sweep_s + RECENT_S)
    assert said("Type") == "notify"
    assert said("NotifyAccess") == "main"


def test_no_core_with_texts_and_numbers_stays_on_the_disk() -> None:
    assert said("LimitCORE") == "0"
    assert said("WatchdogSignal") == "SIGTERM"


def test_it_is_started_anew_whatever_happens() -> None:
    assert said("Restart") == "always"
    assert said("StartLimitIntervalSec") == "0"


def test_its_data_are_where_the_example_of_its_settings_has_them() -> None:
    settings = (UNIT.parent.parent / "gateway.toml").read_text(encoding="utf-8")
    assert f'data = "/var/lib/{said("StateDirectory")}"' in settings
    assert said("StateDirectoryMode") == "0700"
    assert said("UMask") == "0077"


def test_the_handbook_that_it_names_is_this_one() -> None:
    page = said("Documentation").rpartition("/share/sms-gateway/")[2]
    assert (ROOT / page).is_file()
    assert "systemd/sms-gateway.service" in text_of(DOCS / "operations.md")


def hour_of(timer: str) -> int:
    """Hour of the night at which it begins, in the time zone of the gateway."""
    text = (UNITS / f"sms-gateway-{timer}.timer").read_text(encoding="utf-8")
    zone = re.escape(Gateway().timezone)
    (hour,) = re.findall(rf"^OnCalendar=\*-\*-\* (\d\d):00:00 {zone}$", text, re.MULTILINE)
    return int(hour)


def test_what_is_purged_at_night_is_purged_when_the_backup_has_had_its_time() -> None:
    assert hour_of("backup") + 2 <= Retention().hour == hour_of("purge")


@pytest.mark.parametrize("page", ["operations.md", "vi/van-hanh.md"])
def test_folders_that_units_write_to_are_made_by_what_the_handbook_says(page: str) -> None:
    made = re.findall(r"^install -d -m 700 -o sms -g sms (.+)$", text_of(DOCS / page), re.MULTILINE)
    texts = [unit.read_text(encoding="utf-8") for unit in UNITS.glob("*.service")]
    written = re.findall(r"^ReadWritePaths=-?(\S+)$", "\n".join(texts), re.MULTILINE)
    assert len(written) == 2
    assert {*written, "/var/lib/sms-gateway"} <= set(" ".join(made).split())
