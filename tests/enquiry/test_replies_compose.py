import string
import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sms_gateway.domain.dossier import canonical_key
from sms_gateway.domain.message import Language
from sms_gateway.enquiry import values as made_fit
from sms_gateway.enquiry.preview import SAMPLE
from sms_gateway.enquiry.replies import load_replies
from sms_gateway.enquiry.reply_forms import USUAL_CODE
from sms_gateway.enquiry.templates import LONGEST, TEMPLATES
from sms_gateway.gsm.plain import allowed, plain
from sms_gateway.gsm.segment import count

ROOT = Path(__file__).parents[2]
REPLIES = load_replies(
    tomllib.loads((ROOT / "config/replies/vi.toml").read_text("utf-8")),
    tomllib.loads((ROOT / "config/replies/en.toml").read_text("utf-8")),
)
VI, ACCENTED, EN = Language.VI, Language.VI_ACCENTED, Language.EN
ALLOWED = frozenset(string.ascii_letters + string.digits + " .:-/()")
CODE_LETTERS = string.ascii_uppercase + string.digits + ".-/"
NAMES = st.sampled_from(sorted(TEMPLATES))
LANGUAGES = st.sampled_from(Language)
CODES = st.text(CODE_LETTERS, min_size=1, max_size=50)
ANYTHING = st.text(
    st.characters() | st.sampled_from("đĐơưạ“”’–… _,;&%$@👍\u0301\u200b\u00a0\ud800"), max_size=200
)
WORDS = st.text(st.characters(max_codepoint=0x1EF9, categories=["L", "Nd"]), max_size=4)
VALUES = st.fixed_dictionaries({}, optional=dict.fromkeys((*LONGEST, "unheard_of"), ANYTHING))


@settings(max_examples=200)
@given(NAMES, VALUES, LANGUAGES)
@example("S3", {"code": "", "date": ""}, VI)
@example("X1", {"code": "👍" * 200, "hotline": "9" * 200}, VI)
def test_whatever_the_values_a_reply_comes_out_that_telcos_and_handsets_carry(
    name: str, values: dict[str, str], language: Language
) -> None:
    composed = REPLIES.compose(name, values, language)
    counted = count(composed.text)
    assert (composed.alphabet, composed.segments) == (counted.alphabet, counted.segments)
    assert 1 <= composed.segments <= 2
    assert composed.text == " ".join(composed.text.split())
    if composed.language is not ACCENTED:
        assert ALLOWED.issuperset(composed.text)
        assert counted.alphabet == "gsm7"
        assert counted.units == len(composed.text)
    else:
        assert ALLOWED.issuperset(plain(composed.text))


@settings(max_examples=200)
@given(
    NAMES, VALUES, st.text(CODE_LETTERS, min_size=1, max_size=USUAL_CODE), st.sampled_from([VI, EN])
)
def test_with_a_code_of_today_every_reply_is_one_segment_whatever_the_other_values(
    name: str, values: dict[str, str], code: str, language: Language
) -> None:
    assert REPLIES.compose(name, {**values, "code": code}, language).segments == 1


@settings(max_examples=200)
@given(NAMES, CODES, LANGUAGES, st.integers(1, 3))
def test_a_code_and_a_hotline_are_never_cut_and_the_door_s_limit_holds(
    name: str, code: str, language: Language, most: int
) -> None:
    composed = REPLIES.compose(name, {**SAMPLE, "code": code}, language, max_segments=most)
    assert composed.segments <= most
    if SAMPLE["code"] in REPLIES.whole(name, SAMPLE, language):
        assert code in composed.text
    if composed.template == "X1":
        assert SAMPLE["hotline"] in composed.text


@settings(max_examples=200)
@given(NAMES, st.fixed_dictionaries(dict.fromkeys(LONGEST, WORDS)))
def test_unaccented_piece_by_piece_is_the_unaccented_whole(
    name: str, values: dict[str, str]
) -> None:
    values = {key: allowed(value) or "0" for key, value in values.items()}
    accented = REPLIES.whole(name, values, ACCENTED)
    unaccented = REPLIES.whole(name, values, VI)
    assert plain(accented) == unaccented == allowed(unaccented)


@settings(max_examples=200)
@given(st.text("0123456789-./ ABCXYZabcđĐạƯ_&", max_size=50))
def test_cleaning_a_code_keeps_what_it_is_looked_up_by(code: str) -> None:
    shown = REPLIES.compose("X1", {"code": code, "hotline": "1022"}, VI).text
    shown = shown.removeprefix("Ho so").removesuffix(": vui long goi 1022")
    assert canonical_key(shown) == canonical_key(code)


@pytest.mark.parametrize(
    "given,sent",
    [
        ("0258 3999999", "0258 3999999"),
        ("0258.3999999", "0258.3999999"),
        ("  0258\u00a03999999 ", "0258 3999999"),
        ("+84 258 3999999", "0258 3999999"),
        ("0258–3999999", "0258-3999999"),
        ("0258 3999999 hoặc 0258 3888888", "0258 3999999 hoac 0258 3888888"),
        # what is too long ends between two words
        ("0258 3999999 hoac 0258 3888888 hoac 1022", "0258 3999999 hoac 0258 3888888"),
    ],
)
def test_a_hotline_is_cleaned_after_rendering(given: str, sent: str) -> None:
    text = REPLIES.compose("E3", {"minutes": "30", "hotline": given}, VI).text
    assert text.endswith(f"hoac goi {sent}")


