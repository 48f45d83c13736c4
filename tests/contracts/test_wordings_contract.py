"""Versions of what replies say, in every store."""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from sms_gateway.access import Amendment
from sms_gateway.domain.staff import Person, Role, StaffId
from sms_gateway.domain.wordings import (
    MOST_WAITING,
    Decided,
    Wording,
    WordingApproval,
    WordingDone,
    WordingEnd,
    WordingVersion,
)
from sms_gateway.store.wordings import StoreWordings
from tests.access.access_desk import BY, Office
from tests.contracts.purge_desk import store
from tests.contracts.store_desk import START, Desk

DONE = WordingDone.DONE
LATER = START + timedelta(hours=1)
SAID = Wording("Hồ sơ {code} đang xử lý.", "", "{code} is being processed.", "Ask {hotline}")


class Signing:
    """Two supervisors and the versions that they propose."""

    def __init__(self, desk: Desk, people: tuple[Person, Person]) -> None:
        self.kept: StoreWordings = store(desk).wordings
        self.an, self.binh = people
        self.desk = desk

    def of(self, name: str = "v1", template: str = "S4", base: str = "") -> WordingVersion:
        return WordingVersion(
            *(name, template, base, SAID, "aaaaaaaaaaaa", "ffffffffffff", "ngắn hơn", None),
            *(START, "staff:an", self.an.id),
        )

    async def approve(
        self, name: str = "v1", by: Person | None = None, *, second_person: bool = True
    ) -> WordingDone:
        person = by or self.binh
        actor = f"staff:{person.login}"
        return await self.kept.approve(
            WordingApproval(name, LATER, actor, person.id, second_person)
        )

    async def end(self, to: Decided, by: Person, name: str = "v1") -> WordingDone:
        actor = f"staff:{by.login}"
        return await self.kept.end(WordingEnd(name, to, "lý do", LATER, actor, by.id))


@pytest.fixture
async def signing(desk: Desk) -> Signing:
    office = Office(desk)
    an, binh = await office.hire("an", Role.SUPERVISOR), await office.hire("binh", Role.SUPERVISOR)
    return Signing(desk, (an, binh))


async def acts(desk: Desk) -> list[tuple[object, ...]]:
    rows = await desk.rows("SELECT act, by, subject, detail FROM audit ORDER BY id")
    return [row for row in rows if str(row[0]).startswith("template.")]


async def test_a_version_is_kept_and_read_back_with_what_became_of_it(signing: Signing) -> None:
    first, second = signing.of(), replace(signing.of("v2", "S1"), wording=None, wanted_from=LATER)
    assert await signing.kept.propose(first) is DONE
    assert await signing.kept.propose(second) is DONE
    assert list(await signing.kept.waiting()) == [first, second]
    assert await signing.kept.version("v2") == second
    assert await signing.kept.version("none") is None
    assert await signing.approve() is DONE
    held = replace(
        first, state=Decided.APPROVED, decided_at=LATER, decided_by="staff:binh", holds_from=LATER
    )
    assert list(await signing.kept.versions("S4", 10)) == [held]
    assert list(await signing.kept.approved()) == [held]
    assert list(await signing.kept.waiting()) == [second]
    assert await signing.end(Decided.REJECTED, signing.binh, "v2") is DONE
    found = await signing.kept.version("v2")
    assert found is not None
    assert (found.state, found.reason, found.holds_from) == (Decided.REJECTED, "lý do", None)
    every = await store(signing.desk).reading.wordings()
    assert [one.id for one in every] == ["v2", "v1"]


async def test_it_holds_from_its_day_or_from_its_approval_where_that_is_later(
    signing: Signing,
) -> None:
    ahead = LATER + timedelta(days=2)
    await signing.kept.propose(replace(signing.of(), wanted_from=ahead))
    await signing.kept.propose(replace(signing.of("v2", "S1"), wanted_from=START))
    assert await signing.approve("v1") is DONE
    assert await signing.approve("v2") is DONE
    held = {one.id: one.holds_from for one in await signing.kept.approved()}
    assert held == {"v1": ahead, "v2": LATER}


async def test_nobody_approves_what_they_proposed_where_a_second_person_is_asked_for(
    signing: Signing,
) -> None:
    await signing.kept.propose(signing.of())
    assert await signing.approve(by=signing.an) is WordingDone.OWN
    assert (await signing.kept.waiting())[0].state is Decided.WAITING
    assert await signing.approve(by=signing.an, second_person=False) is DONE


