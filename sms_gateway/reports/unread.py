"""Texts that could not be understood, put together where they are alike, with the likely cause.

Which leaflet, which habit, which telco makes people write so? Digits are masked to 9, so that no
number and no receipt stands in the report. What is alike is found among the most frequent shapes
only; the others are counted together.
"""

import difflib
import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from sms_gateway.domain.figures import UnreadText, Window
from sms_gateway.domain.ids import ShortCode
from sms_gateway.enquiry.grammar import Grammar
from sms_gateway.enquiry.intents import ONLY_COURTESY, UNCLEAR, Help, Intent, Malformed
from sms_gateway.enquiry.keywords import parse
from sms_gateway.enquiry.normalise import fold

MOST_SHAPES = 20_000
"""Shapes remembered; texts of further ones are counted together."""

MOST_COMPARED = 200
"""Shapes, the most frequent ones, that are compared with each other."""

MOST_CLUSTERS = 30
"""Clusters in the report."""

LONGEST_SHAPE = 60
"""Characters of a text that are looked at."""

_ALIKE = 0.8
_NEAR_KEYWORD = 0.7
_FEW_DIGITS = 4
_MOST_BESIDES = 3
"""Words besides the labels of a poster: SOAN, the keyword, GUI."""
_MOST_DIGITS = 40
_GAPS = re.compile(r"\s+")
_DIGIT = re.compile(r"\d")
_PHONE = re.compile(r"\b(?:0|84)[ .-]?\d{2}[ .-]?\d{3}[ .-]?\d{3,4}\b")
_WORD = re.compile(r"[A-Z]+")
_LABELS = re.compile(r"\b(?:MA SO|MA HO SO|SO BIEN NHAN|BIEN NHAN|MA BIEN NHAN|HO SO)\b")


@dataclass(frozen=True, slots=True)
class Cluster:
    """Texts that are alike.

    Attributes:
        shape: of the most frequent one: upper case, without diacritics, each digit a 9.
        cause: why they were not understood, most likely.
        count: how many.
        ids: of the first ones, at most ten, for `message ID`.
        first_at, last_at: when the first and the last of them came.
        doors: how many came by each door.
        telcos: how many came from each telco, as the doors name them; empty for those that do not.
        near: what they may have meant: the keyword, where a word in its place is close to it.
        word: the word that stands in the place of the keyword, for a synonym; empty for none.
    """

    shape: str
    cause: str
    count: int
    ids: tuple[str, ...]
    first_at: datetime
    last_at: datetime
    doors: Mapping[str, int]
    telcos: Mapping[str, int]
    near: str = ""
    word: str = ""


@dataclass(slots=True)
class _Shape:
    first: UnreadText
    last_at: datetime
    count: int = 0
    ids: list[str] = field(default_factory=list)
    doors: Counter[str] = field(default_factory=Counter)
    telcos: Counter[str] = field(default_factory=Counter)

    def add(self, unread: UnreadText) -> None:
        self.count += 1
        self.last_at = max(self.last_at, unread.received_at)
        self.doors[unread.door] += 1
        self.telcos[unread.operator] += 1
        if len(self.ids) < _MOST_IDS:
            self.ids.append(unread.id)


class Clusters:
    """Takes texts one by one; remembers shapes and not texts, but for one of each.

    Args:
        grammars: by which texts are understood.
    """

    def __init__(self, grammars: Mapping[ShortCode, Grammar]) -> None:
        self._grammars = grammars
        self._shapes: dict[str, _Shape] = {}
        self.others = 0
        self.count = 0

    def add(self, unread: UnreadText) -> None:
        """Take a text; who only asks how it works was understood."""
        shape = shape_of(unread.text)
        if not _LABELS.search(shape) and isinstance(self._read(unread), Help):
            return
        self.count += 1
        if shape not in self._shapes and len(self._shapes) >= MOST_SHAPES:
            self.others += 1
            return
        found = self._shapes.get(shape)
        if found is None:
            found = self._shapes[shape] = _Shape(unread, unread.received_at)
        found.add(unread)

    def _read(self, unread: UnreadText) -> Intent:
        return parse(unread.text, self._grammars[unread.short_code])

    def clusters(self) -> tuple[Cluster, ...]:
        """The largest ones, at most `MOST_CLUSTERS`."""
        ranked = sorted(self._shapes.items(), key=lambda item: (-item[1].count, item[0]))
        groups: list[list[tuple[str, _Shape]]] = []
        for one in ranked[:MOST_COMPARED]:
            group = next((g for g in groups if _alike(g[0][0], one[0])), None)
            if group is None:
                groups.append([one])
            else:
                group.append(one)
        made = [self._cluster(group) for group in groups]
        return tuple(sorted(made, key=lambda c: (-c.count, c.shape))[:MOST_CLUSTERS])

    def _cluster(self, group: list[tuple[str, _Shape]]) -> Cluster:
        shape, first = group[0]
        shapes = [one for _, one in group]
        ids = [found for one in shapes for found in one.ids]
        grammar = self._grammars[first.first.short_code]
        word = _instead(shape, grammar)
        return Cluster(
            shape=shape or "(trống)",
            cause=self._cause(shape, first),
            count=sum(one.count for one in shapes),
            ids=tuple(ids[:_MOST_IDS]),
            first_at=min(one.first.received_at for one in shapes),
            last_at=max(one.last_at for one in shapes),
            doors=sum((one.doors for one in shapes), Counter()),
            telcos=sum((one.telcos for one in shapes), Counter()),
            near=_meant(word, grammar),
            word=word,
        )

    def _cause(self, shape: str, one: _Shape) -> str:
        if not shape:
            return "tin trống"
        if _PHONE.search(fold(one.first.text).plain):
            return "nhắn số điện thoại thay cho mã"
        grammar = self._grammars[one.first.short_code]
        match parse(one.first.text, grammar):
            case Malformed(reason) if reason in _CAUSES:
                return _CAUSES[reason]
            case Malformed() | Help():
                return _cause_of_shape(shape, grammar)
            case _:
                return "nay đã hiểu được"


