"""Who may sign in: invited once, changed by those who may, never nobody to manage them."""

import pytest

from sms_gateway.access import (
    Accepted,
    Changed,
    Invitation,
    Invited,
    LockedOut,
    NewPerson,
    NoSuchInvitation,
    NotDone,
    NotSignedIn,
    SignedIn,
    TooWeak,
    TotpOffer,
    Weakness,
    WhyNot,
    WrongPassword,
)
from sms_gateway.access.passwords import weakness
from sms_gateway.domain.staff import AgencyId, Role, staff_actor
from tests.access.access_desk import BY, OTHER, PASSWORD, Office

HOUR = 3600.0


async def invited(office: Office, login: str = "an", role: Role = Role.CLERK) -> Invited:
    made = await office.access.invite(NewPerson(login, "An", role), BY)
    assert isinstance(made, Invited)
    return made


async def test_looking_at_a_link_does_not_use_it_and_taking_it_up_does(office: Office) -> None:
    made = await invited(office)
    token = made.token.value
    for _ in range(2):
        assert await office.access.invited(token) == Invitation(made.person, made.expires_at)
    assert await office.access.accept(token, PASSWORD) == Accepted(made.person)
    assert await office.access.invited(token) is None
    assert await office.access.accept(token, OTHER) == NoSuchInvitation()
    assert isinstance(await office.try_in(OTHER), NotSignedIn)


async def test_a_link_works_for_a_day(office: Office) -> None:
    token = (await invited(office)).token.value
    office.step(24 * HOUR)
    assert await office.access.invited(token) is None
    assert await office.access.accept(token, PASSWORD) == NoSuchInvitation()


async def test_a_new_link_replaces_the_one_before_and_the_store_knows_neither(
    office: Office,
) -> None:
    first = await invited(office)
    second = await office.access.reinvite("an", BY)
    assert isinstance(second, Invited)
    assert await office.access.invited(first.token.value) is None
    rows = str(await office.desk.rows("SELECT * FROM staff_invite"))
    assert second.token.value not in rows
    assert second.token.value not in repr(second)


async def test_who_is_disabled_has_no_link(office: Office) -> None:
    made = await invited(office)
    await office.access.disable("an", BY)
    assert await office.access.invited(made.token.value) is None
    assert await office.access.accept(made.token.value, PASSWORD) == NoSuchInvitation()
    refused = await office.access.reinvite("an", BY)
    assert isinstance(refused, NotDone)
    assert refused.why is WhyNot.DISABLED


@pytest.mark.parametrize(
    "password,why",
    [
        ("mười một ky", Weakness.TOO_SHORT),
        ("x y z" * 60, Weakness.TOO_LONG),
        ("tên tôi là NVAN đây", Weakness.HOLDS_LOGIN),
        ("aaaaaaaaaaaa", Weakness.COMMON),
        ("            ", Weakness.COMMON),
        ("matkhau12345", Weakness.COMMON),
        ("anhyeuem2026", Weakness.COMMON),
        ("AnhYeuEm 2026!", Weakness.COMMON),
        ("123456123456", Weakness.COMMON),
        ("qwertyuiopas", Weakness.COMMON),
        ("passwordpassword", Weakness.COMMON),
        ("1234567890123", Weakness.COMMON),
        ("Mật khẩu 123456", Weakness.COMMON),
        ("con trâu đi trước", None),
        ("correct horse trâu battery", None),
        ("kèn bầu tháng chạp", None),
    ],
)
def test_a_password_is_long_and_no_common_one(password: str, why: Weakness | None) -> None:
    assert weakness(password, "nvan") is why


async def test_a_weak_password_does_not_use_the_link_up(office: Office) -> None:
    token = (await invited(office)).token.value
    assert await office.access.accept(token, "short") == TooWeak(Weakness.TOO_SHORT)
    assert isinstance(await office.access.accept(token, PASSWORD), Accepted)


@pytest.mark.parametrize("login", ["", " ", "an nguyen", "ân", "a" * 65, "an\n", "<b>"])
async def test_a_login_is_plain(office: Office, login: str) -> None:
    made = await office.access.invite(NewPerson(login, "An", Role.CLERK), BY)
    if login.strip() == "an":
        assert isinstance(made, Invited)
        return
    assert isinstance(made, NotDone)
    assert made.why is WhyNot.MALFORMED_LOGIN


async def test_an_agency_that_is_not_there_is_refused_and_the_nearest_is_named(
    office: Office,
) -> None:
    await office.hire()
    wrong = frozenset({AgencyId("H32.1")})
    for refused in (
        await office.access.invite(NewPerson("binh", "Bình", Role.CLERK, wrong), BY),
        await office.access.change_person("an", Role.CLERK, wrong, "An", BY),
    ):
        assert isinstance(refused, NotDone)
        assert refused.why is WhyNot.UNKNOWN_AGENCY
        assert refused.line == "no agency has the code 'H32.1': did you mean H32.01?"


