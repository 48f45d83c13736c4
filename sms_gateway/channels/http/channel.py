"""Opens a door of kind `http`."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta

from yarl import URL

from sms_gateway.channels.door import DoorContext, probe_of
from sms_gateway.channels.http import settings as s
from sms_gateway.channels.http.example import example_of
from sms_gateway.channels.http.outbound import open_sender
from sms_gateway.channels.http.webhook import HttpWebhook
from sms_gateway.channels.reaching import reach
from sms_gateway.domain.ids import DoorName
from sms_gateway.ports import AnswerStyle, Check, Checked, Door
from sms_gateway.settings import SettingsError, decode


@asynccontextmanager
async def open_door(
    name: DoorName, raw: Mapping[str, object], context: DoorContext
) -> AsyncIterator[Door]:
    """A door as `[doors.<name>]` describes it, see `DoorOpener`; closes its connections on leaving.

    Raises:
        SettingsError: the settings cannot be used.
    """
    at = f"doors.{name}"
    settings = decode(raw, s.HttpDoor, at)
    _check(settings, at)
    webhook = await _webhook(name, settings, context)
    async with AsyncExitStack() as stack:
        sender = None
        if settings.outbound:
            echo = tuple(settings.inbound.echo) if settings.inbound else ()
            sender = await stack.enter_async_context(
                open_sender(settings.outbound, echo, context, f"{at}.outbound")
            )
        yield Door(
            name=name,
            kind=settings.kind,
            webhook=webhook,
            sender=sender,
            answer_within=_answer_within(settings, context),
            dedupe_window=timedelta(seconds=settings.dedupe_window_s),
            id_window=timedelta(seconds=settings.id_window_s),
            keeps_refused_ok=settings.answer.acknowledge_refused,
            resend_uncertain=settings.uncertain == "resend",
            one_node=settings.outbound is not None and settings.outbound.one_node,
            probe=probe_of(settings.probe, context.region, at),
            check=_check_of(settings.outbound) if settings.outbound else None,
            example=_example(name, settings) if settings.inbound else None,
            leads_to=_origin(settings.outbound.url) if settings.outbound else "",
            this_machine_only=webhook is not None and webhook.this_machine_only,
            own_request=webhook.own_request if webhook else None,
        )


async def _webhook(
    name: DoorName, settings: s.HttpDoor, context: DoorContext
) -> HttpWebhook | None:
    if not (settings.inbound or settings.reports):
        return None
    # In a thread, for a time zone is read from a file.
    return await asyncio.to_thread(HttpWebhook, name, settings, context.region, context.timezone)


def _check_of(outbound: s.Outbound) -> Check:
    url = URL(outbound.url)
    token = URL(outbound.token.url) if outbound.token else url

    async def check() -> Sequence[Checked]:
        # In a thread, for the certificates of authorities are read from files.
        secure = "https" in (url.scheme, token.scheme)
        tls = await asyncio.to_thread(ssl.create_default_context) if secure else None
        found = await _reached(url, tls, outbound.connect_s)
        if token.origin() == url.origin():
            return found
        of_token = await _reached(token, tls, outbound.connect_s)
        return [*found, *(replace(one, what=f"token {one.what}") for one in of_token)]

    return check


async def _reached(url: URL, tls: ssl.SSLContext | None, seconds: float) -> Sequence[Checked]:
    secure = tls if url.scheme == "https" else None
    return await reach(url.host or "", url.port or 0, secure, None, seconds)


def _example(name: DoorName, settings: s.HttpDoor) -> Callable[[str], str]:
    path = settings.inbound.path if settings.inbound else ""
    return example_of(settings, path or f"/mo/{name}")


def _origin(address: str) -> str:
    # It was checked when the sender was opened.
    return str(URL(address).origin())


def _check(settings: s.HttpDoor, at: str) -> None:
    if settings.kind == "http" and (settings.variant or settings.without):
        msg = f"{at}: variant and without are for presets; name one as kind, or remove them"
        raise SettingsError(msg)
    if not (settings.inbound or settings.outbound):
        msg = f"{at}: nothing comes in and nothing goes out; set inbound, outbound or both"
        raise SettingsError(msg)
    acknowledges = settings.answer.style is AnswerStyle.ACKNOWLEDGE
    if settings.inbound and acknowledges and not settings.outbound:
        msg = f"{at}.answer.style: acknowledge sends replies later; set outbound, or use inline"
        raise SettingsError(msg)
    dedupes = settings.outbound is not None and settings.outbound.dedupes_by_our_id
    if settings.outbound and settings.uncertain == "resend" and not dedupes:
        msg = (
            f"{at}.uncertain: resend would text citizens twice, unless the telco knows our id "
            "(outbound.dedupes_by_our_id); use hold"
        )
        raise SettingsError(msg)


def _answer_within(settings: s.HttpDoor, context: DoorContext) -> timedelta:
    if settings.answer_within_s is not None:
        return timedelta(seconds=settings.answer_within_s)
    inline = settings.answer.style is AnswerStyle.INLINE
    return timedelta(seconds=context.inline_s if inline else context.acknowledge_s)
