"""While a window stands, the case directory is not asked: the copy speaks, with its time."""

from collections.abc import Mapping, Sequence

import pytest

from sms_gateway.domain.dossier import (
    Ambiguous,
    CaseLookup,
    Found,
    NotFound,
    Stale,
    Unavailable,
    Withheld,
)
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.windows.interrupted import Interrupted
from tests.parts import dossier, key_of

FOUND = Found(dossier(1))
ALIKE = Ambiguous((dossier(1), dossier(2)))


class Directory:
    """Says the same of each key, and counts how often it is asked."""

    def __init__(self, says: CaseLookup) -> None:
        self.says = says
        self.asked = 0

    async def find_many(self, keys: Sequence[CanonicalKey]) -> Mapping[CanonicalKey, CaseLookup]:
        self.asked += 1
        return dict.fromkeys(keys, self.says)


async def said(copy: CaseLookup, *, stops: bool) -> tuple[CaseLookup, int]:
    """What a key leads to, and how often the directory was asked for it."""
    directory = Directory(FOUND)
    interrupted = Interrupted(directory, Directory(copy), lambda: stops)
    return (await interrupted.find_many([key_of(1)]))[key_of(1)], directory.asked


async def test_without_a_window_the_directory_is_asked() -> None:
    assert await said(NotFound(), stops=False) == (FOUND, 1)


@pytest.mark.parametrize(
    "copy, told",
    [
        (FOUND, Stale(FOUND, "window")),
        (ALIKE, Stale(ALIKE, "window")),
        (NotFound(), Unavailable("window")),
        (Withheld(), Unavailable("window")),
        (Unavailable("locked"), Unavailable("locked")),
        (Stale(FOUND, "timeout"), Stale(FOUND, "timeout")),
    ],
)
async def test_while_one_stands_the_copy_speaks_and_of_the_rest_nothing_is_said(
    copy: CaseLookup, told: CaseLookup
) -> None:
    assert await said(copy, stops=True) == (told, 0)
