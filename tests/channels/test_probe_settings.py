"""The probe text of a door, as its settings say it, whatever the kind of door."""

from collections.abc import Mapping
from datetime import UTC, timedelta

import pytest

from sms_gateway.channels import DoorContext, door_opener
from sms_gateway.channels.door import ProbeText, probe_of
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.msisdn import Address
from sms_gateway.settings import SettingsError
from tests.virtual_time import StandingClock

SAID = {"sender": "0900000066", "text": "thu cong"}
TABLES: Mapping[str, Mapping[str, object]] = {
    "simulator": {"kind": "simulator"},
    "http": {"kind": "http", "outbound": {"url": "http://127.0.0.1:9/", "body": '{"to": "{to}"}'}},
}


@pytest.mark.parametrize("kind", TABLES)
async def test_each_kind_of_door_takes_one(kind: str) -> None:
    context = DoorContext("VN", StandingClock(), UTC)
    name, table = DoorName("telco"), TABLES[kind]
    async with door_opener(kind)(name, {**table, "probe": SAID}, context) as door:
        assert door.probe is not None
        assert (door.probe.sender, door.probe.answered) == (Address("+84900000066"), False)
        assert door.probe.within == timedelta(minutes=30)
    async with door_opener(kind)(name, table, context) as door:
        assert door.probe is None


def test_a_probe_is_known_by_its_number_and_its_words() -> None:
    probe = probe_of(ProbeText(sender="0900000066", text="thu cong"), "VN", "doors.telco")
    assert probe is not None
    for text, same in (("Thu  cong ", True), ("thu cong 2", False), ("", False)):
        assert probe.is_it(Address("+84900000066"), text) is same
    assert not probe.is_it(Address("+84900000067"), "thu cong")
    assert "thu cong" not in repr(probe)


@pytest.mark.parametrize("sender", ["8888", "VIETTEL"])
def test_a_service_may_send_one_and_is_never_answered(sender: str) -> None:
    assert probe_of(ProbeText(sender=sender, text="thu"), "VN", "doors.telco")
    with pytest.raises(SettingsError, match=r"^doors.telco.probe.answer: a service's number"):
        probe_of(ProbeText(sender=sender, text="thu", answer=True), "VN", "doors.telco")


def test_a_sender_that_is_no_number_is_told_and_not_quoted() -> None:
    with pytest.raises(SettingsError) as caught:
        probe_of(ProbeText(sender="+12", text="thu"), "VN", "doors.telco")
    assert str(caught.value).startswith("doors.telco.probe.sender: no number; write it as")
    assert "+12" not in str(caught.value)
