"""Every gateway goes by words and wordings of staff within seconds; its hash of rules says so."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sms_gateway.domain.access import AddOrder, Invite, StaffRow
from sms_gateway.domain.message import Language
from sms_gateway.domain.staff import LoginName, Role, StaffId
from sms_gateway.domain.synonyms import Synonym, SynonymBack
from sms_gateway.domain.wordings import (
    Wording,
    WordingApproval,
    WordingDone,
    WordingVersion,
)
from sms_gateway.enquiry.decide import Enquiry
from sms_gateway.enquiry.keywords import parse
from sms_gateway.enquiry.normalise import squash
from sms_gateway.ports import StoreDownError
from sms_gateway.replay.synonyms import Added
from sms_gateway.rules import load_rules
from sms_gateway.service.rule_watch import SECONDS, RuleWatch
from sms_gateway.settings import Settings, load
from sms_gateway.store.store import SqlStore
from tests.contracts.store_desk import Desk, maker_of
from tests.parts import CODE, HASHER, ROOT, START
from tests.virtual_time import VirtualClock

SETTINGS = load(None, None, {}, ROOT)
BY_FILES = load(None, None, {"SMS_GATEWAY_REPLIES__EDITED": "files"}, ROOT)
RULES = load_rules(SETTINGS, HASHER)
TEXT = "HOSOCUATOI AB12"


def synonym(word: str, keyword: str = "MCKH") -> Synonym:
    return Synonym(squash(word), word, keyword, "", START, "os:an")


class Node:
    """One gateway's enquiry and watch on a shared store."""

    def __init__(self, store: SqlStore, settings: Settings = SETTINGS) -> None:
        self.clock = VirtualClock()
        self.enquiry = Enquiry(RULES)
        self.watch = RuleWatch(settings, store, self.enquiry, self.clock)

    def says(self, name: str = "H1") -> str:
        return self.enquiry.rules.replies.wording(name, Language.VI_ACCENTED)[0]

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


AT = VirtualClock().now()
PEOPLE = (StaffId("p-an"), StaffId("p-binh"))


async def put_into_force(
    store: SqlStore, name: str, said: str, wanted_from: datetime | None = None, base: str = ""
) -> None:
    """Approve a version that nobody checked, as an older gateway might have."""
    for person in PEOPLE:
        row = StaffRow(
            *(person, LoginName(person), person, Role.SUPERVISOR, None, Language.VI),
            *(False, False, False, AT, "os:an"),
        )
        invite = Invite(LoginName(person), person, AT, AT, "os:an")
        await store.access.add(AddOrder(row, invite))
    wording = Wording(said, "", "Text {keyword} and your receipt number.", "")
    version = WordingVersion(
        *(name, "H1", base, wording, name, "", "", wanted_from, AT, "staff:an", PEOPLE[0])
    )
    assert await store.wordings.propose(version) is WordingDone.DONE
    approval = WordingApproval(name, AT, "staff:binh", PEOPLE[1], second_person=True)
    assert await store.wordings.approve(approval) is WordingDone.DONE


async def test_a_version_is_answered_by_at_every_node_and_the_hash_of_the_rules_says_so(
    store: SqlStore,
) -> None:
    here, there = Node(store), Node(store)
    before = here.enquiry.rules
    await put_into_force(store, "v1", "Soạn {keyword} và mã biên nhận.")
    await here.watch.look()
    assert (here.says(), there.says()) == (
        "Soạn {keyword} và mã biên nhận.",
        before.replies.wording("H1", Language.VI_ACCENTED)[0],
    )
    await there.watch.look()
    assert there.says() == here.says()
    assert here.enquiry.rules.hash == there.enquiry.rules.hash != before.hash
    assert here.enquiry.rules.replies.version("H1") != before.replies.version("H1")
    assert here.enquiry.rules.replies.version("H1") == there.enquiry.rules.replies.version("H1")
    assert here.enquiry.rules.replies.version("E2") == before.replies.version("E2")


async def test_a_word_and_a_wording_do_not_lose_one_another(store: SqlStore) -> None:
    node = Node(store)
    await store.synonyms.add(synonym("HOSOCUATOI"))
    await node.watch.look()
    await put_into_force(store, "v1", "Soạn {keyword} và mã biên nhận.")
    await node.watch.look()
    assert (node.reads(), node.says()) == ("lookup", "Soạn {keyword} và mã biên nhận.")
    await store.synonyms.remove(SynonymBack(squash("HOSOCUATOI"), START, "os:an"))
    await node.watch.look()
    assert (node.reads(), node.says()) == ("malformed", "Soạn {keyword} và mã biên nhận.")


async def test_a_version_holds_from_its_day_on_without_anybody_doing_anything(
    store: SqlStore,
) -> None:
    node = Node(store)
    file = node.says()
    await put_into_force(store, "v1", "Soạn {keyword}.", AT + timedelta(hours=2))
    await node.watch.look()
    await node.clock.advance(7199)
    await node.watch.look()
    assert node.says() == file
    await node.clock.advance(1)
    await node.watch.look()
    assert node.says() == "Soạn {keyword}."


async def test_a_version_that_does_not_fit_is_told_and_the_file_holds(
    store: SqlStore, captured_logs: io.StringIO
) -> None:
    node = Node(store)
    file = node.says()
    await put_into_force(store, "v1", "Soạn {keyword} " + "và mã biên nhận " * 20)
    await node.watch.look()
    await node.watch.look()
    assert node.says() == file
    assert node.enquiry.rules.hash == RULES.hash
    events = [json.loads(line)["event"] for line in captured_logs.getvalue().splitlines()]
    assert events.count("template.misfit") == 1
    assert "templates.read" not in events


async def test_where_the_files_are_the_source_no_version_is_used(store: SqlStore) -> None:
    node = Node(store, BY_FILES)
    file = node.says()
    await put_into_force(store, "v1", "Soạn {keyword}.")
    await node.watch.look()
    assert node.says() == file
