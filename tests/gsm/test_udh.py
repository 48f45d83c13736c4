import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.gsm.alphabet import Alphabet
from sms_gateway.gsm.segment import STANDARD
from sms_gateway.gsm.udh import (
    Concatenation,
    MalformedHeader,
    WithHeader,
    limits,
    read_udh,
    room,
    write_udh,
)

PARTS = st.builds(
    lambda reference, total, number, wide: Concatenation(
        reference % (65_536 if wide else 256), max(total, number), min(total, number), wide
    ),
    st.integers(0, 65_535),
    st.integers(1, 255),
    st.integers(1, 255),
    st.booleans(),
)


@pytest.mark.parametrize(
    "octets,part",
    [
        # TS 23.040 clauses 9.2.3.24.1 and 9.2.3.24.8.
        ("050003aa0201", Concatenation(0xAA, 2, 1)),
        ("060804aabb0302", Concatenation(0xAABB, 3, 2, wide=True)),
        # Beside a port address, before it and after it.
        ("0b05040b8423f00003070201", Concatenation(7, 2, 1)),
        ("0b000307020105040b8423f0", Concatenation(7, 2, 1)),
        # The last one counts.
        ("0a00030702010003080302", Concatenation(8, 3, 2)),
        ("0b0003070201080400080302", Concatenation(8, 3, 2, wide=True)),
        # What makes no sense is passed over.
        ("0500030702" + "00", None),
        ("050003070203", None),
        ("050003070001", None),
        ("0a00030702010003080001", Concatenation(7, 2, 1)),
        ("0400020701", None),
        ("03700101", None),
        ("00", None),
    ],
)
def test_the_part_is_read_where_the_standard_puts_it(
    octets: str, part: Concatenation | None
) -> None:
    read = read_udh(bytes.fromhex(octets) + b"text")
    assert isinstance(read, WithHeader)
    assert read.concatenation == part
    assert read.body == b"text"


@pytest.mark.parametrize("octets", ["", "05", "050003aa02", "0200", "4d434b48"])
def test_a_header_that_is_longer_than_the_message_is_malformed(octets: str) -> None:
    assert isinstance(read_udh(bytes.fromhex(octets)), MalformedHeader)


@pytest.mark.parametrize("header", ["0100", "050004aa0201", "0700030702010003"])
def test_a_header_whose_elements_do_not_fill_it_is_ignored_as_a_whole(header: str) -> None:
    """TS 23.040 clause 9.2.3.24. The text after it is still the citizen's."""
    octets = bytes.fromhex(header)
    body = b"MCKH_H32.12-230615-0001"
    fill = bytes(octets[0] + 1 - len(octets))
    assert read_udh(octets + fill + body) == WithHeader(None, (), body)


def test_a_letter_is_no_length_of_a_header() -> None:
    """A text that wrongly says it has a header keeps its beginning."""
    assert isinstance(read_udh(b"Ho so H32.12-230615-0001 den dau roi " * 4), MalformedHeader)


@pytest.mark.parametrize(
    "text",
    ["MCKH 170703-0001", "Đơn MCKH 170703-0001", "Ấp Bắc", "Ế Ho so 170703-0001 den dau", "ă"],
)
def test_a_letter_of_two_octets_is_no_header(text: str) -> None:
    assert isinstance(read_udh(text.encode("utf-16-be"), pairs=True), MalformedHeader)


@pytest.mark.parametrize(
    "header,part",
    [
        ("050003aa0201", Concatenation(0xAA, 2, 1)),
        ("060804aabb0302", Concatenation(0xAABB, 3, 2, wide=True)),
        ("03700101", None),
        ("00", None),
    ],
)
def test_a_header_before_letters_of_two_octets_is_read(
    header: str, part: Concatenation | None
) -> None:
    body = "Đơn MCKH".encode("utf-16-be")
    read = read_udh(bytes.fromhex(header) + body, pairs=True)
    assert isinstance(read, WithHeader)
    assert (read.concatenation, read.body) == (part, body)


def test_a_part_that_ends_in_half_a_letter_is_a_part_still() -> None:
    read = read_udh(bytes.fromhex("060804aabb0302") + b"\0M\0", pairs=True)
    assert isinstance(read, WithHeader)
    assert read.concatenation == Concatenation(0xAABB, 3, 2, wide=True)


def test_elements_that_are_not_understood_are_kept() -> None:
    read = read_udh(bytes.fromhex("0b05040b8423f00003070201"))
    assert isinstance(read, WithHeader)
    assert read.elements == ((5, bytes.fromhex("0b8423f0")), (0, b"\x07\x02\x01"))


@given(PARTS, st.binary(max_size=134))
def test_what_is_written_is_read_again(part: Concatenation, body: bytes) -> None:
    header = write_udh(part)
    assert read_udh(header + body) == WithHeader(part, ((header[1], header[3:]),), body)


@given(octets=st.binary(max_size=140), pairs=st.booleans())
def test_no_octets_make_reading_raise(octets: bytes, *, pairs: bool) -> None:
    assert isinstance(read_udh(octets, pairs=pairs), WithHeader | MalformedHeader)


@pytest.mark.parametrize(
    "reference,total,number,wide",
    [(256, 2, 1, False), (65_536, 2, 1, True), (-1, 2, 1, False), (1, 2, 0, False),
     (1, 2, 3, False), (1, 256, 1, False)],
)  # fmt: skip
def test_a_part_that_cannot_be_is_refused(
    reference: int, total: int, number: int, *, wide: bool
) -> None:
    with pytest.raises(ValueError, match="no part"):
        Concatenation(reference, total, number, wide)


def test_the_room_beside_the_header_is_that_of_the_standard() -> None:
    assert room(Alphabet.GSM7) == 153
    assert room(Alphabet.UCS2) == 67
    assert room(Alphabet.GSM7, wide=True) == 152
    assert room(Alphabet.UCS2, wide=True) == 66
    assert limits() == STANDARD
    assert limits(wide=True).gsm7_part == 152
