"""Templates, as whoever may read them sees them."""

import re

from sms_gateway.domain.message import Language
from sms_gateway.domain.staff import Role
from sms_gateway.enquiry.lengths import LONGEST, SHORTEST, sample, sample_code, spans
from sms_gateway.enquiry.preview import preview
from sms_gateway.enquiry.templates import TEMPLATES
from tests.console.console_desk import ConsoleHouse
from tests.console.console_parts import RULES

PLACE = "/console/templates"
REPLIES = RULES.replies


def test_the_spans_of_each_reply_are_all_lengths_and_each_costs_what_it_costs() -> None:
    for name in TEMPLATES:
        for language in Language:
            found = spans(REPLIES, name, language)
            lengths = [n for one in found for n in range(one.first, one.last + 1)]
            assert lengths == list(range(SHORTEST, LONGEST + 1))
            for one in found:
                for length in (one.first, one.last):
                    made = sample(REPLIES, name, language, length)
                    assert (made.segments, made.language) == (one.segments, one.language)


def test_a_sample_code_has_the_length_that_is_asked_for() -> None:
    assert [len(sample_code(length)) for length in range(1, 51)] == list(range(1, 51))


def test_the_wording_is_the_sentence_that_stays_and_the_one_that_may_go() -> None:
    assert REPLIES.wording("S4", Language.VI_ACCENTED) == (
        "Hồ sơ {code} đang xử lý. Hẹn trả kết quả: {due}.",
        "Hỏi đáp: {hotline}",
    )
    assert REPLIES.wording("E2", Language.EN)[0]
    assert REPLIES.wording("S3", Language.VI)[1] == ""


async def test_the_list_holds_each_reply_and_leads_to_it(house: ConsoleHouse) -> None:
    viewer = await house.signed_in(Role.VIEWER)
    page = await viewer.get(PLACE)
    assert re.findall(r'href="/console/templates/([A-Z][\w-]*)"', page.text) == list(TEMPLATES)
    assert "2 · 2 · 2" in page.text
    for said in ("quá nhiều lần, đến ngày mai", "câu hỏi khảo sát", "đã trả kết quả, không ngày"):
        assert f"<small>{said}</small>" in page.text
    assert "<small>câu hỏi khảo sát</small>" in (await viewer.get(f"{PLACE}/Q1")).text


async def test_one_shows_its_wording_and_what_a_code_of_some_length_makes_of_it(
    house: ConsoleHouse,
) -> None:
    viewer = await house.signed_in(Role.VIEWER)
    usual = await viewer.get(f"{PLACE}/S4L")
    assert "đang xử lý và đã quá ngày hẹn {due}" in usual.text
    assert "H32.12-230615-0001" in usual.text
    assert usual.text.count('class="phone"') == len(Language)
    longest = await viewer.get(f"{PLACE}/S4L?length=25")
    assert sample_code(25) in longest.text
    assert "bỏ câu cuối" in longest.text
    for wrong in ("10", "26", "x", "²"):
        page = await viewer.get(f"{PLACE}/S4L?length={wrong}")
        assert "H32.12-230615-0001" in page.text
    assert (await viewer.get(f"{PLACE}/none")).status == 404


async def test_the_sheet_is_the_one_of_the_command_line(house: ConsoleHouse) -> None:
    viewer = await house.signed_in(Role.VIEWER)
    page = await viewer.get(f"{PLACE}/sheet")
    shown = page.text.replace("&gt;", ">").replace("&lt;", "<").replace("&#39;", "'")
    assert preview(REPLIES) in shown
