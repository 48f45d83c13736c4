"""What a peer has read of what we wrote, as its answers show."""

from sms_gateway.smpp import pdus
from sms_gateway.smpp.codec import encode
from tests.smpp.esme import bound


def test_what_the_peer_answered_shows_what_it_has_read() -> None:
    session = bound()
    assert session.read.until < 0
    session.submit(pdus.SubmitSm(), "one", 100.0)
    session.submit(pdus.SubmitSm(), "two", 101.0)
    session.receive(encode(pdus.SubmitSmResp(3)), 102.0)
    assert session.read.until == 101.0
    # The first one is answered last: that shows no less.
    session.receive(encode(pdus.SubmitSmResp(2)), 103.0)
    assert session.read.until == 101.0


def test_an_answer_to_enquire_link_shows_it_too() -> None:
    session = bound()
    session.enquire(200.0)
    session.receive(encode(pdus.EnquireLinkResp(2)), 201.0)
    assert session.read.until == 200.0
