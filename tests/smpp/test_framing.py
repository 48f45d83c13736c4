import itertools
import struct

from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.smpp.framing import BadLength, Framer

LONGEST = 60


def pdu(length: int, sequence: int) -> bytes:
    header = struct.pack(">IIII", length, 0x05, 0, sequence)
    return header + b"\0" * (length - len(header))


STREAMS = st.lists(
    st.builds(pdu, st.integers(16, 2 * LONGEST), st.integers(0, 0xFFFFFFFF)), max_size=6
)
CUTS = st.lists(st.integers(0, 400), max_size=12)


def fed(framer: Framer, octets: bytes, cuts: list[int]) -> list[bytes | BadLength]:
    edges = [0, *sorted(cuts), len(octets)]
    found = []
    for begin, end in itertools.pairwise(edges):
        found += framer.feed(octets[begin:end])
    return found


@given(STREAMS, CUTS)
def test_the_same_pdus_come_out_however_the_octets_are_cut(
    stream: list[bytes], cuts: list[int]
) -> None:
    expected = [
        octets
        if len(octets) <= LONGEST
        else BadLength(0x05, struct.unpack_from(">I", octets, 12)[0], out_of_step=False)
        for octets in stream
    ]
    assert fed(Framer(LONGEST), b"".join(stream), cuts) == expected


@given(st.binary(max_size=400), CUTS)
def test_any_octets_give_the_same_however_they_are_cut(octets: bytes, cuts: list[int]) -> None:
    assert fed(Framer(LONGEST), octets, cuts) == Framer(LONGEST).feed(octets)


@given(st.lists(st.binary(min_size=1, max_size=1), max_size=90))
def test_one_octet_at_a_time_is_held_until_it_is_a_pdu(after: list[bytes]) -> None:
    framer = Framer(LONGEST)
    for at in range(29):
        assert framer.feed(pdu(30, 1)[at : at + 1]) == []
    assert framer.feed(b"\0") == [pdu(30, 1)]
    for octet in after:
        framer.feed(octet)


def test_a_length_under_sixteen_ends_the_stream() -> None:
    framer = Framer(LONGEST)
    found = framer.feed(pdu(20, 1) + b"\0\0\0\x0f" + pdu(20, 2))
    assert found == [pdu(20, 1), BadLength(0, 0, out_of_step=True)]
    assert framer.feed(pdu(20, 3)) == []


def test_another_protocol_ends_the_stream() -> None:
    assert Framer().feed(b"HTTP/1.1 400 Bad Request") == [BadLength(0, 0, out_of_step=True)]


def test_what_is_too_long_is_passed_over_and_not_held() -> None:
    framer = Framer(LONGEST)
    (bad,) = framer.feed(pdu(1_000_000, 9)[:500_000])
    assert bad == BadLength(0x05, 9, out_of_step=False)
    assert framer.feed(b"\0" * 499_999) == []
    assert framer.feed(b"\0" + pdu(16, 10)) == [pdu(16, 10)]
