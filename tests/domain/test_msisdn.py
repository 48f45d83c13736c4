import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sms_gateway.domain.msisdn import MAX_ADDRESS, Address, AddressKind, read_address

AN = "+84900000001"
RENUMBERED_IN_2018 = {
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078",
    "0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082",
    "0162": "032", "0163": "033", "0164": "034", "0165": "035", "0166": "036",
    "0167": "037", "0168": "038", "0169": "039", "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip
"""The plan of the Ministry of Information and Communications, in force since 15/09/2018."""

SUBSCRIBERS = st.from_regex(r"[35789][0-9]{8}", fullmatch=True)
SENDERS = st.text(max_size=MAX_ADDRESS + 2) | st.text("+0123489 -.x", max_size=20)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def value(raw: str, region: str = "VN") -> str:
    found = read_address(raw, region)
    assert found is not None
    return found.value


@pytest.mark.parametrize(
    "spelling",
    [
        "84900000001",
        "+84900000001",
        "0900000001",
        "900000001",
        "0084900000001",
        "840900000001",
        "+840900000001",
        " 0900 000 001 ",
        "0900.000.001",
        "0900-000-001",
        "(+84) 900 000 001",
        "(0900) 000001",
        "+84\u00a0900\u00a0000\u00a0001",
    ],
)
def test_every_spelling_of_a_vietnamese_mobile_is_one_number(spelling: str) -> None:
    assert value(spelling) == AN


@pytest.mark.parametrize("old", RENUMBERED_IN_2018)
@pytest.mark.parametrize("trunk", ["84", "+84", "0", "", "0084", "+840"])
def test_an_eleven_digit_number_of_before_2018_is_the_new_one(old: str, trunk: str) -> None:
    new = "+84" + RENUMBERED_IN_2018[old][1:] + "2345678"
    assert value(trunk + old[1:] + "2345678") == new


def test_twenty_one_prefixes_were_renumbered() -> None:
    changed = [
        f"01{prefix:02}"
        for prefix in range(100)
        if value(f"01{prefix:02}2345678") != f"+841{prefix:02}2345678"
    ]
    assert changed == sorted(RENUMBERED_IN_2018)


@pytest.mark.parametrize("raw", ["055123456", "0551234567", "84551234567", "551234567"])
def test_a_number_of_a_range_that_nobody_knows_is_accepted(raw: str) -> None:
    found = read_address(raw)
    assert found is not None
    assert found.kind is AddressKind.MSISDN


@given(digits=st.from_regex(r"[0-9]{3,7}", fullmatch=True))
def test_a_short_code_never_becomes_a_subscriber(digits: str) -> None:
    found = read_address(digits)
    assert found == Address(digits)
    assert found.kind is AddressKind.SHORT_CODE


@pytest.mark.parametrize("code", ["8088", "8888", "8083", "84888", "1900", "113"])
def test_a_short_code_that_begins_like_the_country_stays_itself(code: str) -> None:
    assert value(code) == code


@pytest.mark.parametrize("name", ["VIETTEL", "VinaPhone", "So Ngoai vu", "8x88", "OTP-1", "a@b.vn"])
def test_a_name_stays_as_it_is_written(name: str) -> None:
    found = read_address(name)
    assert found == Address(name)
    assert found.kind is AddressKind.NAME


@pytest.mark.parametrize(
    "raw", ["+12025550123", "12025550123", "001 202 555 0123", "+1 (202) 555-0123"]
)
def test_a_foreign_number_is_read_with_and_without_its_plus_sign(raw: str) -> None:
    assert value(raw) == "+12025550123"


@pytest.mark.parametrize("raw", ["+85512345678", "85512345678", "4915112345678"])
def test_a_neighbours_number_is_not_taken_for_a_vietnamese_one(raw: str) -> None:
    assert value(raw) == "+" + raw.removeprefix("+")


def test_a_number_without_country_code_belongs_to_the_region_of_the_settings() -> None:
    assert value("012 345 678", "KH") == "+85512345678"
    assert value("84900000001", "KH") == AN


@pytest.mark.parametrize("raw", ["+848083", "00848083", "+84 8083"])
def test_a_short_code_behind_the_country_code_is_the_short_code(raw: str) -> None:
    assert value(raw) == "8083"


@pytest.mark.parametrize(
    "raw",
    [
        *("18001234", "19001234", "8419001234", "+8419001234", "019001234", "1900545436"),
        *("1800 1234", "+841800123456"),
        *("+881612345678", "881612345678", "+979123456789", "+8835100012345", "+80012345678"),
        *("+18005551234", "+18885551234", "+19005551234", "+443453300000"),
        *("8083", "8x83", "VIETTEL"),
    ],
)
def test_no_person_stands_behind_a_hotline_or_a_number_of_no_country(raw: str) -> None:
    found = read_address(raw)
    assert found is not None
    assert not found.may_be_a_person


@pytest.mark.parametrize(
    "raw",
    [
        *("0900000001", "84900000001", "0551234567", "055123456", "0169 1234567", "0692345678"),
        *("842438251234", "+447700900123", "+12025550123", "+15555550123", "+8612345678901"),
        *("+85512345678", "+4915112345678", "+8801712345678", "+841192345678"),
    ],
)
def test_a_person_may_stand_behind_every_other_number_also_of_an_unknown_range(raw: str) -> None:
    found = read_address(raw)
    assert found is not None
    assert found.may_be_a_person


@given(SUBSCRIBERS)
def test_a_person_stands_behind_each_vietnamese_mobile_number(number: str) -> None:
    assert Address("+84" + number).may_be_a_person


@pytest.mark.parametrize(
    "raw", ["", "   ", "+8088", "+1900", "+", "+VIETTEL", "9" * 20, "x" * (MAX_ADDRESS + 1)]
)
def test_what_cannot_be_a_party_is_none(raw: str) -> None:
    assert read_address(raw) is None


@pytest.mark.parametrize("raw", ["VIE\x00TEL", "a\nb", "\u202eLETTEIV"])
def test_a_name_with_control_characters_is_none(raw: str) -> None:
    assert read_address(raw) is None


@given(SENDERS, st.sampled_from(["VN", "KH", "US"]))
def test_whatever_stands_in_a_sender_field_is_an_address_or_none(raw: str, region: str) -> None:
    found = read_address(raw, region)
    if found is not None:
        assert len(found.value) <= MAX_ADDRESS
        assert found.value.isprintable()
        assert found.kind is not AddressKind.MSISDN or re.fullmatch(r"\+[0-9]{4,15}", found.value)


@given(SUBSCRIBERS)
def test_reading_what_was_read_changes_nothing(number: str) -> None:
    found = read_address("0" + number)
    assert found is not None
    for spelling in (found.value, found.digits, found.national):
        assert read_address(spelling) == found


@given(SUBSCRIBERS)
def test_no_form_made_for_people_or_logs_shows_the_number(number: str) -> None:
    address = Address("+84" + number)
    for shown in (repr(address), str(address), f"{address}", address.masked, repr([address])):
        assert sum(c.isdigit() for c in shown) <= 5
        assert number[:6] not in shown
        assert number[2:8] not in shown
    assert number[-3:] in address.masked


@given(st.text(LETTERS, min_size=3, max_size=11))
def test_a_name_is_not_shown_in_a_repr(name: str) -> None:
    assume(name not in "Address")
    assert name not in repr(Address(name))


@pytest.mark.parametrize(
    "raw, masked",
    [
        (AN, "09xx xxx 001"),
        ("+12025550123", "+xxx xxx 123"),
        ("8083", "8083"),
        ("VIETTEL", "***"),
    ],
)
def test_staff_see_so_much_of_a_party(raw: str, masked: str) -> None:
    assert Address(raw).masked == masked


def test_a_number_is_written_as_people_and_as_telcos_write_it() -> None:
    address = Address(AN)
    assert (address.national, address.digits) == ("0900000001", "84900000001")
    assert Address("+12025550123").national == "+12025550123"
    assert Address("8083").digits == "8083"
