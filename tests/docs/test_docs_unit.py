"""The unit for systemd fits the gateway that it runs."""

import re

from sms_gateway.service.supervisor import RECENT_S
from sms_gateway.settings.sections import Dispatch
from sms_gateway.signals import OVERDUE_S
from tests.docs.pages import DOCS, text_of
from tests.structure.tree import ROOT

UNIT = ROOT / "config" / "examples" / "production" / "systemd" / "sms-gateway.service"
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
