"""Who comes from an identity provider, in every store."""

import asyncio
import dataclasses
from datetime import timedelta

from msgspec.structs import replace

from sms_gateway.access import (
    Access,
    AccessLimits,
    CodeNeeded,
    LockedOut,
    NewPerson,
    NotDone,
    NotLetIn,
    NotTheirs,
    SignedIn,
    WhyNot,
    WrongCode,
)
from sms_gateway.access.values import ProvidedResult
from sms_gateway.domain.access import StaffRow
from sms_gateway.domain.identity import Identity, Unproved
from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.secret import Secret
from sms_gateway.domain.staff import Role
from tests.access.access_desk import BY, SEAT, Office
from tests.contracts.store_desk import Desk


def who(office: Office, nonce: str, login: str = "an", subject: str = "1") -> Identity:
    until = office.desk.clock.at + timedelta(minutes=10)
    return Identity("https://sso", subject, login, second_factor=False, nonce=nonce, until=until)


async def come(office: Office, proof: Identity | Unproved) -> ProvidedResult:
    async def prove() -> Identity | Unproved:
        return proof

    return await office.access.sign_in_provided(prove, SEAT)


async def only(office: Office) -> StaffRow:
    (row,) = await office.access.staff()
    return row


async def test_the_first_one_is_linked_and_has_a_session(desk: Desk) -> None:
    office = Office(desk)
    await office.access.add_provided(NewPerson("an", "An", Role.CLERK), BY)
    assert not (await only(office)).linked
    came = await come(office, who(office, "n1"))
    assert isinstance(came, SignedIn)
    assert await office.access.session(came.token.value) == came.session
    assert not came.session.has_password
    row = await only(office)
    assert (row.linked, row.has_password, row.signed_in_at) == (True, False, desk.clock.at)
    assert isinstance(await come(office, who(office, "n2")), SignedIn)
    assert await come(office, who(office, "n3", subject="2")) == NotLetIn(NotTheirs.OTHER_SUBJECT)
    acts = [row[1] for row in await office.audit()]
    assert acts == [
        *("staff.add", "staff.link", "staff.sign_in", "staff.sign_in", "staff.oidc_refused"),
    ]


async def test_one_answer_begins_one_session_even_of_two_at_once(desk: Desk) -> None:
    office = Office(desk)
    await office.hire()
    proof = who(office, "n1")
    took = await asyncio.gather(come(office, proof), come(office, proof))
    assert sorted(type(one).__name__ for one in took) == ["NotLetIn", "SignedIn"]
    assert await come(office, proof) == NotLetIn(NotTheirs.CHANGED)


async def test_one_person_there_is_one_person_here_even_at_once(desk: Desk) -> None:
    office = Office(desk)
    await office.hire("an")
    await office.hire("binh")
    took = await asyncio.gather(
        come(office, who(office, "n1", "an")), come(office, who(office, "n2", "binh"))
    )
    assert sorted(type(one).__name__ for one in took) == ["NotLetIn", "SignedIn"]
    linked = [row.login for row in await office.access.staff() if row.linked]
    assert len(linked) == 1


async def test_a_link_ends_with_its_sessions_and_the_next_one_is_linked(desk: Desk) -> None:
    office = Office(desk)
    await office.hire()
    came = await come(office, who(office, "n1"))
    assert isinstance(came, SignedIn)
    assert await office.access.unlink(" AN ", BY) == "an"
    assert await office.access.session(came.token.value) is None
    again = await office.access.unlink("an", BY)
    assert isinstance(again, NotDone)
    assert again.why is WhyNot.NOT_LINKED
    assert isinstance(await come(office, who(office, "n2", subject="2")), SignedIn)


async def test_a_code_is_asked_for_before_anything_is_linked(desk: Desk) -> None:
    office = Office(desk)
    await office.with_totp()
    proof = who(office, "n1")
    assert await come(office, proof) == CodeNeeded(proof)
    assert await office.access.confirm_provided(proof, "000000", SEAT) == WrongCode()
    assert not (await only(office)).linked
    code = office.code()
    assert isinstance(await office.access.confirm_provided(proof, code, SEAT), SignedIn)
    assert (await only(office)).linked
    other = who(office, "n2")
    assert await office.access.confirm_provided(other, code, SEAT) == WrongCode()
    late = replace(other, until=desk.clock.at)
    assert await office.access.confirm_provided(late, office.code(1), SEAT) == NotLetIn(
        NotTheirs.CHANGED
    )


async def test_a_second_factor_of_the_provider_stays_with_the_session(desk: Desk) -> None:
    office = Office(desk)
    strict = replace_limits(office)
    await office.hire()
    came = await come(strict, replace(who(office, "n1"), second_factor=True))
    assert isinstance(came, SignedIn)
    held = await strict.access.session(came.token.value)
    assert (came.session.needs_second_factor, held) == (False, came.session)
    without = await come(strict, who(office, "n2"))
    assert isinstance(without, SignedIn)
    assert without.session.needs_second_factor


def replace_limits(office: Office) -> Office:
    """The same office, where everybody needs a second factor."""
    return Office(office.desk, AccessLimits(two_factor=True))


async def test_refusals_of_an_address_bring_a_wait_and_faults_of_the_provider_none(
    desk: Desk,
) -> None:
    office = Office(desk)
    for _ in range(30):
        assert isinstance(await come(office, Unproved("unreachable", counts=False)), Unproved)
    for _ in range(20):
        assert isinstance(await come(office, Unproved("token_nonce", counts=True)), Unproved)
    assert isinstance(await come(office, who(office, "n1")), LockedOut)
    assert len(await office.audit()) == 20


async def test_whose_factor_was_made_elsewhere_is_not_let_in_and_that_is_noted(desk: Desk) -> None:
    office = Office(desk)
    await office.with_totp()
    elsewhere = dataclasses.replace(office.around, hasher=Hasher(Secret("08" * 32)))
    office.access = Access(office.store, elsewhere)
    assert await come(office, who(office, "n1")) == NotLetIn(NotTheirs.LOST_FACTOR)
    assert (await office.audit())[-1][1:3] == ("staff.oidc_refused", "an")
