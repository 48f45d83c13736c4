"""A wording is proposed at the console, approved by another person, and answered by after that."""

import html
import re
from datetime import timedelta

import pytest

from sms_gateway.domain.message import Language
from sms_gateway.domain.staff import Role
from sms_gateway.enquiry.preview import preview
from tests.access.access_desk import BY
from tests.console.console_desk import Browser, ConsoleHouse, Reply

PLACE = "/console/templates"
S4 = f"{PLACE}/S4"
NEW = "Hồ sơ {code} đang được giải quyết. Hẹn trả: {due}."
ENGLISH = "Dossier {code} is in process. Due {due}."
HOSTILE = "<script>alert(1)</script>"


def fields(page: Reply) -> dict[str, str]:
    """The form as the page fills it in."""
    texts = re.findall(r'<textarea id="(\w+)"[^>]*>(.*?)</textarea>', page.text, re.DOTALL)
    hidden = re.findall(r'name="(base|before)" value="([^"]*)"', page.text)
    return {name: html.unescape(value) for name, value in [*texts, *hidden]}


async def propose(browser: Browser, **changed: str) -> Reply:
    page = await browser.get(f"{S4}/edit")
    sent = {**fields(page), "vi": NEW, "en": ENGLISH, "note": "gọn hơn", **changed}
    return await browser.post(f"{S4}/propose", sent, page)


def place_of(reply: Reply) -> str:
    assert reply.status == 303, reply.text
    return reply.headers["Location"].partition("?")[0]


async def act(browser: Browser, place: str, what: str, **sent: str) -> Reply:
    page = await browser.get(f"{S4}/edit")
    return await browser.post(f"{place}/{what}", sent, page)


async def propose_two(house: ConsoleHouse) -> str:
    """A version that holds, and a proposal after it: where that is."""
    an, binh = (
        await house.signed_in(Role.SUPERVISOR, "an"),
        await house.signed_in(Role.SUPERVISOR, "binh"),
    )
    await act(binh, place_of(await propose(an)), "approve")
    return place_of(
        await propose(an, vi="Hồ sơ {code} đang xử lý. Hẹn trả ngày {due}.", note="rõ hơn")
    )


def says(house: ConsoleHouse) -> str:
    return house.console.rules().replies.wording("S4", Language.VI_ACCENTED)[0]


async def acts(house: ConsoleHouse) -> list[tuple[object, ...]]:
    rows = await house.desk.rows("SELECT act, by FROM audit ORDER BY id")
    return [row for row in rows if str(row[0]).startswith("template.")]


@pytest.fixture
async def an(house: ConsoleHouse) -> Browser:
    return await house.signed_in(Role.SUPERVISOR, "an")


@pytest.fixture
async def binh(house: ConsoleHouse) -> Browser:
    return await house.signed_in(Role.SUPERVISOR, "binh")


async def test_a_proposal_waits_shows_what_changes_and_holds_once_another_person_approves_it(
    house: ConsoleHouse, an: Browser, binh: Browser
) -> None:
    file = says(house)
    place = place_of(await propose(an))
    assert says(house) == file
    listed = await binh.get(PLACE)
    assert place in listed.text
    assert '<span class="count">1<' in listed.text
    assert '<span class="count">' not in (await an.get(PLACE)).text
    shown = await binh.get(place)
    assert "<ins>được giải quyết." in shown.text
    assert "<del>xử lý." in shown.text
    assert "gọn hơn" in shown.text
    assert (await act(binh, place, "approve")).status == 303
    assert says(house) == NEW
    page = await binh.get(S4)
    assert "đang được giải quyết" in page.text
    assert "staff:binh" in page.text
    assert await acts(house) == [
        ("template.propose", "staff:an"),
        ("template.approve", "staff:binh"),
    ]


async def test_back_to_the_file_is_proposed_and_approved_in_the_same_way(
    house: ConsoleHouse, an: Browser, binh: Browser
) -> None:
    file = says(house)
    await act(binh, place_of(await propose(an)), "approve")
    page = await binh.get(S4)
    sent = {**fields(page), "note": "như cũ"}
    place = place_of(await binh.post(f"{S4}/back", sent, page))
    assert says(house) == NEW
    assert (await act(binh, place, "approve")).status == 403
    assert (await act(an, place, "approve")).status == 303
    assert says(house) == file
    assert "/back" not in (await an.get(S4)).text


async def test_nobody_approves_their_own_proposal_by_another_session_or_name(
    house: ConsoleHouse, an: Browser
) -> None:
    place = place_of(await propose(an))
    elsewhere = await house.signed_in_again("an")
    for browser in (an, elsewhere):
        refused = await act(browser, place, "approve")
        assert refused.status == 403
        assert "người khác duyệt" in refused.text
    await house.office.access.change_person("an", Role.ADMINISTRATOR, None, "Bình", BY)
    renamed = await house.signed_in_again("an")
    assert (await act(renamed, place, "approve")).status == 403
    assert f'action="{place}/approve"' not in (await renamed.get(place)).text


