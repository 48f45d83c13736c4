"""Any PDU that can be written, for Hypothesis."""

from hypothesis import strategies as st

from sms_gateway.smpp import pdus
from sms_gateway.smpp.status import Status

NUMBERS = st.integers(0, 255)
SEQUENCES = st.integers(0, 0xFFFFFFFF)
STATUSES = st.sampled_from(Status) | st.integers(0, 0xFFFFFFFF)
# No tag is 0 (clause 5.3.2): in front of the others it would read as stray NULLs.
TLVS = st.lists(
    st.tuples(st.integers(1, 0xFFFF), st.binary(max_size=300)), max_size=4
).map(tuple)  # fmt: skip


def texts(most: int) -> st.SearchStrategy[str]:
    """C-Octet Strings of at most so many octets, NULL not counted."""
    return st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=most)


def _binds(kind: type[pdus.Bind]) -> st.SearchStrategy[pdus.Bind]:
    return st.builds(
        kind, SEQUENCES, texts(15), texts(8), texts(12), NUMBERS, NUMBERS, NUMBERS, texts(40)
    )


def _messages(kind: type[pdus.ShortMessage]) -> st.SearchStrategy[pdus.ShortMessage]:
    return st.builds(
        kind, SEQUENCES, texts(5), NUMBERS, NUMBERS, texts(20), NUMBERS, NUMBERS, texts(20),
        NUMBERS, NUMBERS, NUMBERS, texts(16), texts(16), NUMBERS, NUMBERS, NUMBERS, NUMBERS,
        st.binary(max_size=254), TLVS,
    )  # fmt: skip


def _refusals(kind: type[pdus.Response]) -> st.SearchStrategy[pdus.Response]:
    return st.builds(kind, SEQUENCES, STATUSES)


REFUSALS: tuple[type[pdus.Response], ...] = (
    pdus.BindTransmitterResp, pdus.BindReceiverResp, pdus.BindTransceiverResp,
    pdus.UnbindResp, pdus.GenericNack, pdus.EnquireLinkResp, pdus.SubmitSmResp,
)  # fmt: skip
SUBMITS = _messages(pdus.SubmitSm)
DELIVERS = _messages(pdus.DeliverSm)
DATA = st.builds(
    pdus.DataSm, SEQUENCES, texts(5), NUMBERS, NUMBERS, texts(64), NUMBERS, NUMBERS, texts(64),
    NUMBERS, NUMBERS, NUMBERS, TLVS,
)  # fmt: skip
PDUS: st.SearchStrategy[pdus.Pdu] = st.one_of(
    *map(_binds, (pdus.BindTransmitter, pdus.BindReceiver, pdus.BindTransceiver)),
    *(_refusals(kind) for kind in REFUSALS),
    st.builds(pdus.BindTransceiverResp, SEQUENCES, st.just(0), texts(15), TLVS),
    st.builds(pdus.SubmitSmResp, SEQUENCES, st.just(0), texts(64), TLVS),
    st.builds(pdus.DeliverSmResp, SEQUENCES, STATUSES, texts(64), TLVS),
    st.builds(pdus.DataSmResp, SEQUENCES, STATUSES, texts(64), TLVS),
    st.builds(pdus.Unbind, SEQUENCES),
    st.builds(pdus.EnquireLink, SEQUENCES),
    st.builds(pdus.Outbind, SEQUENCES, texts(15), texts(8)),
    st.builds(
        pdus.AlertNotification, SEQUENCES, NUMBERS, NUMBERS, texts(64), NUMBERS, NUMBERS,
        texts(64), TLVS,
    ),
    SUBMITS, DELIVERS, DATA,
)  # fmt: skip
