"""Replies in words: filled, cleaned, counted, shortened until they fit."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sms_gateway.domain.message import Language
from sms_gateway.domain.numbers import content_hash
from sms_gateway.domain.outcome import Billing, Outcome
from sms_gateway.domain.record import Private, Record
from sms_gateway.enquiry.reply_forms import MOST_SEGMENTS, Form, Template, cost, read_wording
from sms_gateway.enquiry.templates import (
    AS_SHIPPED,
    LAST_RESORT,
    billing_of,
    check_billing,
    outcome_of,
)
from sms_gateway.enquiry.values import VIETNAMESE, cleaned, without
from sms_gateway.gsm.alphabet import Alphabet
from sms_gateway.gsm.segment import Counted

_NONE: Final[frozenset[str]] = frozenset()


class Composed(Record, frozen=True):
    """A reply as it goes onto the air.

    Attributes:
        template: the reply it is; `X1` where the telco carries too little for the one asked for.
        version: hash of that reply's wording, 12 hex digits.
        params: what it was filled with, as given, so that another door can compose it again.
        language: the language and style used; not always the one asked for.
        text: the text, one line.
        alphabet: how it is coded.
        segments: how many radio-sized parts it takes.
    """

    template: str
    version: str
    params: Private[Mapping[str, str]]
    language: Language
    text: Private[str]
    alphabet: Alphabet
    segments: int

    @property
    def text_hash(self) -> str:
        """Tells equal replies, 32 hex digits."""
        return content_hash(self.text)


class Replies:
    """All wording and what it costs the citizen, checked. Made by `load_replies`.

    Attributes:
        rules_hash: hash of all of it, 32 hex digits: which rules an answer was made by.
        of_file: as the files have it, without what staff changed beside them.
    """

    __slots__ = ("_billing", "_outcomes", "_overrides", "_templates", "of_file", "rules_hash")

    def __init__(
        self,
        templates: Mapping[str, Template],
        overrides: Mapping[str, Billing],
        of_file: "Replies | None" = None,
    ) -> None:
        self.of_file = of_file or self
        self._overrides = overrides
        self._templates = templates
        self._billing = {name: billing_of(name, overrides) for name in templates}
        self._outcomes = {name: outcome_of(name) for name in templates}
        self.rules_hash = content_hash(
            *(f"{name} {templates[name].version} {self._billing[name]}" for name in templates)
        )

    def reworded(self, changed: Mapping[str, Template], *, of_file: bool = True) -> "Replies":
        """The same but for these.

        Args:
            changed: by their ids.
            of_file: all others as the files have them; else as they are here.
        """
        others = (self.of_file if of_file else self)._templates  # noqa: SLF001  # one of us
        templates = MappingProxyType({**others, **changed})
        return Replies(templates, self._overrides, self.of_file)

    def version(self, template: str) -> str:
        """Hash of one reply's wording in both languages."""
        return self._templates[template].version

    def billing_of(self, template: str) -> Billing:
        """What the telco is told about the bill of this reply, as the settings say."""
        return self._billing[template]

    def outcome_of(self, template: str) -> Outcome:
        """How an MO ends that was answered with this reply."""
        return self._outcomes[template]

    def wording(self, template: str, language: Language) -> tuple[str, str]:
        """The text with its placeholders, and its last sentence, which may go; empty for none."""
        form = self._templates[template].forms[language]
        if form.short is None:
            return form.full, ""
        return form.short, form.full.removeprefix(form.short).strip()

    def whole(self, template: str, params: Mapping[str, str], language: Language) -> str:
        """The text before anything is shortened: for editors and for tests of the wording."""
        form = self._templates[template].forms[language]
        return form.full.format_map(_values(form, params, language))

    def compose(
        self,
        template: str,
        params: Mapping[str, str],
        language: Language,
        *,
        refused: frozenset[str] = _NONE,
        max_segments: int = MOST_SEGMENTS,
    ) -> Composed:
        """The reply in words that fit; whatever the values, it neither fails nor refuses.

        The last sentence goes where that saves a segment. Accented text that still takes more
        than `max_segments` is sent unaccented. Other text takes two at most, and one with a code
        of up to 25 characters, because `load_replies` saw to that; a door that carries only one
        gets `X1` instead of two (domain 6, rule for the renderer).

        Args:
            template: an id of `TEMPLATES`.
            params: values by placeholder; what is missing is left out of the text.
            language: the language and style wanted.
            refused: characters that this door's telco does not take.
            max_segments: the longest message that this door carries.

        Raises:
            KeyError: no such template; that is a bug.
        """
        if language is Language.VI_ACCENTED and not refused.isdisjoint(VIETNAMESE):
            language = Language.VI
        reply = self._made(template, params, language, refused)
        if reply.segments > max_segments and language is Language.VI_ACCENTED:
            reply = self._made(template, params, Language.VI, refused)
        if reply.segments > max_segments:
            reply = self._made(LAST_RESORT, params, reply.language, refused)
        return reply

    def _made(
        self, template: str, params: Mapping[str, str], language: Language, refused: frozenset[str]
    ) -> Composed:
        entry = self._templates[template]
        text, counted = _fitted(entry.forms[language], params, language, refused)
        return Composed(
            template,
            entry.version,
            {name: params[name] for name in entry.names if name in params},
            language,
            text,
            counted.alphabet,
            counted.segments,
        )


def _fitted(
    form: Form, params: Mapping[str, str], language: Language, refused: frozenset[str]
) -> tuple[str, Counted]:
    values = _values(form, params, language)
    complete = "" not in values.values()
    full, short = form.full, form.short
    if not complete and short is not None and not all(values[name] for name in form.tail_names):
        full, short = short, None
    text = full.format_map(values)
    if refused or not complete:
        text = _finished(text, refused, complete=complete)
    counted = cost(text)
    if counted.segments > 1 and short is not None:
        shorter = _finished(short.format_map(values), refused, complete=complete)
        recounted = cost(shorter)
        if recounted.segments < counted.segments:
            return shorter, recounted
    return text, counted


def _values(form: Form, params: Mapping[str, str], language: Language) -> dict[str, str]:
    return cleaned(form.names, params, accented=language is Language.VI_ACCENTED)


def _finished(text: str, refused: frozenset[str], *, complete: bool) -> str:
    if not complete:
        text = " ".join(text.split()).replace(" .", ".").replace(" :", ":")
    if refused and not refused.isdisjoint(text):
        text = without(text, refused)
    return text


def load_replies(
    vi: Mapping[str, object],
    en: Mapping[str, object],
    billing: Mapping[str, Billing] = AS_SHIPPED,
) -> Replies:
    """Read and check `replies/vi.toml` and `replies/en.toml`.

    Each reply must fit into one segment, unaccented and in English, with a code of 25 characters
    and all other values at their longest, with or without its last sentence; and into two with
    the longest code. So nothing has to be refused when it is filled.

    Args:
        vi: accented Vietnamese, a table with `text` and perhaps `tail` for each of `TEMPLATES`.
        en: the same in English.
        billing: `[billing]` of the settings, by id or by family (`E7` means all its variants).

    Raises:
        ReplyError: a reply is missing, unknown, wrongly written, or too long; or a price is for
            none.
    """
    check_billing(billing)
    return Replies(read_wording(vi, en), billing)
