"""Vietnamese is written with its accents, in one Unicode form, and quotes what phones show."""

import re
import tomllib
import unicodedata
from pathlib import Path

import click
import pytest

from sms_gateway.alarms.wording import WHAT
from sms_gateway.cli.notices import notices
from sms_gateway.domain.notices import ANNOUNCEMENT, BACKWARD, BLAST
from sms_gateway.domain.outcome import MtState, Outcome
from sms_gateway.enquiry.templates import TEMPLATES
from sms_gateway.gsm.plain import plain
from sms_gateway.notices.table import load_table
from tests.docs.pages import DOCS, PAGES, README, name_of, prose, section, text_of
from tests.structure.tree import ROOT

PAGES_VI = sorted((DOCS / "vi").glob("*.md"))
CLERKS = DOCS / "vi" / "huong-dan-can-bo.md"
NOTICES = DOCS / "vi" / "tin-bao-tu-dong.md"

UNACCENTED = frozenset({
    "bien", "buoc", "cac", "cach", "chua", "chuyen", "dan", "dau", "dich", "dien", "doc",
    "duoc", "gio", "gui", "hien", "hoac", "huong", "huy", "khoi", "khong", "ky", "lien", "loi",
    "mau", "mot", "nguoi", "nhan", "nhung", "phai", "quy", "thoai", "thong", "tieng", "truoc",
    "va", "vao", "viec", "viet", "voi", "xu",
})  # fmt: skip
"""Words of these pages that are none without their marks."""

WORD = re.compile(r"[^\W\d_]+")
CODE = re.compile(r"`[^`\n]*`|\[[^\]]*\]\([^)]*\)|«[^»]*»")


def unaccented(text: str) -> list[str]:
    """Words that lost their marks; what stands in code, links or between « » is left out."""
    words = WORD.findall(CODE.sub(" ", text))
    return [word for word in words if word.lower() in UNACCENTED]


@pytest.mark.parametrize("page", PAGES_VI, ids=name_of)
def test_no_word_has_lost_its_accents(page: Path) -> None:
    assert not unaccented(prose(page))


def test_the_vietnamese_of_the_readme_has_its_accents() -> None:
    text = section(README, "Tiếng Việt")
    assert not unaccented(text)
    assert text != plain(text)


def test_a_word_without_accents_is_found() -> None:
    found = unaccented("Người dân gui tin nhắn, `khong dau` và «da duoc» thì không nhan.")
    assert found == ["gui", "nhan"]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_letters_are_composed(page: Path) -> None:
    """A letter and its mark as two characters look alike and are found by no search."""
    assert unicodedata.is_normalized("NFC", text_of(page))


@pytest.mark.parametrize("page", PAGES_VI, ids=name_of)
def test_a_vietnamese_page_is_mostly_accented(page: Path) -> None:
    words = WORD.findall(CODE.sub(" ", prose(page)))
    marked = [word for word in words if not word.isascii()]
    assert len(marked) > len(words) / 2


def test_clerks_find_every_kind_of_reply() -> None:
    families = {name.partition("-")[0] for name in TEMPLATES} - {"X1"}
    listed = set(re.findall(r"^\| ((?:[A-Z]\d+L?(?:, )?)+) \|", text_of(CLERKS), re.MULTILINE))
    assert {name for cell in listed for name in cell.split(", ")} == families


def test_clerks_find_every_outcome_and_what_to_do() -> None:
    text = text_of(CLERKS)
    for word in (*Outcome, MtState.UNCERTAIN, MtState.HELD):
        assert f"`{word}`" in text, word


def test_what_is_quoted_for_clerks_is_what_phones_show() -> None:
    """Quotes between « » are the unaccented wording as it is sent, up to the placeholders."""
    wording = tomllib.loads((ROOT / "config/replies/vi.toml").read_text(encoding="utf-8"))
    sent = [plain(f"{entry['text']} {entry.get('tail', '')}") for entry in wording.values()]
    known = [re.sub(r"\{keyword\}", "MCKH", re.sub(r"\{short_code\}", "8083", s)) for s in sent]
    quotes = re.findall(r"«([^»]+)»", text_of(CLERKS))
    assert len(quotes) > 10
    for quote in quotes:
        pieces = [piece.strip() for piece in quote.split("...") if piece.strip()]
        assert any(all(piece in text for piece in pieces) for text in known), quote


def test_clerks_are_told_of_no_part_that_this_version_has_that_it_is_missing() -> None:
    assert "chưa dùng trong phiên bản này" not in text_of(CLERKS)
    assert "`MCKH DK" in text_of(CLERKS)


def test_what_is_told_by_itself_is_listed_for_clerks_in_vietnamese() -> None:
    """Each text of the table of situations, and no other."""
    raw = tomllib.loads((ROOT / "config/notices.toml").read_text(encoding="utf-8"))
    lines = [line for line in load_table(raw, "VN").situations if line.on and line.speaks]
    listed = re.findall(r"\| (S\d+L?)\b.*\|$", text_of(NOTICES), re.MULTILINE)
    assert set(listed) == {line.say.partition("-")[0] for line in lines}
    night = re.findall(r"\| (S\d+L?), gửi cả ban đêm", text_of(NOTICES))
    assert set(night) == {line.say for line in lines if line.at_night}


def test_each_way_to_let_held_texts_go_is_explained_in_vietnamese() -> None:
    text = section(NOTICES, "Tin bị giữ lại")
    assert {BLAST, BACKWARD, ANNOUNCEMENT} == set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
    acts = {
        name
        for name in notices.list_commands(click.Context(notices))
        if name not in ("plan", "held")
    }
    assert acts == set(re.findall(r"^sms-gateway notices (\w+) ID$", text, re.MULTILINE))


def test_what_people_on_call_read_is_explained_to_them() -> None:
    """Each text of an alarm, with its figures as dots, and nothing that no alarm says."""
    quotes = re.findall(r"«([^»]+)»", section(DOCS / "vi" / "van-hanh.md", "Cảnh báo tự động"))
    assert set(quotes) == {re.sub(r"\{\w+\}", "...", what) for what in WHAT.values()}
