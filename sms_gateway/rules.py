"""All that answers are made by, read from the settings once at the start."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from sms_gateway.alarms.plan import on_call
from sms_gateway.domain.ids import ShortCode
from sms_gateway.domain.numbers import Hasher, content_hash
from sms_gateway.domain.synonyms import Synonym
from sms_gateway.domain.wordings import WordingVersion
from sms_gateway.enquiry.keyword_file import Grammars, KeywordError
from sms_gateway.enquiry.policy import Budgets
from sms_gateway.enquiry.replies import Replies, load_replies
from sms_gateway.enquiry.rules import Rules
from sms_gateway.enquiry.synonyms import Vocabulary
from sms_gateway.enquiry.templates import ReplyError
from sms_gateway.enquiry.wordings import Versions, reworded
from sms_gateway.settings import Settings, SettingsError, load_agencies


def load_rules(settings: Settings, hasher: Hasher, synonyms: Sequence[Synonym] = ()) -> Rules:
    """Grammars, wording, agencies and budgets.

    Args:
        settings: see there.
        hasher: of numbers and secrets.
        synonyms: words that staff added; one that no longer fits beside the file is left out.

    Raises:
        SettingsError: one of the files cannot be used; the message says which and why.
    """
    agencies = load_agencies(_offices(settings))
    try:
        words = vocabulary(settings)
        fitting = words.fitting(synonyms)
        grammars = words.grammars(fitting)
        replies = load_replies(
            _wording(settings, "vi.toml"), _wording(settings, "en.toml"), settings.billing
        )
    except (KeywordError, ReplyError) as error:
        raise SettingsError(str(error)) from error
    return Rules(
        grammars=grammars,
        short_codes=frozenset(map(ShortCode, settings.gateway.short_codes or grammars)),
        replies=replies,
        agencies=agencies,
        budgets=_budgets(settings),
        zone=ZoneInfo(settings.gateway.timezone),
        language=settings.replies.language,
        second_secret=settings.disclosure.second_secret,
        secret_hashes=hasher.receipt_secrets,
        number_hashes=hasher.rotated,
        on_call=frozenset(on_call(settings)),
        hash=_hash(settings, words.tables(fitting), replies),
    )


def by_staff(
    rules: Rules, settings: Settings, synonyms: Sequence[Synonym], versions: Versions
) -> tuple[Rules, Sequence[WordingVersion]]:
    """The same rules by what staff changed beside the files: other words, other wordings.

    Args:
        rules: of these settings, by whatever words and wordings.
        settings: see there.
        synonyms: as for `load_rules`.
        versions: of replies, in force; none of them is read where the files are the source.

    Returns:
        the rules, with another hash where they are others; and versions that cannot be used.

    Raises:
        KeywordError, SettingsError: as at the start.
    """
    words = vocabulary(settings)
    fitting = words.fitting(synonyms)
    wanted = versions if in_console(settings) else {}
    replies, unfit = reworded(rules.replies, wanted)
    made_by = _hash(settings, words.tables(fitting), replies)
    grammars = words.grammars(fitting)
    return replace(rules, grammars=grammars, replies=replies, hash=made_by), unfit


def in_console(settings: Settings) -> bool:
    """Whether staff change what replies say at the console; else the files alone say it."""
    return settings.replies.edited == "console"


def grammars_of(settings: Settings, synonyms: Sequence[Synonym] = ()) -> Grammars:
    """The words of each short code; what names an office is known to begin real numbers.

    Raises:
        KeywordError: `keywords.toml` cannot be used.
        SettingsError: `agencies.toml` cannot.
    """
    words = vocabulary(settings)
    return words.grammars(words.fitting(synonyms))


def vocabulary(settings: Settings) -> Vocabulary:
    """What texts are read by, before anybody added a word. Raises SettingsError."""
    offices = load_agencies(settings.agencies).all if settings.agencies else ()
    return Vocabulary(settings.keywords, [office.short for office in offices])


def _hash(settings: Settings, keywords: Mapping[str, object], replies: Replies) -> str:
    tables = {
        "keywords": dict(keywords),
        "agencies": dict(settings.agencies),
        "budgets": settings.budgets,
        "disclosure": settings.disclosure,
        "language": settings.replies.language,
        "zone": settings.gateway.timezone,
        "repeat": settings.intake.repeat_free_minutes,
        "short_codes": settings.gateway.short_codes,
    }
    described = msgspec.json.encode(tables, order="deterministic").decode()
    return content_hash(described, replies.rules_hash)


def _offices(settings: Settings) -> Mapping[str, object]:
    path = settings.config_dir / "agencies.toml"
    if not settings.agencies and not path.is_file():
        # The shipped one is no stand-in: its hotlines are invented.
        shipped = settings.shipped_dir / path.name
        message = f"{path}: no such file; copy {shipped} there and put in your own hotlines"
        raise SettingsError(message)
    return settings.agencies


def _budgets(settings: Settings) -> Budgets:
    return Budgets(
        replies_per_hour=settings.budgets.replies_per_hour,
        replies_per_day=settings.budgets.replies_per_day,
        receipts_per_day=settings.budgets.receipts_per_day,
        misses_per_hour=settings.budgets.misses_per_hour,
        identical_per_hour=settings.budgets.identical_per_hour,
        repeat_free=timedelta(minutes=settings.intake.repeat_free_minutes),
        wrong_secrets_per_day=settings.budgets.wrong_secrets_per_day,
    )


def _wording(settings: Settings, name: str) -> dict[str, object]:
    for folder in (settings.config_dir, settings.shipped_dir):
        path: Path = folder / "replies" / name
        if path.is_file():
            try:
                values: dict[str, object] = msgspec.toml.decode(path.read_bytes())
            except UnicodeDecodeError as error:
                message = f"{path}: not UTF-8; save it as UTF-8"
                raise SettingsError(message) from error
            except msgspec.DecodeError as error:
                message = f"{path}: not TOML: {error}"
                raise SettingsError(message) from error
            except OSError as error:
                message = f"{path}: cannot be read: {error.strerror}"
                raise SettingsError(message) from error
            return values
    message = f"replies/{name}: no such file beside gateway.toml; restore it"
    raise SettingsError(message)
