import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.smpp.receipt import MessageState, Receipt, read_receipt
from tests.smpp.strategies import TLVS

RECEIPT = 0x04
UDHI = 0x40
NAMES = ("id", "sub", "dlvrd", "submit date", "done date", "stat", "err")
DELIVERED = Receipt("0A1B2C3D", MessageState.DELIVERED, "000", "2611270801")
STANDARD = (
    "id:0A1B2C3D sub:001 dlvrd:001 submit date:2611270800 done date:2611270801"
    " stat:DELIVRD err:000 text:Ho so H32"
)
HO_SO = STANDARD.replace("Ho so", "H\u1ed3 s\u01a1")


@pytest.mark.parametrize(
    "text",
    [
        STANDARD,
        STANDARD.upper().replace("DELIVRD", "Delivrd"),
        STANDARD.replace("Ho so", "id:7 stat:REJECTD err:1 done date:1111111111"),
        "stat:DELIVRD done date:2611270801 err:000 id:0A1B2C3D",
        "err:000 text: id:0A1B2C3D stat:DELIVRD done date:2611270801",
        "id: 0A1B2C3D  done date: 2611270801 stat: DELIVRD err: 000",
        "id:0A1B2C3D, stat:DELIVERED; done date:2611270801, err:000;",
        "id:0A1B2C3D\r\nstat:DELIVRD\r\ndone date:2611270801\r\nerr:000\0",
        "mid:1 id:0A1B2C3D done date:2611270801 substat:X stat:DELIVRD err:000",
    ],
)
def test_the_fields_are_found_in_any_order_and_case(text: str) -> None:
    assert read_receipt(text.encode(), esm_class=RECEIPT) == DELIVERED


@pytest.mark.parametrize(
    "text,receipt",
    [
        ("", Receipt()),
        ("your message was delivered", Receipt()),
        ("id:1", Receipt("1")),
        ("id: submit date:2611270800 stat:EXPIRED", Receipt(None, MessageState.EXPIRED)),
        ("id:smsc1:77 stat:EXPIRED", Receipt("smsc1:77", MessageState.EXPIRED)),
        ("id: stat:EXPIRED err:", Receipt(None, MessageState.EXPIRED)),
        ("stat:UNDELIV err:0x1F", Receipt(None, MessageState.UNDELIVERABLE, "0x1F")),
        ("id:1 stat:SOMETHING err:EC-27", Receipt("1", None, "EC-27")),
        ("id:1 done date:261127080159", Receipt("1", done_at="261127080159")),
        ("id:1 done date:20261127080159", Receipt("1", done_at="20261127080159")),
        ("id:1 done date:26112708015", Receipt("1")),
        ("id:1 done date:202611270801599", Receipt("1")),
        ("id:1 done date:26-11-27", Receipt("1")),
    ],
)
def test_what_is_missing_or_odd_is_left_out(text: str, receipt: Receipt) -> None:
    assert read_receipt(text.encode(), esm_class=RECEIPT) == receipt


@pytest.mark.parametrize(
    "word,state",
    [
        ("ENROUTE", MessageState.ENROUTE), ("DELIVRD", MessageState.DELIVERED),
        ("EXPIRED", MessageState.EXPIRED), ("DELETED", MessageState.DELETED),
        ("UNDELIV", MessageState.UNDELIVERABLE), ("ACCEPTD", MessageState.ACCEPTED),
        ("UNKNOWN", MessageState.UNKNOWN), ("REJECTD", MessageState.REJECTED),
        ("rejected", MessageState.REJECTED), ("FAILED", MessageState.UNDELIVERABLE),
    ],
)  # fmt: skip
def test_each_state_of_the_appendix_is_known(word: str, state: MessageState) -> None:
    read = read_receipt(f"id:1 stat:{word}".encode(), esm_class=RECEIPT)
    assert read == Receipt("1", state)


