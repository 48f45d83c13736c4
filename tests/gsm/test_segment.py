import unicodedata

import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.gsm.alphabet import Alphabet, alphabet_of, decode, encode, units
from sms_gateway.gsm.plain import nfc
from sms_gateway.gsm.segment import STANDARD, Counted, Limits, count, segment

GSM_TEXTS = st.text(st.sampled_from("ab {}[]~\\^|\u20ac\u00e9\n_"), max_size=700)
WIDE_TEXTS = st.text(st.sampled_from("ab \u1ed3\u01b0\u0111{\U0001f44d\U0001f1fb"), max_size=300)
MARKED_TEXTS = st.text(st.sampled_from("ab\u01a1\u0301\u0323\ufe0f\u0e33\U0001f44d"), max_size=300)
ANY_TEXTS = st.text(max_size=300)
LIMITS = st.builds(
    lambda gsm7, less, ucs2, fewer: Limits(gsm7 + less, gsm7, ucs2 + fewer, ucs2),
    st.integers(2, 20),
    st.integers(0, 7),
    st.integers(2, 20),
    st.integers(0, 3),
)

SAMPLES = [
    # Sample replies of the wording table, accented, with what they cost there.
    (
        "Hồ sơ H32.12-230615-0001 đang xử lý. Hẹn trả kết quả: 04/12/2026. Hỏi đáp: 0258 3999999",
        Counted(Alphabet.UCS2, 87, 2),
    ),
    (
        (
            "Hồ sơ H32.12-230615-0001 đã gửi trực tuyến ngày 20/11/2026 và đang chờ cán bộ kiểm"
            " tra. Chưa tính thời hạn. Hỏi đáp: 0258 3999999"
        ),
        Counted(Alphabet.UCS2, 129, 2),
    ),
    (
        (
            "Hồ sơ H32.12-230615-0001 đang xử lý và đã quá ngày hẹn 04/12/2026. Chúng tôi xin lỗi."
            " Ngày hẹn mới: 11/12/2026. Hỏi đáp: 0258 3999999"
        ),
        Counted(Alphabet.UCS2, 133, 2),
    ),
    (
        (
            "Hồ sơ H32.12-230615-0001 đã có kết quả ngày 20/11/2026. Mang giấy hẹn và giấy tờ tùy"
            " thân đến nơi nộp hồ sơ để nhận. Hỏi đáp: 0258 3999999"
        ),
        Counted(Alphabet.UCS2, 138, 3),
    ),
    (
        (
            "Hồ sơ H32.12-230615-0001 đang xử lý. Hẹn trả: 04/12/2026 (số liệu lúc 10:05 ngày"
            " 20/11/2026 do hệ thống gián đoạn). Hỏi đáp: 0258 3999999"
        ),
        Counted(Alphabet.UCS2, 137, 3),
    ),
    (
        (
            "File H32.12-230615-0001 was submitted online on 20/11/2026 and is waiting for an"
            " officer to check it. The time limit has not started. Help: 0258 3999999"
        ),
        Counted(Alphabet.GSM7, 152, 1),
    ),
]


@pytest.mark.parametrize("text,counted", SAMPLES)
def test_the_sample_replies_cost_what_the_wording_table_says(text: str, counted: Counted) -> None:
    assert count(nfc(text)) == counted
    assert count(nfc(unicodedata.normalize("NFD", text))) == counted


def test_nfd_costs_more_than_nfc() -> None:
    text = "Hồ sơ đang xử lý"
    assert count(nfc(text)).units == 16
    assert count(unicodedata.normalize("NFD", text)).units == 22


@given(st.one_of(GSM_TEXTS, WIDE_TEXTS, MARKED_TEXTS, ANY_TEXTS), st.just(STANDARD) | LIMITS)
def test_segments_joined_equal_the_text_and_fit(text: str, limits: Limits) -> None:
    parts = segment(text, limits)
    counted = count(text, limits)
    single, part = limits.of(counted.alphabet)
    lengths = [units(piece, counted.alphabet) for piece in parts]
    assert "".join(parts) == text
    assert counted == Counted(alphabet_of(text), sum(lengths), len(parts))
    assert max(lengths) <= (single if len(parts) == 1 else part)
    assert all(parts) or parts == ("",)
    assert (len(parts) == 1) is (counted.units <= single)


@given(GSM_TEXTS | WIDE_TEXTS)
def test_the_cut_is_the_oracles_cut(text: str) -> None:
    oracle = smsutil.split(text) if text else None
    expected = [part.content for part in oracle.parts] if oracle else [""]
    assert list(segment(text)) == expected


@given(GSM_TEXTS, LIMITS)
def test_each_part_decodes_alone_so_no_escape_pair_is_cut(text: str, limits: Limits) -> None:
    octets = [encode(part) for part in segment(text, limits)]
    assert not any(part.endswith(b"\x1b") for part in octets)
    assert "".join(decode(part) for part in octets) == text


@given(WIDE_TEXTS, LIMITS)
def test_each_part_is_sound_utf16_so_no_surrogate_pair_is_cut(text: str, limits: Limits) -> None:
    if alphabet_of(text) is Alphabet.UCS2:
        octets = [part.encode("utf-16-be") for part in segment(text, limits)]
        assert "".join(part.decode("utf-16-be") for part in octets) == text


@given(st.lists(st.sampled_from(["a", "\u01a1\u0323", "e\u0302\u0301", "\u270c\ufe0f", "d"])))
def test_a_mark_stays_with_its_letter(letters: list[str]) -> None:
    limits = Limits(10, 9, 7, 5)
    for part in segment("".join(letters), limits):
        assert unicodedata.category(part[:1] or "a") not in {"Mn", "Mc", "Me"}


def test_marks_longer_than_a_part_are_cut_all_the_same() -> None:
    text = "o" + "\u0301" * 100
    assert [len(part) for part in segment(text)] == [67, 34]


@pytest.mark.parametrize(
    "text,sizes",
    [
        ("", [0]),
        ("a" * 160, [160]),
        ("a" * 161, [153, 8]),
        ("a" * 306, [153, 153]),
        ("a" * 307, [153, 153, 1]),
        ("a" * 159 + "{", [153, 7]),
        ("a" * 152 + "{" + "a" * 10, [152, 11]),
        ("\u0111" * 70, [70]),
        ("\u0111" * 71, [67, 4]),
        ("\u0111" * 134, [67, 67]),
        ("\u0111" * 135, [67, 67, 1]),
        ("\u0111" * 66 + "\U0001f44d" + "\u0111" * 10, [66, 11]),
    ],
)
def test_the_cuts_fall_where_the_standard_puts_them(text: str, sizes: list[int]) -> None:
    assert [len(part) for part in segment(text)] == sizes
    assert count(text).segments == len(sizes)


def test_a_telco_with_a_label_has_its_own_figures() -> None:
    advertising = Limits(gsm7_single=122, gsm7_part=122)
    assert count("a" * 122, advertising).segments == 1
    assert [len(part) for part in segment("a" * 123, advertising)] == [122, 1]


@pytest.mark.parametrize("figures", [(1, 1, 70, 67), (160, 1, 70, 67), (160, 153, 60, 67)])
def test_limits_that_cannot_hold_a_pair_are_refused(figures: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="segment limit"):
        Limits(*figures)
