"""The words for states of `states.toml`, one table per source."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from sms_gateway.domain.dossier import State
from sms_gateway.domain.states import NATIONAL, States, StateTables, state_key
from sms_gateway.settings.decode import SettingsError, advice, decode

SOURCES = ("import", "push", "sql", "http")
"""Who tells of dossiers: files, the one-stop software that calls, and databases that are asked."""

_FILE = "states.toml"
_ONLY = "only"
_NUMBERS = {str(state.value): state for state in State}

Words = Mapping[str, Sequence[str | int] | bool]


class _StatesFile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    default: dict[str, tuple[str | int, ...]] = {}
    sources: dict[str, dict[str, tuple[str | int, ...] | bool]] = {}


def load_states(raw: Mapping[str, object]) -> StateTables:
    """Read the tables of `states.toml`.

    A source knows the words of `[default]` too, unless it says `only = true`; where both know a
    word, its own meaning counts.

    Raises:
        SettingsError: naming the entry that is wrong.
    """
    file = decode(raw, _StatesFile, _FILE)
    default = {**NATIONAL.words, **_words(file.default, f"{_FILE} default")}
    for name in file.sources:
        if name not in SOURCES:
            message = f"{_FILE} sources.{name}: no such source; {advice(name, SOURCES)}"
            raise SettingsError(message)
    sources = {
        name: States(MappingProxyType(_source(table, default, f"{_FILE} sources.{name}")))
        for name, table in file.sources.items()
    }
    return StateTables(States(MappingProxyType(default)), MappingProxyType(sources))


def _source(table: Words, default: Mapping[str, State], at: str) -> Mapping[str, State]:
    only = table.get(_ONLY, False)
    if not isinstance(only, bool):
        message = f"{at}.{_ONLY}: must be true or false"
        raise SettingsError(message)
    own = _words({name: words for name, words in table.items() if name != _ONLY}, at)
    if not own:
        message = f'{at}: knows no word; write for example 4 = ["processing"], or leave it out'
        raise SettingsError(message)
    return own if only else {**default, **own}


def _words(table: Words, at: str) -> Mapping[str, State]:
    found: dict[str, State] = {}
    for number, words in table.items():
        if number not in _NUMBERS or isinstance(words, bool):
            message = (
                f'{at}.{number}: is no national state; write 1 to 10, as in 4 = ["processing"]'
            )
            raise SettingsError(message)
        for word in words:
            key = state_key(str(word))
            if not key:
                message = f"{at}.{number}: {str(word)[:40]!r} has neither a letter nor a digit"
                raise SettingsError(message)
            if found.setdefault(key, _NUMBERS[number]) is not _NUMBERS[number]:
                message = f"{at}: {str(word)[:40]!r} stands for two states; keep one of them"
                raise SettingsError(message)
    return found