async def test_who_may_not_change_wordings_sees_them_and_changes_nothing(
    house: ConsoleHouse, an: Browser
) -> None:
    place = place_of(await propose(an))
    clerk = await house.signed_in(Role.CLERK)
    limited = await house.signed_in(Role.SUPERVISOR, "cuc", agencies=["H32.01"])
    for browser in (clerk, limited):
        page = await browser.get(place)
        assert page.status == 200
        assert "/approve" not in page.text
        assert '<span class="count">' not in page.text
        assert (await browser.get(f"{S4}/edit")).status == 403
        for path in (f"{S4}/propose", f"{S4}/back", f"{S4}/try", f"{place}/approve",
                     f"{place}/reject", f"{place}/withdraw"):  # fmt: skip
            assert (await browser.post(path, {}, page)).status == 403, path
    assert await acts(house) == [("template.propose", "staff:an")]


async def test_of_two_proposals_against_one_wording_the_second_is_refused_and_says_why(
    an: Browser, binh: Browser
) -> None:
    first = place_of(await propose(an))
    second = place_of(await propose(an, vi="Hồ sơ {code} đang xử lý."))
    stale = await an.get(f"{S4}/edit")
    await act(binh, first, "approve")
    late = await act(binh, second, "approve")
    assert late.status == 409
    assert "câu chữ mới hơn" in late.text
    sent = {**fields(stale), "vi": "Hồ sơ {code} vẫn đang xử lý."}
    again = await an.post(f"{S4}/propose", sent, stale)
    assert again.status == 409
    assert "vẫn đang xử lý" in again.text
    assert (await act(binh, second, "reject", reason="cũ")).status == 303
    assert (await act(binh, second, "reject")).status == 409


async def test_it_holds_from_its_day_and_can_be_called_off_until_then(
    house: ConsoleHouse, an: Browser, binh: Browser
) -> None:
    file, now = says(house), house.desk.clock.at
    local = (now + timedelta(hours=7, minutes=20)).strftime("%d/%m/%Y %H:%M")
    place = place_of(await propose(an, at=local))
    assert (await act(binh, place, "approve")).status == 303
    assert says(house) == file
    assert (await propose(an, vi="Hồ sơ {code} đang xử lý.")).status == 409
    house.desk.clock.step(20 * 60)
    await house.console.rule_desk.wordings.look()
    assert says(house) == NEW
    assert (await act(binh, place, "withdraw")).status == 409


async def test_a_day_that_is_none_or_over_or_too_far_is_refused_beside_its_field(
    an: Browser,
) -> None:
    for wrong in ("99/99/2026 08:00", "01/01/2020 08:00", "01/01/2090 08:00", "0001-01-01T00:00"):
        page = await propose(an, at=wrong)
        assert page.status == 422, wrong
        assert NEW in html.unescape(page.text)


@pytest.mark.parametrize(
    "field, text, said",
    [
        ("vi", "", "Hãy viết nội dung"),
        ("vi", "Hồ sơ {cod}", "không có {cod}"),
        ("vi", "Hồ sơ {code", "ngoặc nhọn"),
        ("vi", "Hồ sơ {code!r}", "không kèm"),
        ("vi", "Hồ sơ {code} " + "đang xử lý " * 15, "tối đa 160"),
        ("en", "Dossier {code}\u2603", "U+2603"),
        ("en_tail", "Hồ sơ", "U+1ED3"),
        ("vi", "x" * 500, "tối đa 400"),
        ("vi", HOSTILE, "U+003C"),
        ("en", "{code.__class__}", "{code.__class__}"),
    ],
)
async def test_what_cannot_be_sent_is_refused_beside_its_field_and_kept_in_the_form(
    house: ConsoleHouse, an: Browser, field: str, text: str, said: str
) -> None:
    page = await propose(an, **{field: text})
    assert page.status == 422
    wrong = re.search(rf'<p class="wrong" id="{field}-wrong">(.*?)</p>', page.text, re.DOTALL)
    assert wrong is not None
    assert said in html.unescape(wrong[1])
    assert re.search(rf'<textarea id="{field}"[^>]* autofocus', page.text)
    assert page.text.count(" autofocus") == 1
    assert fields(page)[field] == text.strip()[:401]
    assert HOSTILE not in page.text
    assert await acts(house) == []


