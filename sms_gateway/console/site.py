"""All pages of the console."""

from typing import Final

from sms_gateway.console.pages import (
    account,
    complaints,
    evidence,
    home,
    message,
    messages,
    messages_live,
    replay,
    rights,
    sign_in,
    test_cases,
    unread,
)

ROUTES: Final = (
    *home.ROUTES,
    *sign_in.ROUTES,
    *account.ROUTES,
    *messages.ROUTES,
    *messages_live.ROUTES,
    *message.ROUTES,
    *complaints.ROUTES,
    *evidence.ROUTES,
    *unread.ROUTES,
    *replay.ROUTES,
    *test_cases.ROUTES,
    *rights.ROUTES,
)
"""Each page and each act of one."""
