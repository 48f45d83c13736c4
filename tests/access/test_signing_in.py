"""Signing in: what is wrong is not said, what is guessed waits longer and longer."""

from datetime import timedelta

from argon2 import PasswordHasher

from sms_gateway.access import (
    AccessLimits,
    LockedOut,
    NotDone,
    NotSignedIn,
    SecondFactorNeeded,
    SignedIn,
    TotpOffer,
)
from sms_gateway.access.passwords import Passwords
from sms_gateway.access.signing_in import network
from sms_gateway.domain.secret import Secret
from sms_gateway.domain.staff import Role
from tests.access.access_desk import BY, ELSEWHERE, PASSWORD, SEAT, Office

MINUTE, HOUR = 60.0, 3600.0


async def test_a_login_that_nobody_has_takes_as_long_as_a_wrong_password(office: Office) -> None:
    await office.hire()
    for login, password in (("an", "wrong"), ("nobody", PASSWORD), ("", ""), ("x" * 5000, "y")):
        before = office.passwords.verified
        assert await office.try_in(password, login=login) == NotSignedIn()
        assert office.passwords.verified == before + 1


async def test_whoever_did_not_take_up_their_link_has_no_password_to_guess(office: Office) -> None:
    assert await office.access.first_administrator() is not None
    for password in ("", "nobody's password", PASSWORD):
        before = office.passwords.verified
        assert await office.try_in(password, login="admin") == NotSignedIn()
        assert office.passwords.verified == before + 1


async def test_large_letters_and_composed_ones_make_no_difference(office: Office) -> None:
    await office.hire()
    apart = "con tra\u0302u \u0111i tr\u01b0\u01a1\u0301c"
    assert apart != PASSWORD
    assert isinstance(await office.try_in(apart, login=" AN "), SignedIn)


async def test_waits_grow_from_a_minute_to_an_hour_and_a_right_password_does_not_shorten_them(
    office: Office,
) -> None:
    await office.hire()
    for _ in range(4):
        assert isinstance(await office.try_in("wrong"), NotSignedIn)
    waits = []
    for _ in range(8):
        assert isinstance(await office.try_in("wrong"), NotSignedIn)
        locked = await office.try_in(PASSWORD)
        assert isinstance(locked, LockedOut)
        wait = (locked.until - office.desk.clock.at).total_seconds()
        waits.append(wait)
        office.step(wait)
    assert waits == [MINUTE * n for n in (1, 2, 4, 8, 16, 32, 60, 60)]
    assert isinstance(await office.try_in(PASSWORD), SignedIn)


async def test_failures_far_apart_bring_no_wait(office: Office) -> None:
    await office.hire()
    for _ in range(12):
        assert isinstance(await office.try_in("wrong"), NotSignedIn)
        office.step(4 * MINUTE)
    assert isinstance(await office.try_in(), SignedIn)


async def test_many_logins_are_guessed_from_one_address_only_so_long(office: Office) -> None:
    await office.hire()
    for number in range(20):
        assert isinstance(await office.try_in("wrong", login=f"x{number}"), NotSignedIn)
    for login in ("an", "x99"):
        assert isinstance(await office.try_in(login=login), LockedOut)
    counts = await office.desk.rows("SELECT name FROM staff_attempt WHERE name LIKE 'account%'")
    assert len(counts) == 20
    assert isinstance(await office.try_in(address=ELSEWHERE), SignedIn)


async def test_a_network_of_ipv6_is_one_address_and_a_mapped_one_its_own() -> None:
    assert network("2001:db8:1:2:3::4") == network("2001:db8:1:2::1") != network("2001:db8:1:3::1")
    assert network("::ffff:10.0.0.7") == "10.0.0.7"
    assert network("nonsense" * 20) == ("nonsense" * 20)[:64]


async def test_a_stranger_keeps_a_clerk_out_at_most_an_hour_and_not_at_their_desk(
    office: Office,
) -> None:
    await office.hire()
    await office.come_in()
    for _ in range(30):
        for _ in range(3):
            await office.try_in("wrong", address=ELSEWHERE)
        office.step(10 * MINUTE)
    locked = await office.try_in(address="198.51.100.4")
    assert isinstance(locked, LockedOut)
    assert locked.until - office.desk.clock.at <= timedelta(hours=1)
    assert isinstance(await office.try_in(address=SEAT), SignedIn)


async def test_old_counts_are_forgotten(office: Office) -> None:
    for number in range(3):
        await office.try_in("wrong", login=f"x{number}")
    office.step(25 * HOUR)
    await office.try_in("wrong", address=ELSEWHERE)
    rows = await office.desk.rows("SELECT count(*) FROM staff_attempt")
    assert rows == [(2,)]


async def test_no_login_that_nobody_has_is_written_down(office: Office) -> None:
    for _ in range(30):
        await office.try_in("wrong", login="my secret password")
        office.step(MINUTE)
    rows = await office.audit()
    assert rows
    assert {row[:3] for row in rows} == {("console", "staff.sign_in_failed", "")}
    assert len(rows) < 10


async def test_a_code_is_asked_for_only_after_a_right_password(office: Office) -> None:
    await office.with_totp()
    assert await office.try_in("wrong") == NotSignedIn()
    assert await office.try_in("wrong", office.code()) == NotSignedIn()
    assert await office.try_in() == SecondFactorNeeded()
    assert isinstance(await office.try_in(code=office.code()), SignedIn)


