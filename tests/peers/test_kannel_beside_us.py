"""Kannel and the gateway at one SMSC, each with an account of its own."""

import pytest

from tests.peers.kannel import CENTRE, GATEWAY, NEEDS, NEIGHBOUR, Kannel

pytestmark = [pytest.mark.acceptance, NEEDS]

TEXT = "MCKH_170703-0001"
KANNELS = "Kannel answers this one."


def replies(kannel: Kannel, account: str, phone: str) -> list[str]:
    """All that an account has sent to a phone, once there is anything."""
    told = kannel.smsc.told("submitted", account=account, to=phone)
    return [str(one["text"]) for one in told]


def test_each_answers_its_own_texts(kannel: Kannel) -> None:
    phones = [f"849020000{number:02}" for number in range(10)]
    for phone in phones:
        kannel.smsc.deliver(GATEWAY, phone, TEXT)
        kannel.smsc.deliver(NEIGHBOUR, phone, TEXT)
    for phone in phones:
        (ours,) = replies(kannel, GATEWAY, phone)
        assert ours.startswith("Ho so 170703-0001")
        assert replies(kannel, NEIGHBOUR, phone) == [KANNELS]


def test_an_smsc_reads_our_accented_reply_as_kannels(kannel: Kannel) -> None:
    read = {}
    for account, phone in ((GATEWAY, "84902000020"), (CENTRE, "84902000021")):
        kannel.smsc.deliver(account, phone, "MCKH VN có dấu 170703-0001")
        parts = kannel.smsc.told("submitted", 2, account=account, to=phone)
        assert [part["udh"][-2:] for part in parts] == ["01", "02"]
        assert {part["coding"] for part in parts} == {8}
        read[account] = "".join(part["text"] for part in parts)
    assert read[GATEWAY] == read[CENTRE]
    assert read[GATEWAY].startswith("Hồ sơ 170703-0001")


def test_both_are_alive_when_the_smsc_asks(kannel: Kannel) -> None:
    for account in (GATEWAY, NEIGHBOUR):
        kannel.smsc.enquire(account)
        kannel.smsc.told("alive", account=account)


@pytest.mark.parametrize(
    "leaves, stays, phone",
    [(NEIGHBOUR, GATEWAY, "84902000030"), (GATEWAY, NEIGHBOUR, "84902000031")],
)
def test_when_one_is_unbound_the_other_goes_on_and_the_one_comes_back(
    kannel: Kannel, leaves: str, stays: str, phone: str
) -> None:
    binds = len(kannel.smsc.told("bound", account=leaves))
    others = len(kannel.smsc.told("bound", account=stays))
    kannel.smsc.unbind(leaves)
    kannel.smsc.told("left", account=leaves)
    kannel.smsc.deliver(stays, phone, TEXT)
    assert len(replies(kannel, stays, phone)) == 1
    kannel.smsc.bound(leaves, binds + 1)
    kannel.smsc.deliver(leaves, phone, TEXT)
    assert len(replies(kannel, leaves, phone)) == 1
    assert len(kannel.smsc.told("bound", account=stays)) == others
