"""Past texts by the rules of today, one page of changes at a time."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sms_gateway.domain.ids import MessageId
from sms_gateway.log_question import MessageFilter
from sms_gateway.replay.walking import Changed, Counts, Grammars, Log, by_the_log, compared

SHOWN: Final = 50
"""Changed texts of one page, and those of the last batch besides."""

SECONDS: Final = 10.0
"""Longest look of one page."""

_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class PastTexts:
    """What was found.

    Attributes:
        changed: texts that would be understood otherwise, newest first.
        counts: of the texts that were read for this page.
        go_on: where the next page begins; None where all was read.
    """

    changed: Sequence[Changed]
    counts: Counts
    go_on: MessageId | None


@dataclass(frozen=True, slots=True)
class Span:
    """Texts since a moment, and before one of them where a page goes on."""

    since: datetime
    before: MessageId | None


async def read_anew(
    log: Log, span: Span, grammars: Grammars, monotonic: Callable[[], float]
) -> PastTexts:
    """Read texts until there is a page of changes, or it has taken long enough.

    Args:
        log: where they stand.
        span: which.
        grammars: by which they are read.
        monotonic: seconds.

    Raises:
        StoreDownError: the log could not be read.
    """
    comparison, changed = by_the_log(grammars), list[Changed]()
    wanted = MessageFilter(since=span.since, before=span.before, limit=_AT_ONCE)
    end = monotonic() + SECONDS
    while page := await log.messages(wanted):
        # Reading takes the processor: whoever answers citizens in this process goes on.
        changed += await asyncio.to_thread(compared, page, comparison)
        wanted = replace(wanted, before=page[-1].id)
        if len(page) < _AT_ONCE:
            break
        if len(changed) >= SHOWN or monotonic() > end:
            return PastTexts(changed, comparison.counts, page[-1].id)
    return PastTexts(changed, comparison.counts, None)