@pytest.mark.parametrize("esm_class", [0x10, 0x50, 0x93])
def test_what_a_person_answers_by_hand_is_a_message(esm_class: int) -> None:
    """Clause 5.2.12: a manual acknowledgement of a handset's user carries the user's own words."""
    assert read_receipt(b"MCKH_H32.12-230615-0001", esm_class=esm_class) is None
    assert read_receipt(STANDARD.encode(), esm_class=esm_class) == DELIVERED


@pytest.mark.parametrize("esm_class", [0x04, 0x44, 0x08, 0x0C, 0x14, 0x18, 0x1C, 0x20, 0x3C])
def test_what_a_machine_says_is_never_taken_for_a_persons_text(esm_class: int) -> None:
    assert read_receipt(b"read", esm_class=esm_class) == Receipt(intermediate=esm_class == 0x20)


def test_parameters_win_over_text() -> None:
    tlvs = ((0x001E, b"77\0"), (0x0427, b"\x05"), (0x0423, b"\x03\x00\x22"))
    read = read_receipt(STANDARD.encode(), tlvs, RECEIPT)
    assert read == Receipt("77", MessageState.UNDELIVERABLE, "034", "2611270801")


def test_parameters_are_enough() -> None:
    tlvs = ((0x001E, b"77"), (0x0427, b"\x02"))
    assert read_receipt(b"", tlvs) == Receipt("77", MessageState.DELIVERED)


def test_parameters_that_say_nothing_leave_the_word_to_the_text() -> None:
    tlvs = ((0x001E, b"\0"), (0x0427, b"\x09"), (0x0423, b""))
    assert read_receipt(STANDARD.encode(), tlvs, RECEIPT) == DELIVERED


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16-be", "utf-16-le", "utf-16"])
@pytest.mark.parametrize("header", [b"", b"\x05\x00\x03\x01\x02\x01"])
@pytest.mark.parametrize(
    "text", [STANDARD, "  " + STANDARD, STANDARD.replace("id:", "ID :"), f'"{STANDARD}"', HO_SO]
)
def test_a_receipt_that_comes_as_a_plain_message_is_one_all_the_same(
    encoding: str, header: bytes, text: str
) -> None:
    """Whatever its data_coding says: many an SMSC sends UCS-2 under another."""
    octets = header + text.encode(encoding, "replace")
    assert read_receipt(octets, esm_class=UDHI if header else 0) == DELIVERED


@pytest.mark.parametrize(
    "text,receipt",
    [
        (
            "id:12 sub:001 dlvrd:001 done date:2611270801 err:000",
            Receipt("12", None, "000", "2611270801"),
        ),
        ("stat:DELIVRD id:12", Receipt("12", MessageState.DELIVERED)),
        ("sub:001 dlvrd:001 stat:EXPIRED", Receipt(None, MessageState.EXPIRED)),
        ("err:001 id:12", Receipt("12", None, "001")),
        (
            "submit date:2611270800 done date:2611270801 id:12",
            Receipt("12", None, None, "2611270801"),
        ),
        ("id: stat:", Receipt()),
        ("\0\0id:12\0stat:DELIVRD", Receipt("12", MessageState.DELIVERED)),
    ],
)
def test_two_fields_in_any_order_make_a_plain_message_a_receipt(
    text: str, receipt: Receipt
) -> None:
    assert read_receipt(text.encode()) == receipt


def test_a_receipt_that_wrongly_says_it_has_a_header_is_read_all_the_same() -> None:
    assert read_receipt(STANDARD.encode(), esm_class=UDHI) == DELIVERED


@given(
    st.lists(st.sampled_from(NAMES), min_size=2, max_size=7, unique=True).filter(
        lambda names: not {"id", "stat"}.isdisjoint(names)
    ),
    st.sampled_from([":", " :", ": "]),
    st.sampled_from(["latin-1", "utf-16-be", "utf-16-le"]),
)
def test_no_two_fields_of_a_receipt_pass_for_a_persons_text(
    names: list[str], colon: str, encoding: str
) -> None:
    text = " ".join(f"{name}{colon}001" for name in names)
    assert read_receipt(text.encode(encoding)) is not None


