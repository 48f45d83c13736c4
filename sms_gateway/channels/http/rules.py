"""Rules in their order: what a telco's answer to an MT means by any of its fields."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sms_gateway.channels.http import settings as s
from sms_gateway.channels.http.response import Finder, Response, finder
from sms_gateway.domain.record import Record
from sms_gateway.settings import SettingsError

_LONGEST_PATTERN = 200
_SEARCHED = 512
"""Characters of a word that a pattern is looked for in."""


class Found(Record, frozen=True):
    """A rule that holds.

    Attributes:
        means: what the answer means by it.
        word: what stands in its field.
    """

    means: s.Meaning
    word: str


@dataclass(frozen=True, slots=True)
class _Rule:
    find: Finder
    fits: Callable[[str], bool]
    also: Sequence[tuple[Finder, str]]
    means: s.Meaning

    def word(self, response: Response) -> str | None:
        """What stands in the field where the rule holds."""
        word = one_word(self.find(response))
        if word is None or not self.fits(word):
            return None
        held = all(one_word(find(response)) == wanted for find, wanted in self.also)
        return word if held else None


def one_word(found: Sequence[str]) -> str | None:
    """What stands at a place; of several that differ nobody knows which one is meant."""
    words = {text.strip() for text in found}
    return words.pop() if len(words) == 1 else None


class Rules:
    """The list `[[outbound.result.rules]]`.

    Attributes:
        places: all that is looked at, as in the settings.
        says_accepted: one of them says that an MT was accepted.
    """

    def __init__(self, rules: Sequence[s.Rule], at: str) -> None:
        """Read the settings; raises SettingsError where they cannot be used.

        Args:
            rules: the settings.
            at: dotted key of the list, named in errors.
        """
        self._rules = [_rule(rule, f"{at}.{number}") for number, rule in enumerate(rules)]
        self._finders = [
            compiled.find
            for rule, compiled in zip(rules, self._rules, strict=True)
            if rule.field != "status"
        ]
        self.places = [place for rule in rules for place in (rule.field, *rule.also)]
        self.says_accepted = any(rule.means in ("accepted", "duplicate") for rule in rules)

    def find(self, response: Response, *, taken: bool) -> Found | None:
        """The first rule that holds.

        Args:
            response: what came back.
            taken: the status is 2xx; without it nothing says that the MT was accepted.
        """
        for rule in self._rules:
            if rule.means == "accepted" and not taken:
                continue
            word = rule.word(response)
            if word is not None:
                return Found(rule.means, word)
        return None

    def accepts(self, response: Response) -> bool:
        """Whether a rule that says accepted would hold, were the status 2xx."""
        accepting = (rule for rule in self._rules if rule.means == "accepted")
        return any(rule.word(response) is not None for rule in accepting)

    def words(self, response: Response) -> Sequence[str]:
        """The words in all fields that are looked at."""
        return [word for find in self._finders if (word := one_word(find(response)))]


def _rule(rule: s.Rule, at: str) -> _Rule:
    if (rule.is_ == ()) == (not rule.matches):
        msg = f"{at}: set is or matches, one of them"
        raise SettingsError(msg)
    also = [(finder(field, f"{at}.also"), str(word).strip()) for field, word in rule.also.items()]
    return _Rule(finder(rule.field, f"{at}.field"), _fits(rule, at), also, rule.means)


def _fits(rule: s.Rule, at: str) -> Callable[[str], bool]:
    if rule.matches:
        pattern = _pattern(rule.matches, f"{at}.matches")
        return lambda word: pattern.search(word[:_SEARCHED]) is not None
    words = rule.is_ if isinstance(rule.is_, tuple) else (rule.is_,)
    wanted = {str(word).strip() for word in words}
    return lambda word: word in wanted


def _pattern(text: str, at: str) -> re.Pattern[str]:
    if len(text) > _LONGEST_PATTERN:
        msg = f"{at}: is longer than {_LONGEST_PATTERN} characters"
        raise SettingsError(msg)
    try:
        return re.compile(text, re.DOTALL)
    except re.error as error:
        msg = f"{at}: the pattern cannot be used: {error}"
        raise SettingsError(msg) from None