async def test_a_code_counts_once_and_a_step_early_or_late(office: Office) -> None:
    await office.with_totp()
    office.step(300)
    assert isinstance(await office.try_in(code=office.code(2)), NotSignedIn)
    assert isinstance(await office.try_in(code=office.code(-2)), NotSignedIn)
    late, now, early = office.code(-1), office.code(), office.code(1)
    assert isinstance(await office.try_in(code=late), SignedIn)
    assert isinstance(await office.try_in(code=late), NotSignedIn)
    assert isinstance(await office.try_in(code=f"{early[:3]} {early[3:]}"), SignedIn)
    assert isinstance(await office.try_in(code=now), NotSignedIn)


async def test_guessed_codes_bring_waits_too_and_asking_for_one_brings_none(office: Office) -> None:
    await office.with_totp()
    for _ in range(8):
        assert await office.try_in() == SecondFactorNeeded()
    for _ in range(5):
        assert await office.try_in(code="000000") == NotSignedIn()
    assert isinstance(await office.try_in(code=office.code()), LockedOut)


async def test_a_token_that_was_offered_before_signing_in_is_never_kept(office: Office) -> None:
    await office.hire()
    planted = "planted"
    assert await office.access.session(planted) is None
    came = await office.come_in()
    assert came.token.value != planted
    assert await office.access.session(planted) is None
    assert (await office.come_in()).token != came.token


async def test_the_store_knows_no_token_and_no_csrf_token(office: Office) -> None:
    await office.hire()
    came = await office.come_in()
    rows = str(await office.desk.rows("SELECT * FROM staff_session"))
    assert came.token.value not in rows
    assert came.session.csrf.value not in rows
    assert came.session.csrf.value not in came.token.value
    assert (await office.come_in()).session.csrf != came.session.csrf


async def test_who_does_nothing_is_signed_out_and_everybody_after_a_day_of_work(
    office: Office,
) -> None:
    person = await office.hire()
    came = await office.come_in()
    office.step(30 * MINUTE - 1)
    assert await office.access.session(came.token.value) is not None
    office.step(30 * MINUTE)
    assert await office.access.session(came.token.value) is None
    assert await office.access.sessions(person.id) == []
    again = await office.come_in()
    for _ in range(12 * 4 - 1):
        office.step(15 * MINUTE)
        assert await office.access.session(again.token.value) is not None
    office.step(15 * MINUTE)
    assert await office.access.session(again.token.value) is None


async def test_a_request_writes_at_most_once_a_minute(office: Office) -> None:
    await office.hire()
    came = await office.come_in()
    office.step(59)
    held = await office.access.session(came.token.value)
    assert held is not None
    assert held.last_seen_at == came.session.started_at
    office.step(1)
    held = await office.access.session(came.token.value)
    assert held is not None
    assert held.last_seen_at == office.desk.clock.at
    ((seen,),) = await office.desk.rows("SELECT last_seen_at FROM staff_session")
    assert seen == office.desk.clock.milliseconds()


async def test_who_is_disabled_is_out_at_once_and_does_not_come_in(office: Office) -> None:
    await office.hire()
    came = await office.come_in()
    assert not isinstance(await office.access.disable("an", BY), NotDone)
    assert await office.access.session(came.token.value) is None
    assert await office.try_in() == NotSignedIn()
    await office.access.enable("an", BY)
    assert await office.access.session(came.token.value) is None
    assert isinstance(await office.try_in(), SignedIn)


async def test_where_codes_are_required_a_session_says_so_until_there_is_one(
    office: Office,
) -> None:
    person = await office.hire()
    access = office.limited(AccessLimits(two_factor=True))
    came = await access.sign_in("an", PASSWORD, "", SEAT)
    assert isinstance(came, SignedIn)
    assert came.session.needs_second_factor
    await access.begin_totp(person, PASSWORD)
    assert await access.confirm_totp(person, office.code(), came.session.id)
    held = await access.session(came.token.value)
    assert held is not None
    assert not held.needs_second_factor


async def test_a_hash_of_older_parameters_is_renewed_at_a_right_password(office: Office) -> None:
    await office.hire()
    old = await office.store.credentials("an")
    office.passwords.hasher = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
    await office.come_in()
    new = await office.store.credentials("an")
    assert old is not None
    assert new is not None
    assert "t=1" in old.password
    assert "t=2" in new.password
    await office.come_in()
    assert await office.store.credentials("an") is not None


async def test_passwords_are_hashed_by_the_parameters_of_the_standard() -> None:
    hashed = await Passwords().hash(PASSWORD)
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert await Passwords().matches(hashed, PASSWORD)


async def test_no_repr_shows_a_secret(office: Office) -> None:
    person = await office.with_totp()
    proved = await office.store.credentials("an")
    assert proved is not None
    assert proved.totp
    assert proved.totp not in repr(proved)
    assert proved.password not in repr(proved)
    offer = await office.access.begin_totp(person, office.code())
    assert isinstance(offer, TotpOffer)
    assert isinstance(offer.uri, Secret)
    assert offer.secret.value not in repr(offer)
    assert person.role is Role.CLERK


async def test_who_comes_in_leaves_no_wait_for_the_others_at_their_address(office: Office) -> None:
    await office.hire("an")
    await office.hire("binh")
    for _ in range(5):
        await office.try_in("wrong")
    office.step(MINUTE)
    for number in range(14):
        await office.try_in("wrong", login=f"x{number}")
    # The twentieth of the address and the sixth of the account: each counts its own wait.
    assert isinstance(await office.try_in(), SignedIn)
    assert isinstance(await office.try_in(login="binh"), SignedIn)


async def test_a_long_password_is_the_same_however_its_letters_are_composed() -> None:
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    whole = "tr\u1edd" * 80
    apart = "tro\u031b\u0300" * 80
    assert await passwords.matches(await passwords.hash(apart), whole)
    assert not await passwords.matches(await passwords.hash(apart), whole[:-3])
