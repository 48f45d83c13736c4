"""What reports, their days and their rows are called."""

from collections.abc import Mapping
from typing import Final

from sms_gateway.console.languages import marked
from sms_gateway.reports.making import Kind

NAMES: Final[Mapping[str, str]] = {
    Kind.MESSAGES: marked("Citizens' texts"),
    Kind.DOSSIERS: marked("Dossiers"),
    Kind.SURVEY: marked("Satisfaction"),
    Kind.BILLING: marked("Charging"),
    "day": marked("a day"),
    "week": marked("a week"),
    "month": marked("a month"),
    "quarter": marked("a quarter"),
    "days": marked("from one day to another"),
    "procedure": marked("by procedure"),
    "room": marked("by room"),
    "officer": marked("by officer"),
}
"""What kinds, periods and rows are called; rows by month are a month too."""
