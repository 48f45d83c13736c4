"""What staff do about words that citizens write instead of ours: try one, add it, take it back."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sms_gateway.commands import CommandError, checked_note
from sms_gateway.domain.synonyms import Synonym, SynonymBack
from sms_gateway.domain.text_cases import TextCase
from sms_gateway.enquiry.normalise import squash
from sms_gateway.enquiry.synonyms import Vocabulary
from sms_gateway.replay.cases import CaseReading, CheckedCase, broken
from sms_gateway.replay.judging import Judgement
from sms_gateway.replay.walking import Changed, Counts, Log, by_grammars, replayed

TRIED = timedelta(days=30)
"""Texts of so long are tried before a word is added."""

SAMPLE = 20
"""So many changed texts are shown of a trial, those that get worse first."""

MAX_WORD = 40
"""Longest synonym, in characters."""


class SynonymReading(Protocol):
    """Where the words stand."""

    async def synonyms(self) -> Sequence[Synonym]:
        """All of them. Raises StoreDownError."""


class SynonymStore(SynonymReading, Protocol):
    """Where they are written down; each change is audited in its own transaction."""

    async def add(self, added: Synonym) -> bool:
        """Write one down; whether it was not there before. Raises StoreDownError."""

    async def remove(self, removed: SynonymBack) -> bool:
        """Take it away; whether it was there. Raises StoreDownError."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a word would change.

    Attributes:
        counts: of the texts of the last thirty days; `worse` counts broken test cases too.
        changed: some of those that would be understood otherwise, the worse ones first.
        broken: test cases that pass, and would not any more.
    """

    counts: Counts
    changed: Sequence[Changed]
    broken: Sequence[CheckedCase] = ()


@dataclass(frozen=True, slots=True)
class Added:
    """It is added, and texts are read by it."""

    synonym: Synonym
    trial: Trial


@dataclass(frozen=True, slots=True)
class Worse:
    """It is not added: texts would get worse."""

    trial: Trial


@dataclass(frozen=True, slots=True)
class Refused:
    """It is not added: it cannot be one. `why` is one line for people."""

    why: str


@dataclass(frozen=True, slots=True)
class KeptSynonym:
    """A word that was added.

    Attributes:
        synonym: see there.
        fits: it is read; else the file has the word itself since, or not any more what it means.
    """

    synonym: Synonym
    fits: bool


Progress = Callable[[int], Awaitable[None]]


async def _unseen(_read: int) -> None:
    """Nobody waits for it."""


class NoCases:
    """No test cases are kept."""

    async def text_cases(self) -> Sequence[TextCase]:
        """None."""
        return ()


_NO_CASES = NoCases()


async def _nobody_reads() -> None:
    """Nothing answers texts here."""


class SynonymTrials:
    """What may be asked about words; nothing is written.

    Args:
        reading: where words stand.
        log: past texts.
        words: what texts are read by, before anybody added one.
        now: clock.
        cases: test cases, which must pass as before.
    """

    def __init__(
        self,
        reading: SynonymReading,
        log: Log,
        words: Vocabulary,
        now: Callable[[], datetime],
        cases: CaseReading = _NO_CASES,
    ) -> None:
        self._reading = reading
        self._cases = cases
        self._log = log
        self._words = words
        self._now = now

    async def kept(self) -> Sequence[KeptSynonym]:
        """All words that were added, the first one first. Raises StoreDownError."""
        kept = await self._reading.synonyms()
        fitting = {one.folded for one in self._words.fitting(kept)}
        return [KeptSynonym(one, one.folded in fitting) for one in kept]

    async def try_synonym(
        self, word: str, keyword: str, progress: Progress = _unseen
    ) -> Trial | Refused:
        """What a word would change of the texts of the last thirty days; nothing is written.

        Args:
            word: that citizens write.
            keyword: the word of `keywords.toml` that it is to mean: the keyword, or any other.
            progress: hears how many texts were read so far.

        Raises:
            StoreDownError: the log could not be read.
        """
        added = self._named(word, keyword, "", "")
        return await self._tried(added, progress)

    def _named(self, word: str, keyword: str, note: str, by: str) -> Synonym:
        written, meant = _one_line(word), _one_line(keyword)
        return Synonym(squash(written), written, meant, note, self._now(), by)

    async def _tried(self, added: Synonym, progress: Progress) -> Trial | Refused:
        if len(added.word) > MAX_WORD:
            return Refused(f"a synonym has at most {MAX_WORD} characters")
        kept = self._words.fitting(await self._reading.synonyms())
        if why := await asyncio.to_thread(self._words.refusal, kept, added):
            return Refused(why)
        before, after = await asyncio.to_thread(
            lambda: (self._words.grammars(kept), self._words.grammars([*kept, added]))
        )
        comparison = by_grammars(before, after)
        worse: list[Changed] = []
        others: list[Changed] = []
        async for page in replayed(self._log, self._now() - TRIED, None, comparison):
            for one in page:
                into = worse if one.judgement is Judgement.WORSE else others
                if len(into) < SAMPLE:
                    into.append(one)
            await progress(comparison.counts.read)
        cases = await self._cases.text_cases()
        failing = await asyncio.to_thread(broken, cases, before, after)
        comparison.counts.worse += len(failing)
        return Trial(comparison.counts, [*worse, *others][:SAMPLE], failing)


class SynonymCommands(SynonymTrials):
    """The acts.

    Args:
        store: where words are written down.
        log: past texts.
        words: what texts are read by, before anybody added one.
        now: clock.
        changed: called after each change, so that this gateway reads by it at once.
        cases: as for the trials.
    """

    def __init__(
        self,
        store: SynonymStore,
        log: Log,
        words: Vocabulary,
        now: Callable[[], datetime],
        changed: Callable[[], Awaitable[None]] = _nobody_reads,
        cases: CaseReading = _NO_CASES,
    ) -> None:
        super().__init__(store, log, words, now, cases)
        self._store = store
        self._changed = changed
        self._turn = asyncio.Lock()

    async def add(
        self, word: str, keyword: str, note: str, by: str, progress: Progress = _unseen
    ) -> Added | Worse | Refused:
        """Add a word, if no text of the last thirty days gets worse by it.

        Args:
            word: as for `try_synonym`.
            keyword: the same.
            note: why, see `checked_note`.
            by: who, see `commands.actor`.
            progress: as for `try_synonym`.

        Raises:
            CommandError: the note is too long.
            StoreDownError: the log could not be read, or the word not be written down.
        """
        added = self._named(word, keyword, checked_note(note), by)
        async with self._turn:
            trial = await self._tried(added, progress)
            if isinstance(trial, Refused):
                return trial
            if trial.counts.worse:
                return Worse(trial)
            if not await self._store.add(added):
                return Refused(f"{added.word!r} was added by somebody else in this moment")
        await self._changed()
        return Added(added, trial)

    async def remove(self, word: str, by: str) -> None:
        """Take a word back: it means nothing of its own again.

        Raises:
            CommandError: nobody added it.
            StoreDownError: it could not be written down.
        """
        if not await self._store.remove(SynonymBack(squash(word), self._now(), by)):
            message = "nobody added that word: sms-gateway keywords list shows those that were"
            raise CommandError(message)
        await self._changed()


def _one_line(text: str) -> str:
    return " ".join(text.encode(errors="replace").decode().split())
