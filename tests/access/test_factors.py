"""Second factors are made of a key that is not in the database."""

from dataclasses import replace

import pyotp
import pytest

from sms_gateway.access import (
    Access,
    Invited,
    NotSignedIn,
    SecondFactorLost,
    SignedIn,
    TotpOffer,
)
from sms_gateway.access.factors import factor_secret, hkdf, kept_factor, new_salt
from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.secret import Secret
from sms_gateway.domain.staff import StaffId
from tests.access.access_desk import BY, OTHER, PASSWORD, SALT, SEAT, Office
from tests.contracts.store_desk import HASHER

NEW = Secret("08" * 32)


def under(office: Office, hasher: Hasher) -> Access:
    """The same store, on a machine with other keys."""
    return Access(office.store, replace(office.around, hasher=hasher))


def test_they_are_derived_as_the_standard_says() -> None:
    # RFC 5869, A.1, its first 20 octets.
    made = hkdf(b"\x0b" * 22, bytes(range(13)), bytes(range(0xF0, 0xFA)))
    assert made.hex() == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90"


def test_each_salt_each_person_and_each_key_gives_another_secret() -> None:
    other, salt = Hasher(NEW), new_salt()
    made = {
        factor_secret(hasher, kept_factor(hasher, one), StaffId(whose))
        for hasher in (HASHER, other)
        for one in (SALT, salt)
        for whose in ("1", "2")
    }
    assert None not in made
    assert len(made) == 8


@pytest.mark.parametrize("kept", ["", ".", SALT, f"{HASHER.key_id}x.{SALT}"])
def test_what_no_key_made_gives_none(kept: str) -> None:
    assert factor_secret(HASHER, kept, StaffId("1")) is None


async def test_nothing_of_the_database_makes_a_code(office: Office) -> None:
    person = await office.hire()
    offer = await office.access.begin_totp(person, PASSWORD)
    assert isinstance(offer, TotpOffer)
    assert await office.access.confirm_totp(person, office.code())
    assert offer.secret.value not in str(await office.desk.rows("SELECT * FROM staff"))
    office.step(30)
    ((kept,),) = await office.desk.rows("SELECT totp FROM staff")
    guessed = pyotp.TOTP(str(kept).partition(".")[2]).at(office.desk.clock.at)
    assert isinstance(await office.try_in(code=guessed), NotSignedIn)
    assert isinstance(await office.try_in(code=office.code()), SignedIn)


async def test_they_go_on_under_an_older_key_and_end_where_it_is_not_here(office: Office) -> None:
    await office.with_totp()
    rotated = under(office, Hasher(NEW, (HASHER.key,)))
    assert isinstance(await rotated.sign_in("an", PASSWORD, office.code(), SEAT), SignedIn)
    office.step(30)
    elsewhere, code = under(office, Hasher(NEW)), office.code()
    assert await elsewhere.sign_in("an", PASSWORD, code, SEAT) == SecondFactorLost()
    assert await elsewhere.sign_in("an", PASSWORD, "", SEAT) == SecondFactorLost()
    # Who has not got the password learns nothing of it.
    assert await elsewhere.sign_in("an", OTHER, code, SEAT) == NotSignedIn()


async def test_whose_key_is_not_here_begins_anew_by_another_link(office: Office) -> None:
    await office.with_totp()
    elsewhere = under(office, Hasher(NEW))
    invited = await elsewhere.reinvite("an", BY)
    assert isinstance(invited, Invited)
    await elsewhere.accept(invited.token.value, OTHER)
    assert isinstance(await elsewhere.sign_in("an", OTHER, "", SEAT), SignedIn)


async def test_whose_key_is_not_here_is_told_so_in_their_account_too(office: Office) -> None:
    person = await office.with_totp()
    elsewhere, code = under(office, Hasher(NEW)), office.code()
    assert await elsewhere.begin_totp(person, code) == SecondFactorLost()
    changed = await elsewhere.change_password(person, PASSWORD, OTHER, code=code)
    assert changed == SecondFactorLost()
    assert not await elsewhere.confirm_totp(person, code)
