"""All pages of the console."""

from typing import Final

from sms_gateway.console.pages import (
    account,
    attention,
    calendar,
    citizen,
    dossier,
    home,
    message,
    messages,
    messages_export,
    messages_live,
    notice_plan,
    notices,
    refused_call,
    sign_in,
    templates,
    window,
    windows,
    reports,
    sign_in,
    today,
)

ROUTES: Final = (
    *home.ROUTES,
    *today.ROUTES,
    *sign_in.ROUTES,
    *account.ROUTES,
    *attention.ROUTES,
    *refused_call.ROUTES,
    *messages.ROUTES,
    *messages_live.ROUTES,
    *messages_export.ROUTES,
    *message.ROUTES,
    *citizen.ROUTES,
    *dossier.ROUTES,
    *notice_plan.ROUTES,
    *notices.ROUTES,
    *windows.ROUTES,
    *window.ROUTES,
    *calendar.ROUTES,
    *templates.ROUTES,
    *reports.ROUTES,
)
"""Each page and each act of one."""
