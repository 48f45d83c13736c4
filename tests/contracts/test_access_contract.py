"""Who may sign in and who is signed in, in every store."""

import asyncio

from sms_gateway.access import (
    Accepted,
    Changed,
    Invited,
    LockedOut,
    NewPerson,
    NoSuchInvitation,
    NotDone,
    NotSignedIn,
    SecondFactorNeeded,
    SignedIn,
    WhyNot,
)
from sms_gateway.domain.message import Language
from sms_gateway.domain.restores import HoldOrder
from sms_gateway.domain.staff import AgencyId, Role
from tests.access.access_desk import BY, ELSEWHERE, OTHER, PASSWORD, SEAT, Office
from tests.contracts.store_desk import Desk

AGENCY = frozenset({AgencyId("H32.01")})


async def test_a_person_is_read_back_as_they_were_added(desk: Desk) -> None:
    access = Office(desk).access
    invited = await access.invite(NewPerson(" An.Nguyen ", "Nguyễn Văn An", Role.CLERK, AGENCY), BY)
    assert isinstance(invited, Invited)
    (row,) = await access.staff()
    assert row.person == invited.person
    assert (row.login, row.name, row.role, row.agencies) == (
        *("an.nguyen", "Nguyễn Văn An", Role.CLERK),
        AGENCY,
    )
    assert (row.added_by, row.added_at, row.has_password) == (BY, desk.clock.at, False)
    again = await access.invite(NewPerson("an.nguyen", "Another", Role.VIEWER), BY)
    assert isinstance(again, NotDone)
    assert again.why is WhyNot.LOGIN_TAKEN


async def test_a_link_is_taken_up_once_even_by_two_at_once(desk: Desk) -> None:
    access = Office(desk).access
    invited = await access.invite(NewPerson("an", "An", Role.CLERK), BY)
    assert isinstance(invited, Invited)
    token = invited.token.value
    took = await asyncio.gather(access.accept(token, PASSWORD), access.accept(token, OTHER))
    assert sorted(type(one).__name__ for one in took) == ["Accepted", "NoSuchInvitation"]
    assert isinstance(await access.accept(token, PASSWORD), NoSuchInvitation)


async def test_who_signed_in_has_a_session_until_they_sign_out(desk: Desk) -> None:
    office = Office(desk)
    person = await office.hire()
    came = await office.come_in()
    held = await office.access.session(came.token.value)
    assert held == came.session
    assert held is not None
    assert (held.person, held.address) == (person, SEAT)
    (row,) = await office.access.sessions(person.id)
    assert row.id == held.id
    assert await office.access.sign_out(came.token.value)
    assert await office.access.session(came.token.value) is None
    assert not await office.access.sign_out(came.token.value)


async def test_of_many_wrong_passwords_at_once_only_so_many_are_looked_at_as_are_borne(
    desk: Desk,
) -> None:
    office = Office(desk)
    await office.hire()
    office.passwords.verified = 0
    tried = await asyncio.gather(*(office.try_in(f"guess {n}") for n in range(12)))
    assert office.passwords.verified == 5
    assert sum(isinstance(one, LockedOut) for one in tried) == 7
    assert isinstance(await office.try_in(), LockedOut)


async def test_a_code_is_good_for_one_session(desk: Desk) -> None:
    office = Office(desk)
    await office.with_totp()
    assert isinstance(await office.try_in(), SecondFactorNeeded)
    code = office.code()
    came = await asyncio.gather(office.try_in(code=code), office.try_in(code=code))
    assert sorted(type(one).__name__ for one in came) == ["NotSignedIn", "SignedIn"]


async def test_an_address_from_which_somebody_signed_in_keeps_a_count_of_its_own(
    desk: Desk,
) -> None:
    office = Office(desk)
    await office.hire()
    await office.come_in()
    for _ in range(5):
        assert isinstance(await office.try_in("wrong", address=ELSEWHERE), NotSignedIn)
    assert isinstance(await office.try_in(address=ELSEWHERE), LockedOut)
    assert isinstance(await office.try_in(), SignedIn)


async def test_the_last_administrator_stays_one(desk: Desk) -> None:
    office = Office(desk)
    await office.hire("an", Role.ADMINISTRATOR)
    await office.hire("binh", Role.ADMINISTRATOR)
    an, binh = await asyncio.gather(
        office.access.disable("an", BY),
        office.access.change_person("binh", Role.CLERK, None, "B", BY),
    )
    (refused,) = [one for one in (an, binh) if isinstance(one, NotDone)]
    assert refused.why is WhyNot.LAST_ADMINISTRATOR
    left = [
        row.login
        for row in await office.access.staff()
        if row.role is Role.ADMINISTRATOR and not row.disabled
    ]
    assert len(left) == 1