_CAUSES = MappingProxyType({
    ONLY_COURTESY: "lời chào hoặc cảm ơn, không hỏi gì",
    UNCLEAR: "không rõ muốn dừng, nhận lại hay chọn gì",
})  # fmt: skip
_MOST_IDS = 10


def shape_of(text: str) -> str:
    """A text as it is compared: folded, each digit a 9, one space for any gap, cut."""
    folded = fold(text[: 4 * LONGEST_SHAPE]).plain.upper()
    return _GAPS.sub(" ", _DIGIT.sub("9", folded)).strip()[:LONGEST_SHAPE]


def _cause_of_shape(shape: str, grammar: Grammar) -> str:
    digits = shape.count("9")
    first = _WORD.search(shape)
    keyword = grammar.keyword.search(shape) or grammar.keyword.search(shape.lower())
    if keyword is None and first is not None:
        if any(_near(first[0], word.upper()) for word in grammar.words.keywords):
            return "gõ sai từ khóa"
        if digits:
            return "từ khóa khác"
    if not digits:
        return "ghi chữ mẫu, không có số" if _is_sample(shape) else "không có số biên nhận"
    if digits < _FEW_DIGITS:
        return "số quá ngắn"
    return "số không đúng dạng" if digits <= _MOST_DIGITS else "quá nhiều số"


def _instead(shape: str, grammar: Grammar) -> str:
    """The word in the place of the keyword; empty where the keyword itself stands somewhere."""
    if grammar.keyword.search(shape) or grammar.keyword.search(shape.lower()):
        return ""
    first = _WORD.search(shape)
    return first[0] if first else ""


def _meant(word: str, grammar: Grammar) -> str:
    """The keyword that a word is closest to, if it is close."""
    keywords = [one.upper() for one in grammar.words.keywords]
    close = difflib.get_close_matches(word, keywords, n=1, cutoff=_NEAR_KEYWORD) if word else []
    return close[0] if close else ""


def _is_sample(shape: str) -> bool:
    """Whether the words of the poster were typed as they stand; a sentence may have some too."""
    if not _LABELS.search(shape):
        return False
    besides = _WORD.findall(_LABELS.sub(" ", shape))
    return len(besides) <= _MOST_BESIDES


def _near(word: str, keyword: str) -> bool:
    return difflib.SequenceMatcher(None, word, keyword).ratio() >= _NEAR_KEYWORD


def _alike(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > LONGEST_SHAPE // 4:
        return False
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    # The first two are upper bounds that cost little.
    bounds = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)
    return all(bound() >= _ALIKE for bound in bounds)


class UnreadReading(Protocol):
    """Where texts that could not be understood stand."""

    def unread(self, window: Window) -> AsyncIterator[UnreadText]:
        """All of a span, oldest first. Raises StoreDownError."""


async def clusters_of(
    reading: UnreadReading, window: Window, grammars: Mapping[ShortCode, Grammar]
) -> Clusters:
    """The texts of a span that could not be understood, put together.

    Args:
        reading: see there; `StoreReading.counted` is one.
        window: the span.
        grammars: by which texts are understood now; with the words that staff added.

    Raises:
        StoreDownError: they could not be read.
    """
    clusters = Clusters(grammars)
    async for text in reading.unread(window):
        clusters.add(text)
    return clusters
