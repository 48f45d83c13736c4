import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.smpp.receipt import IdForm, MessageState, Receipt, id_forms, read_receipt
from tests.smpp.strategies import TLVS

RECEIPT = 0x04
DELIVERED = Receipt("0A1B2C3D", MessageState.DELIVERED, "000", "2611270801")
STANDARD = (
    "id:0A1B2C3D sub:001 dlvrd:001 submit date:2611270800 done date:2611270801"
    " stat:DELIVRD err:000 text:Ho so H32"
)


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


@pytest.mark.parametrize("coding,encoding", [(0, "latin-1"), (8, "utf-16-be")])
@pytest.mark.parametrize("text", [STANDARD, "  " + STANDARD, STANDARD.replace("id:", "ID :")])
def test_a_receipt_that_comes_as_a_plain_message_is_one_all_the_same(
    coding: int, encoding: str, text: str
) -> None:
    assert read_receipt(text.encode(encoding), data_coding=coding) == DELIVERED


def test_a_receipt_in_the_payload_is_read() -> None:
    assert read_receipt(b"", ((0x0424, STANDARD.encode()),)) == DELIVERED


@pytest.mark.parametrize(
    "text",
    [
        "", "MCKH_H32.12-230615-0001", "id", "id:123", "ID card 079123", "stat:DELIVRD",
        "Cho hoi id:1 stat:DELIVRD", "idea: stat:1", "tra cuu id: H32.12-230615-0001",
    ],
)  # fmt: skip
def test_what_a_person_writes_is_no_receipt(text: str) -> None:
    assert read_receipt(text.encode()) is None
    assert read_receipt(text.encode("utf-16-be"), data_coding=8) is None


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
    st.integers(0, 255),
)
def test_no_octets_make_reading_raise_and_no_field_is_long(
    octets: bytes, tlvs: tuple[tuple[int, bytes], ...], esm_class: int, coding: int
) -> None:
    read = read_receipt(octets, tlvs, esm_class, coding)
    if read is not None:
        assert len(read.message_id or "") <= 65
        assert len(read.error or "") <= 65


@pytest.mark.parametrize(
    "message_id,form,spellings",
    [
        ("123", IdForm.AS_IS, ("123",)),
        ("00123", IdForm.AS_IS, ("00123", "123")),
        ("000", IdForm.AS_IS, ("000", "0")),
        ("", IdForm.AS_IS, ("",)),
        ("0a1B", IdForm.AS_IS, ("0a1B", "0a1b", "0A1B", "a1B", "a1b", "A1B")),
        (
            "0A1B2C3D", IdForm.HEX_TO_DECIMAL,
            ("169552957", "0169552957", "0A1B2C3D", "0a1b2c3d", "A1B2C3D", "a1b2c3d"),
        ),
        (
            "169552957", IdForm.DECIMAL_TO_HEX,
            ("a1b2c3d", "A1B2C3D", "0a1b2c3d", "0A1B2C3D", "169552957"),
        ),
        ("xyz", IdForm.HEX_TO_DECIMAL, ("xyz", "XYZ")),
        ("1f", IdForm.DECIMAL_TO_HEX, ("1f", "1F")),
        ("\u0661", IdForm.DECIMAL_TO_HEX, ("\u0661",)),
    ],
)  # fmt: skip
def test_an_id_is_looked_for_in_each_spelling_it_may_have(
    message_id: str, form: IdForm, spellings: tuple[str, ...]
) -> None:
    assert tuple(id_forms(message_id, form)) == spellings