async def test_what_a_person_may_do_changes_and_their_sessions_end(desk: Desk) -> None:
    office = Office(desk)
    await office.hire()
    came = await office.come_in()
    renamed = await office.access.change_person("an", Role.CLERK, None, "Bà An", BY)
    assert not isinstance(renamed, NotDone)
    held = await office.access.session(came.token.value)
    assert held is not None
    assert held.person.name == "Bà An"
    await office.access.change_person("an", Role.CLERK, AGENCY, "Bà An", BY)
    assert await office.access.session(came.token.value) is None
    (row,) = await office.access.staff()
    assert row.agencies == AGENCY


async def test_a_new_password_ends_all_sessions_but_the_one_that_goes_on(desk: Desk) -> None:
    office = Office(desk)
    person = await office.hire()
    here, there = await office.come_in(), await office.come_in()
    changed = await office.access.change_password(person, PASSWORD, OTHER, here.session.id)
    assert isinstance(changed, Changed)
    assert await office.access.session(here.token.value) is not None
    assert await office.access.session(there.token.value) is None
    assert isinstance(await office.try_in(), NotSignedIn)
    assert isinstance(await office.try_in(OTHER), SignedIn)


async def test_the_first_administrator_is_made_once_and_the_link_anew_until_it_is_used(
    desk: Desk,
) -> None:
    access = Office(desk).access
    first, second = await access.first_administrator(), await access.first_administrator()
    assert first is not None
    assert second is not None
    assert await access.invited(first.value) is None
    assert isinstance(await access.accept(second.value, PASSWORD), Accepted)
    assert await access.first_administrator() is None
    assert [row.login for row in await access.staff()] == ["admin"]


async def test_whoever_is_invited_again_begins_anew(desk: Desk) -> None:
    office = Office(desk)
    await office.with_totp()
    came = await office.come_in(office.code())
    again = await office.access.reinvite("an", BY)
    assert isinstance(again, Invited)
    assert await office.access.session(came.token.value) is None
    assert isinstance(await office.try_in(), NotSignedIn)
    await office.access.accept(again.token.value, OTHER)
    assert isinstance(await office.try_in(OTHER), SignedIn)


async def test_sessions_are_ended_one_by_one_or_all_of_a_person(desk: Desk) -> None:
    office = Office(desk)
    person = await office.hire()
    came = [await office.come_in() for _ in range(3)]
    assert await office.access.revoke(came[0].session.id, BY)
    assert not await office.access.revoke(came[0].session.id, BY)
    assert await office.access.revoke_all(person, BY) == 2
    assert not await office.access.sessions(person.id)


async def test_the_language_of_pages_is_kept(desk: Desk) -> None:
    office = Office(desk)
    person = await office.hire()
    await office.access.set_language(person, Language.EN)
    (row,) = await office.access.staff()
    assert row.language is Language.EN


async def test_who_wants_no_single_keys_has_none_from_then_on(desk: Desk) -> None:
    office = Office(desk)
    person = await office.hire()
    assert not person.keys_off
    for off in (True, False):
        await office.access.set_keys(person, off=off)
        (row,) = await office.access.staff()
        assert row.person.keys_off is off


async def test_each_act_leaves_one_line_and_failures_one_for_each_wait(desk: Desk) -> None:
    office = Office(desk)
    person = await office.hire()
    for _ in range(7):
        await office.try_in("wrong")
    office.step(60)
    came = await office.come_in()
    await office.access.change_password(person, PASSWORD, OTHER, came.session.id)
    await office.access.begin_totp(person, OTHER)
    await office.access.confirm_totp(person, office.code(), came.session.id)
    await office.access.sign_out(came.token.value)
    await office.access.disable("an", BY)
    await office.access.enable("an", BY)
    assert [row[:3] for row in await office.audit()] == [
        (BY, "staff.add", "an"),
        ("staff:an", "staff.accept", "an"),
        ("console", "staff.sign_in_failed", "an"),
        ("staff:an", "staff.sign_in", "an"),
        ("staff:an", "staff.password", "an"),
        ("staff:an", "staff.totp", "an"),
        ("staff:an", "staff.sign_out", "an"),
        (BY, "staff.disable", "an"),
        (BY, "staff.enable", "an"),
    ]


async def test_in_a_restored_copy_nobody_is_signed_in_and_no_link_works(desk: Desk) -> None:
    office = Office(desk)
    await office.hire()
    came = await office.come_in()
    invited = await office.access.invite(NewPerson("binh", "Bình", Role.CLERK), BY)
    assert isinstance(invited, Invited)
    await desk.store.hold_restored(HoldOrder(desk.clock.at, BY, desk.clock.at))
    assert await office.access.session(came.token.value) is None
    assert await office.access.invited(invited.token.value) is None
    assert isinstance(await office.try_in(), SignedIn)
