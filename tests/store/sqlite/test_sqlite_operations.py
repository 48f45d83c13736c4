"""Every change of the store is known to its writer, with the rows and results that it has."""

import inspect
import types
import typing
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from sms_gateway.domain.ids import RunId
from sms_gateway.store import committing
from sms_gateway.store.operations import (
    access,
    alarms,
    api,
    attempts,
    batches,
    calendar,
    chaining,
    citizens,
    complaints,
    draining,
    following,
    holding,
    notices,
    provided,
    purging,
    pushing,
    restored,
    rights,
    rules,
    staff,
    surveys,
    text_cases,
    views,
    webhooks,
    windows,
    wordings,
    words,
)
from sms_gateway.store.operations.inbox import InboxWrites
from sms_gateway.store.operations.outbox import OutboxWrites
from sms_gateway.store.sqlite.process.kinds import kinds, name_of

ASKS = {
    *("holds", "purge_state", "ripe", "owed", "followers", "note_wishes"),
    *("mark", "due", "known", "choices", "load", "batches", "figures", "opted_out", "days"),
    *("asked_since", "asked", "windows", "late_causes", "needed", "announced", "unsent"),
    *("staff_rows", "credentials", "credentials_of", "found_session", "sessions_of"),
    *("linked_login", "begin_session"),
    *("found_invite", "spare", "synonyms", "views_of", "upto", "drop_words", "searched", "is_said"),
    *("chain", "chain_at_end", "head", "unchained", "links", "anchor_at", "anchor_from"),
    *("filed", "filed_one", "about", "text_cases"),
    *("versions", "all_versions", "version", "waiting", "approved"),
    *("purge_turn", "leave_anchors", "complaints", "kept_of", "clear_texts", "clear_mts"),
    *("number_facts", "replies_to", "pushes_between", "waiting_mts", "mts_about", "dossier_of"),
    *("tokens", "token_of", "outcomes", "webhooks", "events_of", "note_answered", "blank"),
}
"""And `note_wishes`, `opted_out`, `spare`, `begin_session`, `drop_words`, `chain`, `chain_at_end`,
`blank`, `purge_turn`, `leave_anchors`, `clear_texts`, `clear_mts` and `note_answered`, which are
parts of other changes.
"""
KINDS = {name_of(kind.operation): kind for kind in kinds(RunId("run"))}


def changes() -> Iterator[Callable[..., Any]]:
    """What the rooms of the store offer to the group commit; what takes no rows only asks."""
    automatic = (batches, following, notices, surveys, calendar, windows, rules)
    desk = (access, attempts, chaining, views, words, rights, complaints, citizens, draining)
    kept = (text_cases, wordings, api, webhooks, provided)
    rooms = (staff, restored, alarms, holding, purging, pushing, *automatic, *desk, *kept)
    for room in (InboxWrites, OutboxWrites, *rooms):
        own = room.__name__ if inspect.ismodule(room) else room.__module__
        for name, value in vars(room).items():
            ours = inspect.isfunction(value) and value.__module__ == own
            if ours and not name.startswith("_") and name not in ASKS:
                yield value
    yield committing.scrub


def shape(hint: object) -> object:
    """A type as far as octets tell: a list is any sequence, and a union has no order."""
    origin, of = typing.get_origin(hint), typing.get_args(hint)
    if origin is types.UnionType:
        return one_of(*of)
    if origin is None:
        return types.NoneType if hint is None else hint
    return (list if origin is Sequence else origin, *map(shape, of))


def one_of(*hints: object) -> frozenset[object]:
    """Types of which a value has one."""
    shapes = map(shape, hints)
    return frozenset().union(*(one if isinstance(one, frozenset) else {one} for one in shapes))


def test_every_change_can_be_made_by_the_writer_under_a_name_of_its_own() -> None:
    assert sorted(KINDS) == sorted(name_of(change) for change in changes())
    assert len(KINDS) == len(kinds(RunId("run")))


@pytest.mark.parametrize("change", list(changes()), ids=name_of)
def test_rows_and_results_cross_as_the_types_that_a_change_says(
    change: Callable[..., Any],
) -> None:
    said, kind = typing.get_type_hints(change), KINDS[name_of(change)]
    (rows,) = (hint for name, hint in said.items() if name not in ("db", "return"))
    (result,) = typing.get_args(said["return"])
    assert shape(kind.rows.type) == shape(rows)
    (told,) = typing.get_args(kind.results.type)
    assert one_of(told) == one_of(result, None)
