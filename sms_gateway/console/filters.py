"""How templates show words, times and figures, in the language of a page."""

import enum
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from gettext import NullTranslations
from zoneinfo import ZoneInfo

import jinja2
from jinja2.runtime import Context

from sms_gateway.console import numerals
from sms_gateway.console.door_words import send_reason, telco_code, unread_reason
from sms_gateway.console.labels import label
from sms_gateway.console.languages import PageLanguage
from sms_gateway.console.words import template_words, word
from sms_gateway.domain.masking import masked_numbers
from sms_gateway.domain.message import Language

Filters = Mapping[str, Callable[..., str]]


def filters_of(texts: NullTranslations, language: PageLanguage, zone: ZoneInfo) -> Filters:
    """The filters of one language; times are of a zone."""
    return {**_words(texts), **_times(zone), **_figures(texts, language)}


def _words(texts: NullTranslations) -> Filters:
    def named(value: enum.Enum) -> str:
        return texts.gettext(label(value))

    def tongue(value: str) -> str:
        return named(Language(value))

    def said(code: str) -> str:
        return texts.gettext(word(code)) if code else ""

    def template(code: str) -> str:
        names = template_words(code)
        return f"{code} {', '.join(map(texts.gettext, names))}" if names else code

    def reason(code: str) -> str:
        return template(code) if template_words(code) else said(code)

    return {
        "label": named,
        "language": tongue,
        "word": said,
        "template": template,
        "reason": reason,
        "masked": masked_numbers,
        "send_reason": lambda code: send_reason(code, texts.gettext),
        "telco_code": lambda code: telco_code(code, texts.gettext),
        "unread_reason": lambda detail: unread_reason(detail, texts.gettext),
    }


def _times(zone: ZoneInfo) -> Filters:
    def moment(at: datetime) -> str:
        return at.astimezone(zone).strftime("%d/%m/%Y %H:%M:%S")

    @jinja2.pass_context
    def minute(context: Context, at: datetime) -> str:
        # This year's days need no year.
        here, visit = at.astimezone(zone), context.get("visit")
        known = visit is not None and visit.now.astimezone(zone).year == here.year
        return here.strftime("%d/%m %H:%M" if known else "%d/%m/%Y %H:%M")

    def day(at: datetime) -> str:
        return at.astimezone(zone).strftime("%d/%m/%Y")

    def machine(at: datetime) -> str:
        return at.astimezone(zone).isoformat(timespec="seconds")

    return {"moment": moment, "minute": minute, "day": day, "machine": machine}


def _figures(texts: NullTranslations, language: PageLanguage) -> Filters:
    def number(value: numerals.Figure) -> str:
        return numerals.number(value, language)

    def count_of(value: float) -> str:
        return number(int(value) if value == int(value) else value)

    def octets(count: int) -> str:
        return numerals.octets(count, language)

    def duration(seconds: float) -> str:
        return numerals.duration(seconds, texts)

    def lasted(span: timedelta) -> str:
        return duration(span.total_seconds())

    return {
        "lasted": lasted,
        "number": number,
        "count_of": count_of,
        "octets": octets,
        "duration": duration,
    }