async def test_the_counter_counts_while_it_is_typed_and_by_its_button_without_a_script(
    house: ConsoleHouse, an: Browser
) -> None:
    page = await an.get(f"{S4}/edit")
    sent = {**fields(page), "vi": NEW, "length": "25"}
    piece = await an.post(f"{S4}/try", sent, page, HX_Request="true")
    assert piece.text.lstrip().startswith('<div id="tried"')
    assert "Ho so" in piece.text
    assert "11–25" in piece.text
    long = {**sent, "vi": "Hồ sơ {code} " + "đang xử lý " * 15}
    piece = await an.post(f"{S4}/try", long, page, HX_Request="true")
    assert "2 SMS" in piece.text
    assert "tối đa 160" in piece.text
    unread = await an.post(f"{S4}/try", {**sent, "vi": "{x}"}, page, HX_Request="true")
    assert unread.text.count('class="phone"') == 1
    whole = await an.post(f"{S4}/try", sent, page)
    assert whole.text.lstrip().startswith("<!doctype html>")
    assert fields(whole)["vi"] == NEW
    assert await acts(house) == []


async def test_the_sheet_shows_what_is_in_force_and_with_a_proposal_what_would_be(
    house: ConsoleHouse, an: Browser, binh: Browser
) -> None:
    place = place_of(await propose(an))
    name = place.rpartition("/")[2]
    plain = "dang duoc giai quyet"
    assert plain not in (await an.get(f"{PLACE}/sheet")).text
    assert plain in (await an.get(f"{PLACE}/sheet?with={name}")).text
    assert (await an.get(f"{PLACE}/sheet?with=none")).status == 200
    await act(binh, place, "approve")
    shown = html.unescape((await an.get(f"{PLACE}/sheet")).text)
    assert plain in shown
    assert preview(house.console.rules().replies) in shown


async def test_pages_of_different_templates_have_different_titles(an: Browser) -> None:
    titles = [
        re.findall("<title>(.*?)</title>", (await an.get(path)).text)[0]
        for path in (S4, f"{S4}/edit", S4.replace("S4", "S9"))
    ]
    assert len(set(titles)) == len(titles)
    assert [title[:4] for title in titles] == ["S4: ", "S4: ", "S9: "]


async def test_hostile_notes_and_reasons_are_shown_as_text(an: Browser, binh: Browser) -> None:
    place = place_of(await propose(an, note=HOSTILE))
    await act(binh, place, "reject", reason=f'"><img src=x onerror=1>{HOSTILE}')
    for path in (PLACE, S4, place, "/console/audit"):
        page = await binh.get(path)
        assert HOSTILE not in page.text, path
        assert "<img src=x" not in page.text, path
    assert html.escape(HOSTILE) in (await binh.get(place)).text


async def test_a_number_in_a_note_is_masked_for_who_may_unmask_none(
    house: ConsoleHouse, an: Browser
) -> None:
    place = place_of(await propose(an, note="dân số 0912345678 hỏi"))
    viewer = await house.signed_in(Role.VIEWER)
    for path in (PLACE, S4, place):
        page = await viewer.get(path)
        assert "hỏi" in page.text
        assert "0912345678" not in page.text


async def test_where_the_file_has_changed_since_the_page_of_a_version_says_so(
    house: ConsoleHouse, an: Browser, binh: Browser
) -> None:
    place = place_of(await propose(an))
    await act(binh, place, "approve")
    assert "Tệp câu chữ đã thay đổi" not in (await an.get(place)).text
    # As if the file had said something else by then.
    await house.desk.change("UPDATE template_version SET before = '0123456789ab'")
    assert "Tệp câu chữ đã thay đổi" in (await an.get(place)).text


async def test_a_version_of_another_reply_or_none_is_not_found(an: Browser, binh: Browser) -> None:
    place = place_of(await propose(an))
    elsewhere = place.replace("/S4/", "/S1/")
    for wrong in (elsewhere, f"{S4}/versions/none"):
        assert (await binh.get(wrong)).status == 404
        for what in ("approve", "reject", "withdraw"):
            assert (await act(binh, wrong, what)).status == 404
    assert (await binh.get(f"{PLACE}/S99/edit")).status == 404


async def test_who_proposed_takes_back_and_nobody_else_does(an: Browser, binh: Browser) -> None:
    place = place_of(await propose(an))
    assert (await act(binh, place, "withdraw")).status == 403
    assert (await act(an, place, "withdraw", reason="nhầm")).status == 303
    assert (await act(binh, place, "approve")).status == 409
    assert "nhầm" in (await binh.get(place)).text


async def test_the_same_wording_is_no_proposal(an: Browser) -> None:
    page = await an.get(f"{S4}/edit")
    again = await an.post(f"{S4}/propose", fields(page), page)
    assert again.status == 422
    assert "không có gì thay đổi" in again.text


async def test_pages_name_who_proposed_and_who_approved(an: Browser, binh: Browser) -> None:
    place = place_of(await propose(an))
    said, approver = '<span title="staff:an">An</span>', '<span title="staff:binh">Binh</span>'
    for page in (PLACE, S4, place):
        assert said in (await binh.get(page)).text
    await act(binh, place, "approve")
    assert approver in (await an.get(place)).text
    assert (await an.get(S4)).text.count(approver) == 2