@given(st.sampled_from(NAMES), st.text("idstaer 0.1_-MCKH", max_size=40))
def test_one_field_alone_makes_no_receipt(name: str, text: str) -> None:
    assert read_receipt(f"{name}: {text}".encode()) is None
    assert read_receipt(f"{text} {name}:".encode()) is None


@given(
    st.text("abcdefghijklmnopqrstuvwxyzMCKH\u0111\u1ea1", min_size=1, max_size=12).filter(
        lambda word: word not in NAMES
    ),
    st.sampled_from([STANDARD, "id: 12345", "id:1 stat:1"]),
)
def test_a_text_that_begins_with_another_word_is_a_persons(word: str, rest: str) -> None:
    assert read_receipt(f"{word} {rest}".encode()) is None
    assert read_receipt(f"{word} {rest}".encode("utf-16-be")) is None


@pytest.mark.parametrize(
    "tlv,receipt",
    [
        ((0x0427, b"\x02"), Receipt(state=MessageState.DELIVERED)),
        ((0x0423, b"\x03\x00\x22"), Receipt(error="034")),
        ((0x001E, b"77"), Receipt("77")),
    ],
)
def test_each_parameter_of_receipts_makes_one(tlv: tuple[int, bytes], receipt: Receipt) -> None:
    assert read_receipt(b"DELIVRD", (tlv,)) == receipt


@pytest.mark.parametrize(
    "tag,value", [(0x001E, b""), (0x001E, b"\0"), (0x001E, b" \0"), (0x0423, b""), (0x0427, b"")]
)
def test_a_persons_text_with_an_empty_parameter_stays_one(tag: int, value: bytes) -> None:
    assert read_receipt(b"MCKH 170703-0001", ((tag, value),)) is None


def test_a_receipt_in_the_payload_is_read() -> None:
    assert read_receipt(b"", ((0x0424, STANDARD.encode()),)) == DELIVERED


@pytest.mark.parametrize(
    "text",
    [
        "", "MCKH_H32.12-230615-0001", "MCKH id: 12345", "id: 12345", "ID:123 err", "sub:1 err:2",
        "MCKH:H32.12-230615-0001", "07:30 id", "HEN: 8:00", "id", "id:123",
        "ID card 079123", "stat:DELIVRD",
        "Cho hoi id:1 stat:DELIVRD", "idea: stat:1", "tra cuu id: H32.12-230615-0001",
    ],
)  # fmt: skip
def test_what_a_person_writes_is_no_receipt(text: str) -> None:
    assert read_receipt(text.encode()) is None
    assert read_receipt(text.encode("utf-16-be")) is None
    assert read_receipt(text.encode("utf-16-le")) is None


@pytest.mark.parametrize("esm_class", [0x00, 0x03, 0x40, 0xC0, 0x43])
def test_the_other_bits_of_esm_class_make_no_receipt(esm_class: int) -> None:
    assert read_receipt(b"MCKH", esm_class=esm_class) is None


@pytest.mark.parametrize(
    "esm_class,intermediate",
    [(0x04, False), (0x08, False), (0x10, False), (0x20, True), (0x44, False)],
)
def test_whatever_is_no_ordinary_message_is_never_to_be_answered(
    esm_class: int, *, intermediate: bool
) -> None:
    assert read_receipt(b"", esm_class=esm_class) == Receipt(intermediate=intermediate)


@given(
    st.binary(max_size=300) | st.text("id:stat er:0\0", max_size=40).map(str.encode),
    TLVS | st.tuples(st.tuples(st.sampled_from([0x001E, 0x0423, 0x0427]), st.binary(max_size=80))),
    st.integers(0, 255),
)
def test_no_octets_make_reading_raise_and_no_field_is_long(
    octets: bytes, tlvs: tuple[tuple[int, bytes], ...], esm_class: int
) -> None:
    read = read_receipt(octets, tlvs, esm_class)
    if read is not None:
        assert len(read.message_id or "") <= 65
        assert len(read.error or "") <= 65
