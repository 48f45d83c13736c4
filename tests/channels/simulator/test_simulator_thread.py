"""What the page shows of the texts of a number and of their replies."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.channels.simulator.conversation import (
    BILLINGS,
    DELIVERIES,
    KINDS,
    STATES,
    bubbles,
)
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.message import MtKind
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Billing, Delivery, MtState, Outcome
from tests.channels.simulator.simulator_desk import (
    NOW,
    ZONE,
    Shelf,
    got,
    html,
    mo,
    mt,
    thread,
)


class Bubbles(HTMLParser):
    """The texts of the bubbles in a page, as a browser would show them, and all its tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: set[str] = set()
        self._inside = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._inside = ("class", "bubble") in attrs
        if self._inside:
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "p"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.texts[-1] += data


async def test_the_store_is_shown_oldest_first_and_each_reply_behind_its_text() -> None:
    rows = [mo(1, "one", mt(1, "reply one")), mo(2, "two"), mo(3, "three", mt(3, "reply three"))]
    shown = Bubbles(await html(thread(), Shelf(rows))).texts
    assert shown == ["one", "reply one", "two", "three", "reply three"]
    assert Bubbles(await html(got(), Shelf(rows))).texts == shown


async def test_what_came_by_itself_stands_where_it_came_and_is_called_so() -> None:
    rows = [
        replace(mo(n, f"text {n}", mt(n, f"reply {n}")), received_at=NOW + timedelta(minutes=n))
        for n in (1, 3)
    ]
    push = replace(mt(9, "by itself"), kind=MtKind.NOTICE, settled_at=NOW + timedelta(minutes=2))
    page = await html(thread(), Shelf(rows, [push]))
    assert Bubbles(page).texts == ["text 1", "reply 1", "by itself", "text 3", "reply 3"]
    assert Bubbles(await html(got(), Shelf(rows, [push]))).texts == Bubbles(page).texts
    assert page.count("tin tự động") == 1
    alone = await html(thread(), Shelf([], [push]))
    assert Bubbles(alone).texts == ["by itself"]
    assert "23/11/2026" in alone


async def test_what_came_by_itself_to_others_or_by_another_door_is_not_shown() -> None:
    pushes = [
        replace(mt(1), recipient=Address("+84900000002")),
        replace(mt(2), door=DoorName("telco")),
    ]
    assert Bubbles(await html(thread(), Shelf([], pushes))).texts == []


async def test_small_print_says_what_became_of_a_text_and_its_reply() -> None:
    page = await html(thread(), Shelf([mo(reply=mt())]))
    text = re.sub(r"<[^>]+>", "", page)
    for words in (
        "đã trả lời answered",
        "hiểu là lookup 1707030001",
        "mẫu S9 vi",
        "1 đoạn gsm7",
        "tính phí charge",
        "nhà mạng đã nhận accepted",
        "10:15:00",
        "23/11/2026",
    ):
        assert words in text


@pytest.mark.parametrize(
    "outcome, reason, words",
    [
        (None, "", "unanswered"),
        (Outcome.SUPPRESSED, "identical", "suppressed:identical"),
        (Outcome.PARKED, "no_way_back", "parked:no_way_back"),
        (Outcome.PARKED, "a_new_reason", "a_new_reason"),
        (Outcome.ANSWERED_WITH_HELP, "E2", "answered_with_help"),
    ],
)
async def test_a_text_without_an_answer_says_why(
    outcome: Outcome | None, reason: str, words: str
) -> None:
    row = replace(mo(), outcome=outcome, reason=reason)
    assert words in await html(thread(), Shelf([row]))


@pytest.mark.parametrize("state", MtState)
async def test_only_a_reply_that_the_telco_took_looks_like_one_that_arrived(state: MtState) -> None:
    reply = replace(mt(), state=state, hold_reason="no_way_back")
    page = await html(thread(), Shelf([mo(reply=reply)]))
    assert ("astray" in page) == (state is not MtState.ACCEPTED)
    assert state.value in page


def test_every_state_has_words() -> None:
    assert set(STATES) == set(MtState)
    assert set(BILLINGS) == set(Billing)
    assert set(DELIVERIES) == set(Delivery)
    assert set(KINDS) == set(MtKind) - {MtKind.REPLY}


def test_a_delivery_report_and_failures_are_shown() -> None:
    reply = replace(mt(), delivery=Delivery.DELIVERED, failures=2)
    shown = bubbles([replace(mo(reply=reply), failures=1)], ZONE)
    assert "1 lần lỗi" in [note.vi for note in shown[0].notes]
    assert {"2 lần lỗi", "đã tới máy"} <= {note.vi for note in shown[1].notes}


def test_a_day_is_named_where_it_begins_in_the_zone_of_the_service() -> None:
    evening = datetime(2026, 11, 23, 16, 59, tzinfo=UTC)
    rows = [replace(mo(n), received_at=evening + timedelta(minutes=n)) for n in (2, 1, 0)]
    days = [bubble.new_day.day if bubble.new_day else None for bubble in bubbles(rows, ZONE)]
    assert days == [23, 24, None]


PRINTABLE = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=60)
MARKUP = st.sampled_from(
    ["<img src=x onerror=alert(1)>", "</p>", "&lt;", "'\"><script>", "{{ 7 }}"]
)


@given(text=st.lists(PRINTABLE | MARKUP, min_size=1, max_size=4).map("".join))
async def test_whatever_a_text_holds_it_is_shown_and_never_becomes_markup(text: str) -> None:
    page = await html(thread(), Shelf([mo(text=text, reply=mt(text=text))]))
    read = Bubbles(page)
    assert read.texts == [text, text]
    assert read.tags <= {"li", "span", "p", "time", "small"}


async def test_an_empty_text_is_named_as_empty() -> None:
    assert "(tin trống)" in await html(thread(), Shelf([mo(text="")]))


async def test_other_numbers_and_other_doors_are_not_shown() -> None:
    rows = [
        replace(mo(1, "a stranger's"), sender=Address("+84900000002")),
        replace(mo(2, "through a telco"), door=DoorName("telco")),
        mo(3, "mine"),
    ]
    assert Bubbles(await html(thread(), Shelf(rows))).texts == ["mine"]
