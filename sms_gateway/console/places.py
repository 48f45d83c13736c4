"""Where the console's pages are."""

from typing import Final

PREFIX: Final = "/console"
HOME: Final = f"{PREFIX}/"
SIGN_IN: Final = f"{PREFIX}/sign-in"
PROVIDER: Final = f"{SIGN_IN}/provider"
FROM_PROVIDER: Final = f"{PROVIDER}/back"
PROVIDER_CODE: Final = f"{PROVIDER}/code"
OUT_OF_PROVIDER: Final = f"{PROVIDER}/out"
SIGN_OUT: Final = f"{PREFIX}/sign-out"
SIGNED_OUT: Final = f"{SIGN_OUT}/provider"
LANGUAGE: Final = f"{PREFIX}/language"
ACCOUNT: Final = f"{PREFIX}/account"
SECOND_FACTOR: Final = f"{ACCOUNT}/second-factor"
INVITE: Final = f"{PREFIX}/invite/{{token}}"
ATTENTION: Final = f"{PREFIX}/attention"
MESSAGES: Final = f"{PREFIX}/messages"
UNREAD: Final = f"{PREFIX}/unread"
REPLAY: Final = f"{PREFIX}/replay"
TEST_CASES: Final = f"{PREFIX}/test-cases"
COMPLAINTS: Final = f"{PREFIX}/complaints"
RIGHTS: Final = f"{PREFIX}/rights"
CITIZENS: Final = f"{PREFIX}/citizens"
DOSSIERS: Final = f"{PREFIX}/dossiers"
REFUSED: Final = f"{PREFIX}/refused"
NOTICES: Final = f"{PREFIX}/notices"
WINDOWS: Final = f"{PREFIX}/windows"
CALENDAR: Final = f"{PREFIX}/calendar"
TEMPLATES: Final = f"{PREFIX}/templates"
TODAY: Final = f"{PREFIX}/today"
REPORTS: Final = f"{PREFIX}/reports"
STAFF: Final = f"{PREFIX}/staff"
AUDIT: Final = f"{PREFIX}/audit"
TOKENS: Final = f"{PREFIX}/tokens"
WEBHOOKS: Final = f"{PREFIX}/webhooks"
DOORS: Final = f"{PREFIX}/doors"
SYSTEM: Final = f"{PREFIX}/system"
HELP: Final = f"{PREFIX}/help"
STATIC: Final = f"{PREFIX}/static"

_LONGEST: Final = 2000


def safe_next(wanted: str) -> str:
    """Where to go after signing in: a page of ours, else the first one.

    Browsers read a backslash as a slash, and drop tabs and line breaks; `//` begins another host.
    """
    inside = wanted.startswith(HOME) and len(wanted) <= _LONGEST and wanted.isprintable()
    return (
        HOME if not inside or "\\" in wanted or "//" in wanted.split("?", maxsplit=1)[0] else wanted
    )