def test_accented_text_keeps_vietnamese_values_and_cleans_the_rest() -> None:
    values = {**SAMPLE, "code": "HỒ–12“Ž” 👍", "hotline": "1022 Bưu điện"}
    text = REPLIES.compose("S10", values, ACCENTED).text
    assert text.startswith("Hồ sơ HỒ-12 Z đã trả kết quả ngày 20/11/2026.")
    assert text.endswith("gọi 1022 Bưu điện")


def test_accented_text_is_nfc_whatever_form_the_values_have() -> None:
    nfd = "Bu\u031bu \u0111ie\u0323\u0302n"
    text = REPLIES.compose("S10", {**SAMPLE, "hotline": nfd}, ACCENTED).text
    assert text.endswith("gọi Bưu điện")


def test_the_hotline_goes_only_where_that_saves_a_segment() -> None:
    one, two = "H32.12-230615-0001", "5" * 50
    assert "Help" in REPLIES.compose("S1", {**SAMPLE, "code": one}, EN).text
    # 184 and 165 septets: two segments with it and without it
    longest = REPLIES.compose("S1", {**SAMPLE, "code": two}, EN)
    assert "Help" in longest.text
    assert longest.segments == 2
    # 87 and 65 UTF-16 units: two segments with it, one without
    accented = REPLIES.compose("S4", SAMPLE, ACCENTED)
    assert "Hỏi đáp" not in accented.text
    assert accented.segments == 1


def test_accented_text_over_two_segments_loses_its_hotline_then_its_accents() -> None:
    ninth = REPLIES.compose("S9", SAMPLE, ACCENTED)
    assert (ninth.language, ninth.segments) == (ACCENTED, 2)
    assert SAMPLE["hotline"] not in ninth.text
    longer = REPLIES.compose("S9", {**SAMPLE, "code": "5" * 50}, ACCENTED)
    assert (longer.language, longer.alphabet, longer.segments) == (VI, "gsm7", 1)


def test_a_door_may_carry_more_or_less_than_two_segments() -> None:
    long_code = {**SAMPLE, "code": "5" * 50}
    assert REPLIES.compose("S3", long_code, ACCENTED, max_segments=3).segments == 3
    assert REPLIES.compose("S10", SAMPLE, ACCENTED, max_segments=1).language is VI
    english = REPLIES.compose("S1", long_code, EN, max_segments=1)
    assert english.text == f"File {'5' * 50}: please call 0258 3999999"
    assert (english.template, english.version) == ("X1", REPLIES.version("X1"))


def test_a_reply_without_a_hotline_to_name_ends_before_it() -> None:
    text = REPLIES.compose("S4", {**SAMPLE, "hotline": "“”"}, VI).text
    assert text == "Ho so H32.12-230615-0001 dang xu ly. Hen tra ket qua: 04/12/2026."


@pytest.mark.parametrize(
    "refused,text",
    [
        ("", "Ho so H32.12-230615-0001 dang xu ly. Hen tra ket qua: 04/12/2026. Hoi dap: 1022"),
        ("/", "Ho so H32.12-230615-0001 dang xu ly. Hen tra ket qua: 04-12-2026. Hoi dap: 1022"),
        (":", "Ho so H32.12-230615-0001 dang xu ly. Hen tra ket qua. 04/12/2026. Hoi dap. 1022"),
        ("/-", "Ho so H32.12.230615.0001 dang xu ly. Hen tra ket qua: 04.12.2026. Hoi dap: 1022"),
        ("/-.:", "Ho so H32 12 230615 0001 dang xu ly Hen tra ket qua 04 12 2026 Hoi dap 1022"),
        ("%&@ế", "Ho so H32.12-230615-0001 dang xu ly. Hen tra ket qua: 04/12/2026. Hoi dap: 1022"),
    ],
)
def test_what_a_telco_refuses_is_written_another_way(refused: str, text: str) -> None:
    values = {**SAMPLE, "hotline": "1022"}
    assert REPLIES.compose("S4", values, VI, refused=frozenset(refused)).text == text


def test_a_telco_that_refuses_an_accented_letter_gets_unaccented_text() -> None:
    assert REPLIES.compose("S4", SAMPLE, ACCENTED, refused=frozenset("ế")).language is VI


def test_a_reply_remembers_what_it_was_made_of_and_no_more() -> None:
    composed = REPLIES.compose("S4", {**SAMPLE, "name": "Nguyen Van A"}, VI)
    assert composed.params == {name: SAMPLE[name] for name in ("code", "due", "hotline")}
    again = REPLIES.compose(composed.template, composed.params, composed.language)
    assert again == composed


@pytest.mark.parametrize("accented", [True, False])
def test_what_comes_again_and_again_is_remembered_and_no_code_is(*, accented: bool) -> None:
    again = made_fit._accented_again if accented else made_fit._plain_again  # noqa: SLF001  # nothing else shows it
    again.cache_clear()
    for code in ("170703-0001", "170703-0002"):
        given = {"code": code, "hotline": "1022"}
        assert made_fit.cleaned(given, given, accented=accented) == given
    assert (again.cache_info().hits, again.cache_info().currsize) == (1, 1)


def test_equal_texts_have_equal_hashes_and_others_do_not() -> None:
    first, second = (REPLIES.compose("S4", SAMPLE, language) for language in (VI, EN))
    assert first.text_hash == REPLIES.compose("S4", SAMPLE, VI).text_hash != second.text_hash
    assert len(first.text_hash) == 32


def test_a_reply_shows_neither_its_text_nor_its_code_to_a_log() -> None:
    assert SAMPLE["code"] not in repr(REPLIES.compose("S4", SAMPLE, VI))