async def test_the_last_administrator_of_all_is_neither_disabled_demoted_nor_limited(
    office: Office,
) -> None:
    await office.hire("an", Role.ADMINISTRATOR)
    some = frozenset({AgencyId("H32.01")})
    await office.hire("dung", Role.ADMINISTRATOR)
    limited = await office.access.change_person("dung", Role.ADMINISTRATOR, some, "D", BY)
    assert not isinstance(limited, NotDone)
    # One who cannot sign in yet does not count, nor one who does not see all agencies.
    await invited(office, "binh", Role.ADMINISTRATOR)
    for refused in (
        await office.access.disable("an", BY),
        await office.access.change_person("an", Role.SUPERVISOR, None, "An", BY),
        await office.access.change_person("an", Role.ADMINISTRATOR, some, "An", BY),
    ):
        assert isinstance(refused, NotDone)
        assert refused.why is WhyNot.LAST_ADMINISTRATOR
        assert (
            refused.line == "'an' is the last administrator of all agencies: first add another one,"
            " who takes up the link"
        )
    kept = await office.access.change_person("an", Role.ADMINISTRATOR, None, "Bà An", BY)
    assert not isinstance(kept, NotDone)
    await office.hire("chi", Role.ADMINISTRATOR)
    assert not isinstance(await office.access.disable("an", BY), NotDone)


async def test_nobody_is_changed_who_is_not_there(office: Office) -> None:
    for refused in (
        await office.access.disable("nobody", BY),
        await office.access.enable("nobody", BY),
        await office.access.reinvite("nobody", BY),
        await office.access.change_person("nobody", Role.CLERK, None, "N", BY),
    ):
        assert isinstance(refused, NotDone)
        assert refused.why is WhyNot.NO_SUCH_PERSON


async def test_a_new_role_ends_the_sessions_of_the_old_one(office: Office) -> None:
    await office.hire()
    came = await office.come_in()
    await office.access.change_person("an", Role.SUPERVISOR, None, "An", BY)
    assert await office.access.session(came.token.value) is None
    assert (await office.come_in()).session.person.role is Role.SUPERVISOR


async def test_a_second_factor_ends_the_other_sessions_and_needs_a_code_of_its_own(
    office: Office,
) -> None:
    person = await office.hire()
    here, there = await office.come_in(), await office.come_in()
    assert not await office.access.confirm_totp(person, office.code(), here.session.id)
    offer = await office.access.begin_totp(person, PASSWORD)
    assert isinstance(offer, TotpOffer)
    assert offer.secret.value in offer.uri.value
    wrong = f"{(int(office.code()) + 1) % 1_000_000:06}"
    assert not await office.access.confirm_totp(person, wrong, here.session.id)
    assert isinstance(await office.try_in(), SignedIn)
    code = office.code()
    assert await office.access.confirm_totp(person, code, here.session.id)
    assert await office.access.session(here.token.value) is not None
    assert await office.access.session(there.token.value) is None
    assert isinstance(await office.try_in(code=code), NotSignedIn)


async def test_another_second_factor_needs_a_code_of_the_one_before_that_was_not_used(
    office: Office,
) -> None:
    person = await office.with_totp()
    code = office.code()
    assert await office.access.begin_totp(person, PASSWORD) == WrongPassword()
    assert await office.access.begin_totp(person, office.code(-1)) == WrongPassword()
    assert isinstance(await office.access.begin_totp(person, code), TotpOffer)
    assert await office.access.begin_totp(person, code) == WrongPassword()
    assert isinstance(await office.try_in(code=code), NotSignedIn)
    office.step(30)
    assert isinstance(await office.try_in(code=office.code()), SignedIn)


async def test_a_first_second_factor_needs_the_password_and_guesses_are_counted(
    office: Office,
) -> None:
    person = await office.hire()
    for _ in range(5):
        assert await office.access.begin_totp(person, "wrong") == WrongPassword()
    assert isinstance(await office.access.begin_totp(person, PASSWORD), LockedOut)
    office.step(60)
    assert isinstance(await office.access.begin_totp(person, PASSWORD), TotpOffer)


async def test_another_password_needs_the_code_too(office: Office) -> None:
    person = await office.with_totp()
    change = office.access.change_password
    code = office.code()
    assert await change(person, PASSWORD, OTHER) == WrongPassword()
    assert await change(person, "wrong", OTHER, code=code) == WrongPassword()
    assert await change(person, PASSWORD, OTHER, code=code) == Changed()
    assert await change(person, OTHER, PASSWORD, code=code) == WrongPassword()


async def test_the_old_password_cannot_be_guessed_from_within_a_session(office: Office) -> None:
    person = await office.hire()
    for _ in range(5):
        changed = await office.access.change_password(person, "wrong", OTHER)
        assert changed == WrongPassword()
    assert isinstance(await office.access.change_password(person, PASSWORD, OTHER), LockedOut)
    assert isinstance(await office.try_in(), SignedIn)
    office.step(60)
    assert await office.access.change_password(person, PASSWORD, OTHER) == Changed()
    weak = await office.access.change_password(person, OTHER, "short")
    assert weak == TooWeak(Weakness.TOO_SHORT)


async def test_there_is_a_first_administrator_only_where_nobody_is(office: Office) -> None:
    await invited(office)
    assert await office.access.first_administrator() is None


async def test_a_link_for_the_first_administrator_is_made_anew_after_each_start(
    office: Office,
) -> None:
    first = await office.access.first_administrator()
    office.step(48 * HOUR)
    second = await office.access.first_administrator()
    assert first is not None
    assert second is not None
    found = await office.access.invited(second.value)
    assert found is not None
    assert (found.person.login, found.person.role) == ("admin", Role.ADMINISTRATOR)
    assert found.person.agencies is None


async def test_the_audit_names_people_by_their_logins(office: Office) -> None:
    assert staff_actor(await office.hire()) == "staff:an"
