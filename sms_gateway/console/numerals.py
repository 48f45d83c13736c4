"""Figures as a language writes them: `77,1`, `1.234` and `1,5 GB` in Vietnamese."""

from decimal import Decimal
from gettext import NullTranslations
from typing import Final

from sms_gateway.console.languages import PageLanguage

_SWAPPED: Final = str.maketrans(",.", ".,")
_MEGA: Final = 1000**2
_GIGA: Final = 1000**3
_MINUTE: Final = 60
_HOUR: Final = 3600
_DAY: Final = 86400

Figure = int | float | Decimal


def number(value: Figure, language: PageLanguage) -> str:
    """With marks between thousands; a fraction of binary numbers has one decimal."""
    written = f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"
    return written.translate(_SWAPPED) if language is PageLanguage.VI else written


def octets(count: int, language: PageLanguage) -> str:
    """So many octets, in the unit that people read them in."""
    if count >= _GIGA:
        return f"{number(count / _GIGA, language)} GB"
    if count >= _MEGA:
        return f"{number(count / _MEGA, language)} MB"
    return f"{number(count, language)} B"


def duration(seconds: float, texts: NullTranslations) -> str:
    """In words, its two largest units: `2 days 3 hours`; below a second is 0 seconds."""
    whole = max(round(seconds), 0)
    days, hours = whole // _DAY, whole % _DAY // _HOUR
    minutes, rest = whole % _HOUR // _MINUTE, whole % _MINUTE
    units = (
        (days, texts.ngettext("%(n)s day", "%(n)s days", days)),
        (hours, texts.ngettext("%(n)s hour", "%(n)s hours", hours)),
        (minutes, texts.ngettext("%(n)s minute", "%(n)s minutes", minutes)),
        (rest, texts.ngettext("%(n)s second", "%(n)s seconds", rest)),
    )
    first = next((at for at, (count, _) in enumerate(units) if count), len(units) - 1)
    said = [text % {"n": count} for count, text in units[first : first + 2] if count]
    return " ".join(said) or units[-1][1] % {"n": 0}
