import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.smpp.commands import CommandId, command_name, is_response
from sms_gateway.smpp.status import Status, StatusClass, classify, status_name
from sms_gateway.smpp.tlv import Tag


@pytest.mark.parametrize(
    "status,expected",
    [
        (Status.ROK, StatusClass.OK),
        (Status.RTHROTTLED, StatusClass.THROTTLED),
        (Status.RMSGQFUL, StatusClass.THROTTLED),
        (Status.RSYSERR, StatusClass.TEMPORARY),
        (Status.RALYBND, StatusClass.TEMPORARY),
        (Status.RX_T_APPN, StatusClass.TEMPORARY),
        (Status.RINVDSTADR, StatusClass.PERMANENT),
        (Status.RX_P_APPN, StatusClass.PERMANENT),
        (Status.RX_R_APPN, StatusClass.PERMANENT),
        (Status.RINVSRCADR, StatusClass.OURS),
        (Status.RINVBNDSTS, StatusClass.OURS),
        (Status.RINVMSGLEN, StatusClass.OURS),
        (Status.RINVPASWD, StatusClass.OURS),
        (Status.RINVSYSID, StatusClass.OURS),
        (Status.RUNKNOWNERR, StatusClass.UNCERTAIN),
        (0x09, StatusClass.TEMPORARY),
        (0x0101, StatusClass.TEMPORARY),
        (0x0400, StatusClass.TEMPORARY),
        (0xFFFFFFFF, StatusClass.TEMPORARY),
    ],
)
def test_each_status_asks_something_of_us(status: int, expected: StatusClass) -> None:
    assert classify(status) is expected


def test_each_status_of_the_table_has_been_thought_of() -> None:
    """What nobody thought of would be retried, as the numbers of vendors are."""
    retried = {status for status in Status if classify(status) is StatusClass.TEMPORARY}
    assert retried == {
        Status.RSYSERR,
        Status.RSUBMITFAIL,
        Status.RX_T_APPN,
        Status.RDELIVERYFAILURE,
        Status.RBINDFAIL,
        Status.RALYBND,
    }


@given(st.integers(1, 0xFFFFFFFF))
def test_only_zero_is_ok(status: int) -> None:
    assert classify(status) is not StatusClass.OK


@pytest.mark.parametrize(
    "reason,expected",
    [
        (b"\x00", StatusClass.TEMPORARY),
        (b"\x01", StatusClass.PERMANENT),
        (b"\x02", StatusClass.PERMANENT),
        (b"\x03", StatusClass.TEMPORARY),
        (b"", StatusClass.TEMPORARY),
    ],
)
def test_a_failed_delivery_may_say_that_it_is_for_ever(
    reason: bytes, expected: StatusClass
) -> None:
    tlvs = ((Tag.DELIVERY_FAILURE_REASON, reason),)
    assert classify(Status.RDELIVERYFAILURE, tlvs) is expected
    assert classify(Status.RSYSERR, tlvs) is StatusClass.TEMPORARY


def test_numbers_have_names_for_the_log() -> None:
    assert status_name(0x58) == "ESME_RTHROTTLED"
    assert status_name(0x400) == "0x00000400"
    assert command_name(0x80000005) == "deliver_sm_resp"
    assert command_name(0x777) == "0x00000777"
    assert is_response(CommandId.GENERIC_NACK)
    assert not is_response(CommandId.DATA_SM)
