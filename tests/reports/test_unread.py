"""Texts that could not be understood: put together, masked, with the likely cause."""

import re
import tomllib
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from sms_gateway.domain.figures import UnreadText
from sms_gateway.domain.ids import DoorName, MessageId, ShortCode
from sms_gateway.enquiry.keyword_file import load_grammars
from sms_gateway.reports import unread
from sms_gateway.reports.unread import Cluster, Clusters, shape_of
from tests.parts import START

GRAMMARS = load_grammars(
    tomllib.loads(
        (Path(__file__).parents[2] / "config" / "keywords.toml").read_text(encoding="utf-8")
    )
)
CODE = ShortCode("8083")


def unread_text(number: int, text: str, telco: str = "VIETTEL") -> UnreadText:
    at = START + timedelta(minutes=number)
    return UnreadText(MessageId(f"m{number}"), CODE, text, at, DoorName("telco"), telco)


def clustered(*texts: str) -> Sequence[Cluster]:
    clusters = Clusters(GRAMMARS)
    for number, text in enumerate(texts):
        clusters.add(unread_text(number, text))
    return clusters.clusters()


@pytest.mark.parametrize(
    "text, cause",
    [
        ("", "tin trống"),
        ("ho so cua toi den dau roi", "không có số biên nhận"),
        ("toi muon hoi ho so cua toi", "không có số biên nhận"),
        ("Soan: MCKH ma so bien nhan gui", "ghi chữ mẫu, không có số"),
        ("MCKH <so ho so>", "ghi chữ mẫu, không có số"),
        ("bao gio xong viec cho toi", "không có số biên nhận"),
        ("MKHC", "gõ sai từ khóa"),
        ("MCKH so dt 0912345678", "nhắn số điện thoại thay cho mã"),
        ("VNPT 12", "từ khóa khác"),
        ("cam on", "lời chào hoặc cảm ơn, không hỏi gì"),
        ("MCKH ma so bien nhan", "ghi chữ mẫu, không có số"),
        ("MCKH 0912345678", "nhắn số điện thoại thay cho mã"),
        ("MCKH HUY cai gi do", "không rõ muốn dừng, nhận lại hay chọn gì"),
        ("MCKH 170703-0001", "nay đã hiểu được"),
    ],
)
def test_each_cluster_names_the_likely_cause(text: str, cause: str) -> None:
    (found,) = clustered(text)
    assert found.cause == cause


def test_who_only_asks_how_it_works_was_understood() -> None:
    assert clustered("MCKH", "MCKH ?", "MCKH huong dan") == ()


def test_texts_that_are_alike_are_one_cluster_with_the_most_frequent_shape() -> None:
    found = clustered(
        "VNPT 123 cho toi hoi", "vnpt 456 cho toi hoi", "VNPT 12 cho tôi hỏi", "goi lai giup em nhe"
    )
    assert [(one.shape, one.count) for one in found] == [
        ("VNPT 999 CHO TOI HOI", 3),
        ("GOI LAI GIUP EM NHE", 1),
    ]
    assert found[0].ids == ("m0", "m1", "m2")


def test_no_number_shows_whatever_digits_it_is_written_with() -> None:
    texts = [
        "goi toi 0912345678", "+84 912 345 678 goi lai", "o912 345 678",
        "０９１２３４５６７８", "٠٩١٢٣٤٥٦٧٨", "chin mot hai 912.345.678",
    ]  # fmt: skip
    for one in clustered(*texts):
        assert not re.search(r"[0-8]", one.shape), one.shape
    assert shape_of("０９１２ ٣٤") == "9999 99"


def test_a_shape_is_short_and_holds_no_line_ends() -> None:
    shape = shape_of("một\n\thai " * 500)
    assert len(shape) <= unread.LONGEST_SHAPE
    assert "\n" not in shape


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unread, "MOST_SHAPES", 2)
    clusters = Clusters(GRAMMARS)
    for number, text in enumerate(["xin chao", "ngay mai nghi", "con meo", "xin chao"]):
        clusters.add(unread_text(number, text))
    assert (clusters.count, clusters.others) == (4, 1)
    assert sum(one.count for one in clusters.clusters()) == 3


def test_a_cluster_says_when_and_by_whom_its_texts_came_and_which_word_is_unknown() -> None:
    clusters = Clusters(GRAMMARS)
    clusters.add(unread_text(1, "TRACUU 12", "VIETTEL"))
    clusters.add(unread_text(5, "TRACUU 34", "MOBIFONE"))
    clusters.add(unread_text(9, "TRACUU 56", "VIETTEL"))
    (found,) = clusters.clusters()
    assert (found.first_at, found.last_at) == (
        START + timedelta(minutes=1),
        START + timedelta(minutes=9),
    )
    assert found.doors == {"telco": 3}
    assert found.telcos == {"VIETTEL": 2, "MOBIFONE": 1}
    assert (found.word, found.near) == ("TRACUU", "")


def test_a_word_that_is_close_to_the_keyword_names_it() -> None:
    (found,) = clustered("MKHC")
    assert (found.word, found.near) == ("MKHC", "MCKH")
    (found,) = clustered("MCKH HUY cai gi do")
    assert (found.word, found.near) == ("", "")
