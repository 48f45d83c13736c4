import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.gsm.halves import joined, part_text

UNITS = st.text(st.characters(exclude_categories=["Cs", "Co"]), max_size=80)


@given(UNITS, st.sampled_from(["utf-16-be", "utf-16-le"]), st.data())
def test_a_text_that_is_cut_anywhere_is_whole_again(
    text: str, codec: str, data: st.DataObject
) -> None:
    octets = text.encode(codec)
    cut = data.draw(st.integers(0, len(octets) // 2)) * 2
    parts = [part_text(octets[:cut], codec), part_text(octets[cut:], codec)]
    for part in parts:
        part.encode()  # what no database would keep
    assert joined(parts) == text


@given(st.binary(max_size=140).map(lambda octets: octets[: len(octets) & ~1]))
def test_any_octets_are_text_in_the_end(octets: bytes) -> None:
    joined([part_text(octets, "utf-16-be")]).encode()


@pytest.mark.parametrize(
    "octets, text",
    [
        ("d83dde00", "😀"),
        ("d83d0041", "\ufffdA"),
        ("0041de00", "A\ufffd"),
        ("de00d83d", "\ufffd\ufffd"),
    ],
)
def test_half_a_character_alone_is_one_that_is_lost(octets: str, text: str) -> None:
    assert joined([part_text(bytes.fromhex(octets), "utf-16-be")]) == text
