"""The settings of the alarms, checked at the start; one line says what is wrong and what to do."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from sms_gateway.domain.incidents import Trouble
from sms_gateway.domain.msisdn import Address
from sms_gateway.ports import Limits
from sms_gateway.settings import SettingsError
from tests.alarms.alarms_desk import DOORS, ON_CALL, TELCO, Silent, door, plan, plan_at

HERE = ZoneInfo("Asia/Ho_Chi_Minh")


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 23, hour, minute, tzinfo=HERE)


def test_the_same_phone_twice_is_told_once() -> None:
    texting = plan(numbers="0900000077,+84 900 000 077,0900000078").texting
    assert texting is not None
    assert (list(texting.numbers), texting.door) == (list(ON_CALL), TELCO)


def test_texts_come_from_the_first_of_our_numbers_unless_another_is_said() -> None:
    for said, wanted in (({}, "8083"), ({"short_code": "8383"}, "8383")):
        texting = plan(**said).texting
        assert texting is not None
        assert texting.short_code == wanted


def test_nobody_is_told_where_nobody_is_named() -> None:
    assert plan(numbers="").texting is None


@pytest.mark.parametrize(
    "said, told",
    [
        ({"numbers": "0900000077,8083"}, "alarms.numbers.1: no phone number"),
        ({"numbers": "TELCO"}, "alarms.numbers.0: no phone number"),
        ({"door": ""}, "alarms.door: missing, and there are numbers; the doors that send are"),
        ({"door": "telko"}, "alarms.door: no door has this name; the doors that send are other"),
        ({"webhook_url": "ftp://host/x"}, "alarms.webhook_url: no address; write it as https"),
        ({"webhook_url": "https:///x"}, "alarms.webhook_url: no address"),
        ({"webhook_url": "http://host:port/x"}, "alarms.webhook_url: no address"),
        ({"webhook_secret": "whsec_!!"}, "alarms.webhook_secret: behind whsec_ stands no Base64"),
        ({"quiet": "22-6"}, "no hours; write them as 22:00-06:00"),
        ({"quiet": "24:00-06:00"}, "no hours; write them as 22:00-06:00"),
        ({"mute": "parkd"}, "expected one of"),
    ],
)
def test_what_cannot_be_used_is_told_and_never_quoted(said: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        plan(**said)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not any(value and value in str(caught.value) for value in said.values())


def test_a_door_that_does_not_send_cannot_tell() -> None:
    with pytest.raises(SettingsError, match="this door does not send; no door sends: use webhook"):
        plan_at({TELCO: door(sends=False)})
    with pytest.raises(SettingsError, match="this door does not send; the doors that send are"):
        plan_at({**DOORS, TELCO: door(sends=False)})


@pytest.mark.parametrize(
    "limits, told",
    [
        (Limits(templates=frozenset({"S4"})), "alarms.door: it sends registered templates only"),
        (Limits(answers_only=True), "alarms.door: it takes nothing but answers to texts that"),
    ],
)
def test_a_door_that_carries_no_text_of_ours_cannot_tell(limits: Limits, told: str) -> None:
    unable = replace(door(), sender=Silent(limits))
    with pytest.raises(SettingsError, match=told) as caught:
        plan_at({**DOORS, TELCO: unable})
    assert str(caught.value).endswith("; the doors that send are other")
    with pytest.raises(SettingsError, match="; no door sends: use webhook_url"):
        plan_at({TELCO: unable})


def test_hours_of_the_night_go_over_midnight() -> None:
    night = plan(quiet="22:00-06:30")
    assert night.quiet == (time(22), time(6, 30))
    assert [night.is_quiet(at(h)) for h in (21, 22, 0, 6, 7)] == [False, True, True, True, False]
    assert [plan(quiet="12:00-13:00").is_quiet(at(h)) for h in (11, 12, 13)] == [False, True, False]
    assert not plan().is_quiet(at(3))


def test_thresholds_are_those_of_the_settings() -> None:
    limits = plan(parked="9", hold_s="1.5", mute="disk,parked").limits
    assert (limits.parked, limits.hold, limits.disk_free_mib) == (9, timedelta(seconds=1.5), 500)
    assert plan(mute="disk,parked").mute == {Trouble.DISK, Trouble.PARKED}


def test_a_secret_of_the_standard_is_unpacked_and_any_other_is_taken_as_it_is() -> None:
    for said, key in (("whsec_aGVsbG8gaGVsbG8=", b"hello hello"), ("plain words", b"plain words")):
        posting = plan(webhook_secret=said).posting
        assert posting is not None
        assert posting.key == key
    unsigned = plan().posting
    assert unsigned is not None
    assert unsigned.key is None


def test_no_repr_shows_address_secret_or_numbers() -> None:
    shown = repr(plan(webhook_secret="plain words"))
    assert "127.0.0.1" not in shown
    assert not any(number.value in shown for number in ON_CALL)
    assert Address("+84900000077").value not in shown
