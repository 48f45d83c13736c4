"""The agreed wording (domain 6): its strings, and its table of lengths computed elsewhere."""

import tomllib
from pathlib import Path

import pytest

from sms_gateway.domain.message import Language
from sms_gateway.enquiry.preview import SAMPLE
from sms_gateway.enquiry.replies import load_replies
from sms_gateway.gsm.segment import count

ROOT = Path(__file__).parents[2]
REPLIES = load_replies(
    tomllib.loads((ROOT / "config/replies/vi.toml").read_text("utf-8")),
    tomllib.loads((ROOT / "config/replies/en.toml").read_text("utf-8")),
)
AGREED = [
    line.split("\t")
    for line in (ROOT / "tests/golden/agreed_wording.tsv").read_text("utf-8").splitlines()
]

# Length/segments with a code of 18, 25 and 50 characters: unaccented, accented, English.
# Unaccented and English are GSM-7, accented is UCS-2.
TABLE = """
S1  129/1 136/1 161/2   129/2 136/3 161/3   152/1 159/1 184/2
S2  110/1 117/1 142/1   110/2 117/2 142/3    94/1 101/1 126/1
S3  117/1 124/1 149/1   117/2 124/2 149/3   120/1 127/1 152/1
S4   87/1  94/1 119/1    87/2  94/2 119/2    86/1  93/1 118/1
S4L 133/1 140/1 165/2   133/2 140/3 165/3   111/1 118/1 143/1
S5  126/1 133/1 158/1   126/2 133/2 158/3   128/1 135/1 160/1
S6  121/1 128/1 153/1   121/2 128/2 153/3   114/1 121/1 146/1
S7  120/1 127/1 152/1   120/2 127/2 152/3   123/1 130/1 155/1
S8  108/1 115/1 140/1   108/2 115/2 140/3   127/1 134/1 159/1
S9  138/1 145/1 170/2   138/3 145/3 170/3   137/1 144/1 169/2
S10  96/1 103/1 128/1    96/2 103/2 128/2   112/1 119/1 144/1
E1  125/1 132/1 157/1   125/2 132/2 157/3   121/1 128/1 153/1
E2  110/1 110/1 110/1   110/2 110/2 110/2   112/1 112/1 112/1
E3   87/1  87/1  87/1    87/2  87/2  87/2    87/1  87/1  87/1
E4  118/1 125/1 150/1   118/2 125/2 150/3   128/1 135/1 160/1
E5  137/1 144/1 169/2   137/3 144/3 169/3   127/1 134/1 159/1
E6  105/1 112/1 137/1   105/2 112/2 137/3   109/1 116/1 141/1
E7  111/1 118/1 143/1   111/2 118/2 143/3   118/1 125/1 150/1
H1  122/1 122/1 122/1   122/2 122/2 122/2   109/1 109/1 109/1
O1  116/1 116/1 116/1   116/2 116/2 116/2   115/1 115/1 115/1
"""
ROWS = {row.split()[0]: row.split()[1:] for row in TABLE.strip().splitlines()}
COLUMNS = [
    (language, alphabet, code)
    for language, alphabet in (
        (Language.VI, "gsm7"),
        (Language.VI_ACCENTED, "ucs2"),
        (Language.EN, "gsm7"),
    )
    for code in (SAMPLE["code"], "000.00.12.H32-230615-0001", "H32.12.".ljust(50, "5"))
]


def test_all_replies_of_the_domain_are_compared_in_three_styles() -> None:
    assert len(AGREED) == 3 * len(ROWS) == 60
    assert {name for name, _, _ in AGREED} == ROWS.keys()


@pytest.mark.parametrize("name,style,text", AGREED)
def test_the_wording_is_the_agreed_one_to_the_letter(name: str, style: str, text: str) -> None:
    assert REPLIES.whole(name, SAMPLE, Language(style)) == text


@pytest.mark.parametrize("name", ROWS)
def test_each_length_is_the_one_computed_for_the_table(name: str) -> None:
    found = []
    for language, alphabet, code in COLUMNS:
        counted = count(REPLIES.whole(name, {**SAMPLE, "code": code}, language))
        assert counted.alphabet == alphabet
        found.append(f"{counted.units}/{counted.segments}")
    assert found == ROWS[name]


@pytest.mark.parametrize("name,units", [("S1", 139), ("S4L", 143), ("S9", 148), ("E5", 147)])
def test_four_replies_with_the_longest_legal_code_fit_without_their_hotline(
    name: str, units: int
) -> None:
    composed = REPLIES.compose(name, {**SAMPLE, "code": "5" * 50}, Language.VI)
    assert len(composed.text) == units
    assert composed.segments == 1
    assert SAMPLE["hotline"] not in composed.text
