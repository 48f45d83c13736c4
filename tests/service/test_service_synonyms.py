"""Every gateway reads texts by the words of staff within seconds, and its hash of rules says so."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sms_gateway.domain.synonyms import Synonym, SynonymBack
from sms_gateway.enquiry.decide import Enquiry
from sms_gateway.enquiry.keywords import parse
from sms_gateway.enquiry.normalise import squash
from sms_gateway.ports import StoreDownError
from sms_gateway.replay.synonyms import Added
from sms_gateway.rules import load_rules
from sms_gateway.service.synonyms import SECONDS, SynonymWatch
from sms_gateway.settings import load
from sms_gateway.store.store import SqlStore
from tests.contracts.store_desk import Desk, maker_of
from tests.parts import CODE, HASHER, ROOT, START
from tests.virtual_time import VirtualClock

SETTINGS = load(None, None, {}, ROOT)
RULES = load_rules(SETTINGS, HASHER)
TEXT = "HOSOCUATOI AB12"


def synonym(word: str, keyword: str = "MCKH") -> Synonym:
    return Synonym(squash(word), word, keyword, "", START, "os:an")


class Node:
    """One gateway's enquiry and watch on a shared store."""

    def __init__(self, store: SqlStore) -> None:
        self.enquiry = Enquiry(RULES)
        self.watch = SynonymWatch(SETTINGS, store, self.enquiry, VirtualClock())

    def reads(self, text: str = TEXT) -> str:
        return parse(text, self.enquiry.grammar(CODE)).name


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with Desk(maker_of("sqlite"), tmp_path) as desk:
        assert isinstance(desk.store, SqlStore)
        yield desk.store


async def test_a_word_added_at_one_node_is_read_at_the_other_with_its_next_look(
    store: SqlStore,
) -> None:
    here, there = Node(store), Node(store)
    before = here.enquiry.rules.hash
    assert SECONDS <= 10
    done = await here.watch.commands(lambda: START).add("HOSOCUATOI", "MCKH", "", "os:an")
    assert isinstance(done, Added)
    assert (here.reads(), there.reads()) == ("lookup", "malformed")
    await there.watch.look()
    assert there.reads() == "lookup"
    assert here.enquiry.rules.hash == there.enquiry.rules.hash != before
    await here.watch.commands(lambda: START).remove("HOSOCUATOI", "os:an")
    await there.watch.look()
    assert (here.reads(), there.reads()) == ("malformed", "malformed")
    assert here.enquiry.rules.hash == there.enquiry.rules.hash == before


async def test_a_piece_of_work_keeps_the_rules_that_it_began_with(store: SqlStore) -> None:
    node = Node(store)
    began = node.enquiry.at_present()
    await store.synonyms.add(synonym("HOSOCUATOI"))
    await node.watch.look()
    assert parse(TEXT, began.grammar(CODE)).name == "malformed"
    assert began.rules.hash != node.enquiry.rules.hash


async def test_a_word_that_does_not_fit_is_told_and_the_others_are_read(
    store: SqlStore, captured_logs: io.StringIO
) -> None:
    node = Node(store)
    await store.synonyms.add(synonym("giúp"))
    await store.synonyms.add(synonym("HOSOCUATOI"))
    await node.watch.look()
    await node.watch.look()
    assert node.reads() == "lookup"
    events = [json.loads(line)["event"] for line in captured_logs.getvalue().splitlines()]
    assert events.count("synonym.misfit") == 1
    assert events.count("synonyms.read") == 1


async def test_what_was_read_last_holds_while_the_store_is_down(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = Node(store)
    await store.synonyms.add(synonym("HOSOCUATOI"))
    await node.watch.look()

    async def away() -> None:
        message = "away"
        raise StoreDownError(message)

    monkeypatch.setattr("sms_gateway.store.synonyms.StoreSynonyms.synonyms", lambda _self: away())
    await node.watch.look()
    assert node.reads() == "lookup"


async def test_the_rules_that_a_gateway_starts_with_have_the_same_hash_as_those_it_reads_later(
    store: SqlStore,
) -> None:
    node = Node(store)
    await store.synonyms.add(synonym("HOSOCUATOI"))
    await node.watch.look()
    kept = await store.synonyms.synonyms()
    started = await asyncio.to_thread(load_rules, SETTINGS, HASHER, kept)
    await store.synonyms.remove(SynonymBack("nothing", START, "os:an"))
    assert started.hash == node.enquiry.rules.hash
