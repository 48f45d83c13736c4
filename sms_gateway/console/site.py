"""All pages of the console."""

from typing import Final

from sms_gateway.console.pages import account, home, message, messages, messages_live, sign_in

ROUTES: Final = (
    *home.ROUTES,
    *sign_in.ROUTES,
    *account.ROUTES,
    *messages.ROUTES,
    *messages_live.ROUTES,
    *message.ROUTES,
)
"""Each page and each act of one."""