async def test_a_new_name_makes_nobody_another_person_and_a_disabled_one_approves_nothing(
    signing: Signing,
) -> None:
    office = Office(signing.desk)
    await signing.kept.propose(signing.of())
    await office.access.amend("an", Amendment(name="Binh"), BY)
    assert await signing.approve(by=signing.an) is WordingDone.OWN
    await office.access.disable("binh", BY)
    assert await signing.approve(by=signing.binh) is WordingDone.NOBODY
    stranger = replace_id(signing.binh)
    assert await signing.approve(by=stranger) is WordingDone.NOBODY
    assert await signing.end(Decided.REJECTED, signing.binh) is WordingDone.NOBODY


def replace_id(person: Person) -> Person:
    return Person(
        StaffId("nobody"),
        *(person.login, person.name, person.role, person.agencies, person.language),
    )


async def test_of_two_who_decide_at_once_one_does(signing: Signing) -> None:
    await signing.kept.propose(signing.of())
    done = await asyncio.gather(
        signing.approve(), signing.approve(), signing.end(Decided.REJECTED, signing.binh)
    )
    assert sorted(done) == [WordingDone.DECIDED, WordingDone.DECIDED, DONE]


async def test_what_was_proposed_against_another_version_is_outdated(signing: Signing) -> None:
    await signing.kept.propose(signing.of("v1"))
    await signing.kept.propose(signing.of("v2"))
    assert sorted(await asyncio.gather(signing.approve("v1"), signing.approve("v2"))) == [
        DONE,
        WordingDone.OUTDATED,
    ]
    ((held,),) = await signing.desk.rows("SELECT id FROM template_version WHERE state = 'approved'")
    late = replace(signing.of("v3"), proposed_at=LATER)
    assert await signing.kept.propose(late) is WordingDone.OUTDATED
    after = replace(signing.of("v4", base=str(held)), proposed_at=LATER)
    assert await signing.kept.propose(after) is DONE


async def test_while_one_waits_for_its_day_nothing_follows_until_it_is_withdrawn(
    signing: Signing,
) -> None:
    ahead = LATER + timedelta(days=2)
    await signing.kept.propose(replace(signing.of("v1"), wanted_from=ahead))
    await signing.kept.propose(signing.of("v2"))
    assert await signing.approve("v1") is DONE
    assert await signing.approve("v2") is WordingDone.SCHEDULED
    assert await signing.kept.propose(signing.of("v3")) is WordingDone.SCHEDULED
    assert await signing.end(Decided.REJECTED, signing.binh, "v1") is WordingDone.DECIDED
    assert await signing.end(Decided.WITHDRAWN, signing.binh, "v1") is DONE
    assert list(await signing.kept.approved()) == []
    assert await signing.approve("v2") is DONE
    assert await signing.end(Decided.WITHDRAWN, signing.binh, "v2") is WordingDone.DECIDED


async def test_only_who_proposed_withdraws_what_waits(signing: Signing) -> None:
    await signing.kept.propose(signing.of())
    assert await signing.end(Decided.WITHDRAWN, signing.binh) is WordingDone.NOT_YOURS
    assert await signing.end(Decided.WITHDRAWN, signing.an) is DONE
    assert await signing.end(Decided.WITHDRAWN, signing.an) is WordingDone.DECIDED
    assert await signing.end(Decided.WITHDRAWN, signing.an, "none") is WordingDone.UNKNOWN
    assert await signing.approve() is WordingDone.DECIDED
    assert await signing.approve("none") is WordingDone.UNKNOWN


async def test_so_many_of_one_reply_wait_and_no_more(signing: Signing) -> None:
    for number in range(MOST_WAITING):
        assert await signing.kept.propose(signing.of(f"v{number}")) is DONE
    assert await signing.kept.propose(signing.of("more")) is WordingDone.FULL
    assert await signing.kept.propose(signing.of("other", "S1")) is DONE


async def test_the_audit_says_who_and_which_version_and_not_the_words(signing: Signing) -> None:
    await signing.kept.propose(signing.of())
    await signing.approve(by=signing.an)
    await signing.approve()
    await signing.kept.propose(replace(signing.of("v2", base="v1"), proposed_at=LATER))
    await signing.end(Decided.REJECTED, signing.binh, "v2")
    changed = "S4 ffffffffffff -> aaaaaaaaaaaa"
    assert await acts(signing.desk) == [
        ("template.propose", "staff:an", "v1", changed),
        ("template.approve", "staff:binh", "v1", f"{changed} from=2026-11-23T04:15+00:00"),
        ("template.propose", "staff:an", "v2", changed),
        ("template.reject", "staff:binh", "v2", changed),
    ]
