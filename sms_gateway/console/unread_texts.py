"""Unread texts put together within bounds: the page waits for them, and citizens must not."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sms_gateway.domain.figures import UnreadText, Window
from sms_gateway.replay.walking import Grammars
from sms_gateway.reports.unread import Cluster, Clusters, UnreadReading

MOST_TEXTS: Final = 20_000
"""Unread texts that one page looks at."""

_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was found.

    Attributes:
        clusters: the largest first.
        count: texts that could not be understood.
        whole: all texts of the span were looked at.
    """

    clusters: Sequence[Cluster]
    count: int
    whole: bool


async def gathered(
    reading: UnreadReading, window: Window, grammars: Grammars, most: int = MOST_TEXTS
) -> Gathered:
    """Put the unread texts of a span together; in a thread, some at a time.

    Args:
        reading: where they stand.
        window: the span.
        grammars: by which texts are understood now.
        most: texts that are looked at, the oldest first.

    Raises:
        StoreDownError: they could not be read.
    """
    clusters, few, looked = Clusters(grammars), [], 0
    async for text in reading.unread(window):
        if looked >= most:
            break
        looked += 1
        few.append(text)
        if len(few) >= _AT_ONCE:
            await asyncio.to_thread(_add, clusters, few)
            few = []
    await asyncio.to_thread(_add, clusters, few)
    found = await asyncio.to_thread(clusters.clusters)
    return Gathered(found, clusters.count, looked < most)


def _add(clusters: Clusters, texts: Sequence[UnreadText]) -> None:
    for text in texts:
        clusters.add(text)
