"""Frozen settings from config/*.toml < .env < environment < *_FILE; refuses the unknown.

Enters: files and the environment. Leaves: `Settings`, by `load`; `explain` shows them as people may
see them, `decode` reads a channel's own table, `load_agencies` the offices, `load_states` the words
for states, `load_calendar` the days on which the offices work.
"""

from sms_gateway.settings.agencies import load_agencies
from sms_gateway.settings.calendar import CalendarFile, load_calendar
from sms_gateway.settings.decode import SettingsError, decode
from sms_gateway.settings.loading import Settings, explain, load
from sms_gateway.settings.show import Explained
from sms_gateway.settings.states import load_states

__all__ = [
    "CalendarFile",
    "Explained",
    "Settings",
    "SettingsError",
    "decode",
    "explain",
    "load",
    "load_agencies",
    "load_calendar",
    "load_states",
]
