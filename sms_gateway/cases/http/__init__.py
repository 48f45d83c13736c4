"""A case database that is a JSON API, described wholly by settings.

What enters: numbers, or a cursor. What leaves: dossiers as named texts, or in one word why there
are none; never an exception. `request` writes what is asked, `calling` sends it within limits,
`login` keeps a session, `answer` reads what came back, `asking` joins the four, `cursor` and
`changes` follow what changes, and `database` is the door. Presets lie in `cases/presets`.
"""

import asyncio
import ssl

from sms_gateway.cases.http.calling import open_line
from sms_gateway.cases.http.database import Around, JsonCases, Spellings
from sms_gateway.cases.presets import laid_over
from sms_gateway.cases.remote import Remote
from sms_gateway.settings import SettingsError
from sms_gateway.settings.cases_http import HttpCases

__all__ = ["AT", "Around", "Spellings", "open_http"]

AT = "cases.http"
"""The table of the settings."""


async def open_http(cases: HttpCases, around: Around) -> Remote:
    """The case database that the settings describe; the caller closes it.

    Args:
        cases: `[cases.http]`, as the office wrote it.
        around: what else it needs.

    Raises:
        SettingsError: the settings cannot be used.
    """
    whole, tls = await asyncio.to_thread(_read, cases)
    line = open_line(tls, whole.slots)
    try:
        return JsonCases(whole, line, around, AT)
    except SettingsError:
        await line.close()
        raise


def _read(cases: HttpCases) -> tuple[HttpCases, ssl.SSLContext]:
    """The settings laid over their preset, and the certificates; both are files."""
    whole = laid_over(cases, AT)
    return whole, _tls(whole.ca_file)


def _tls(ca_file: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except (OSError, ssl.SSLError) as error:
        what = error.strerror or type(error).__name__
        msg = f"{AT}.ca_file: the certificates cannot be read ({what})"
        raise SettingsError(msg) from None
