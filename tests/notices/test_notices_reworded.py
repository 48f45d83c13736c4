"""Automatic messages say what replies say: an approved wording is theirs from then on."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from sms_gateway.domain.dossier import State
from sms_gateway.domain.ids import DoorName, MessageId, ShortCode
from sms_gateway.domain.message import Language
from sms_gateway.domain.wordings import Wording
from sms_gateway.enquiry.decide import Enquiry
from sms_gateway.enquiry.wordings import with_wording
from sms_gateway.notices.composing import Maker, Outlet
from sms_gateway.notices.hours import Quiet
from sms_gateway.settings import load
from tests.contracts.store_desk import HASHER
from tests.notices.notices_desk import case
from tests.parts import ROOT, START, rules


def test_a_message_that_is_composed_after_an_approval_has_its_words_and_version() -> None:
    enquiry = Enquiry(rules())
    quiet = Quiet.of(load(None, None, {}, ROOT).notices.quiet, ZoneInfo("Asia/Ho_Chi_Minh"))
    outlet = Outlet(DoorName("telco"), ShortCode("8083"))
    maker = Maker(
        *(lambda: enquiry.rules, HASHER, lambda: MessageId("m"), outlet, quiet),
        timedelta(hours=6),
    )
    told = case(State.PROCESSING)
    before = maker.composed(told, Language.VI, START)
    said = Wording("Hồ sơ {code} đang được giải quyết.", "", "{code} is in process.", "")
    replies = with_wording(enquiry.rules.replies, before.template, said)
    enquiry.renew(replace(enquiry.rules, replies=replies))
    after = maker.composed(told, Language.VI, START)
    assert after.text == f"Ho so {told.dossier.code} dang duoc giai quyet."
    assert (after.template, after.version) == (before.template, replies.version(before.template))
    assert after.version != before.version
