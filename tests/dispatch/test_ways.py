"""By which of several doors to the same telco a message leaves."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sms_gateway.dispatch.health import HealthRecord
from sms_gateway.dispatch.retry import RetryTable
from sms_gateway.dispatch.ways import Ways
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.outcome import Accepted, Deferred
from sms_gateway.ports import AnswerStyle, Door, Limits
from sms_gateway.settings import Settings, SettingsError, load
from sms_gateway.settings.telcos import Telco
from tests.intake.intake_desk import Side, Silent
from tests.settings.test_shipped_config import ROOT
from tests.virtual_time import VirtualClock

A, B, C = DoorName("a"), DoorName("b"), DoorName("c")
TABLE = RetryTable(down_after=1)
SHIPPED = load(ROOT / "config", None, {}, ROOT)


def door(name: DoorName, *, sends: bool = True, limits: Limits | None = None) -> Door:
    sender = Silent()
    sender.limits = limits or Limits()
    side = Side(AnswerStyle.ACKNOWLEDGE)
    return Door(name, "test", side, sender if sends else None, timedelta(seconds=2))


class Group:
    """Doors a, b and c, of which a and b lead to one telco."""

    def __init__(self, telco: Telco, doors: Mapping[DoorName, Door] | None = None) -> None:
        self.doors = doors or {name: door(name) for name in (A, B, C)}
        self.clock = VirtualClock()
        self.records = {name: HealthRecord(name, self.clock, TABLE) for name in self.doors}
        self.ways = Ways(settings(telco), self.doors, self.records)

    def fails(self, name: DoorName) -> None:
        record = self.records[name]
        record.sent(Deferred("unreachable"), record.back_off.begun())

    def works(self, name: DoorName) -> None:
        self.records[name].sent(Accepted(), self.records[name].back_off.begun())


def settings(*telcos: Telco) -> Settings:
    return replace(SHIPPED, telcos={f"t{n}": telco for n, telco in enumerate(telcos)})


BOTH = Telco(doors=("a", "b"))
ANY = Telco(doors=("a", "b"), reply_by="any")


def elsewhere(group: Group, name: DoorName) -> list[DoorName]:
    return [one.name for one in group.ways.elsewhere(name)]


def test_without_weights_the_first_door_that_works_carries_everything() -> None:
    group = Group(BOTH)
    assert [group.ways.push(A), group.ways.push(B)] == [A, A]
    group.fails(A)
    assert [group.ways.push(A), group.ways.push(B)] == [B, B]
    group.works(A)
    assert group.ways.push(B) == A


def test_a_door_of_no_telco_carries_its_own() -> None:
    group = Group(ANY)
    group.fails(C)
    assert group.ways.push(C) == C
    assert group.ways.reply(C, "S4") is None
    assert elsewhere(group, C) == []


def test_with_weights_each_has_its_share_in_turn() -> None:
    group = Group(Telco(doors=("a", "b"), weights=(3, 1)))
    chosen = [group.ways.push(B) for _ in range(8)]
    assert chosen == [A, A, B, A, A, A, B, A]
    group.fails(A)
    assert {group.ways.push(B) for _ in range(8)} == {B}
    group.works(A)
    assert Counter(group.ways.push(B) for _ in range(40))[A] in (29, 30, 31)


async def test_a_door_that_is_down_and_has_rested_gets_the_next_to_try() -> None:
    group = Group(BOTH)
    group.fails(A)
    await group.clock.advance(5)
    assert group.ways.push(A) == A
    group.records[A].back_off.begun()
    assert group.ways.push(A) == B
    assert elsewhere(group, B) == []


def test_where_none_works_a_message_waits_at_its_own_door() -> None:
    group = Group(ANY)
    group.fails(A)
    group.fails(B)
    assert group.ways.push(B) == B
    assert group.ways.reply(B, "S4") == B
    assert elsewhere(group, A) == []


def test_a_reply_goes_back_where_its_text_came_from_unless_it_is_said_otherwise() -> None:
    same, free = Group(BOTH), Group(ANY)
    for group in (same, free):
        group.fails(A)
    assert same.ways.reply(A, "S4") is None
    assert free.ways.reply(A, "S4") == B
    assert elsewhere(same, A) == [B]


def test_a_reply_in_the_telcos_call_and_the_one_answer_to_a_text_stay_at_their_door() -> None:
    inline = replace(door(A), webhook=Side(AnswerStyle.INLINE))
    one_only = door(B, limits=Limits(answers_only=True))
    group = Group(ANY, {A: inline, B: one_only})
    assert group.ways.reply(A, "S4") is None
    assert group.ways.reply(B, "S4") is None
    group.fails(A)
    assert elsewhere(group, A) == []
    assert group.ways.push(B) == B


def test_a_door_of_registered_templates_gets_those_and_nothing_else() -> None:
    listed = door(A, limits=Limits(templates=frozenset({"S4"})))
    group = Group(ANY, {A: listed, B: door(B)})
    assert [group.ways.reply(B, template) for template in ("S4", "S5")] == [A, B]
    assert [group.ways.push(name) for name in (A, B)] == [B, B]
    group.fails(B)
    assert [group.ways.reply(B, template) for template in ("S4", "S5")] == [A, B]
    assert group.ways.push(B) == B
    group.works(B)
    group.fails(A)
    assert group.ways.reply(B, "S4") == B


def test_a_reply_is_made_for_all_doors_that_it_may_leave_by() -> None:
    same, free = Group(BOTH), Group(ANY)
    assert same.ways.carriers(A) == []
    assert [one.name for one in free.ways.carriers(B)] == [A, B]
    assert free.ways.carriers(C) == []
    inline = replace(door(A), webhook=Side(AnswerStyle.INLINE))
    one_only = door(B, limits=Limits(answers_only=True))
    group = Group(
        Telco(doors=("a", "b", "c"), reply_by="any"), {A: inline, B: one_only, C: door(C)}
    )
    assert group.ways.carriers(A) == []
    assert [one.name for one in group.ways.carriers(C)] == [A, C]


def test_replies_do_not_leave_by_a_door_that_could_not_tell_what_they_answer() -> None:
    doors = {A: door(A), B: door(B, limits=Limits(names_mo=True))}
    with pytest.raises(SettingsError) as refused:
        Ways(settings(ANY), doors, {})
    assert str(refused.value).startswith("telcos.t0.reply_by: any cannot be used with door b, ")
    assert Ways(settings(BOTH), doors, {}).reply(A, "S4") is None


@pytest.mark.parametrize(
    "telcos, told",
    [
        ([Telco(doors=("a", "x"))], "telcos.t0.doors: x: no door has this name; the doors that"),
        ([Telco(doors=("a", "mute"))], "telcos.t0.doors: mute: this door does not send; the"),
        ([BOTH, Telco(doors=("c", "b"))], "telcos.t1.doors: b: a door leads to one telco"),
    ],
)
def test_a_telco_whose_doors_cannot_be_used_is_refused(telcos: list[Telco], told: str) -> None:
    doors = {A: door(A), B: door(B), C: door(C), DoorName("mute"): door(A, sends=False)}
    with pytest.raises(SettingsError) as refused:
        Ways(settings(*telcos), doors, {})
    assert str(refused.value).startswith(told)


@pytest.mark.parametrize(
    "said, told",
    [
        ('doors = ["a", "a"]', "doors: one stands there twice"),
        ('doors = ["a", "b"]\nweights = [1]', "weights: write one number for each door"),
        ('doors = ["a"]', "doors: expected a list of length >= 2"),
        (
            'doors = ["a", "b"]\nreply_by = "some"',
            "reply_by (gateway.toml): expected one of any, same",
        ),
    ],
)
def test_a_telco_that_says_nothing_sensible_is_refused(
    said: str, told: str, tmp_path: Path
) -> None:
    (tmp_path / "gateway.toml").write_text(f"[telcos.x]\n{said}\n")
    with pytest.raises(SettingsError) as refused:
        load(tmp_path, None, {}, tmp_path)
    assert told in str(refused.value)


def test_a_telco_can_be_said_by_the_environment(tmp_path: Path) -> None:
    (tmp_path / "gateway.toml").write_text("")
    said = {"SMS_GATEWAY_TELCOS__X__DOORS": '["a", "b"]'}
    assert load(tmp_path, None, said, tmp_path).telcos == {"x": BOTH}
