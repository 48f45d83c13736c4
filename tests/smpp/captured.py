"""The fields of golden PDUs from the tests of other SMPP libraries, as those tests state them."""

from sms_gateway.smpp import pdus
from sms_gateway.smpp.commands import CommandId
from sms_gateway.smpp.pdus import Pdu, Unreadable
from sms_gateway.smpp.status import Status

VERSION = ((0x0210, b"\x34"),)
NETWORKS = ((0x000E, b"\x01"), (0x0006, b"\x01"))
OLD_TEXT = b"@$#!%&/:"
NGHIENG = "nghắ nghiêng nghiễng ngả".encode("utf-16-be")
"""A long Vietnamese text that two libraries use."""

THREE_X = "X" * 3  # written out it would read as a promise of more work
_FROM_10010 = bytes.fromhex(
    "5C0A656C768475286237FF0C60A853EF4EE576F463A556DE590D63074EE48FDB884C4E1A52A167E58BE26216529E7406"
    "FF1A007F007F002000300030FF1A624B673A4E0A7F516D4191CF67E58BE2007F007F002000300031FF1A8D2662374F59"
    "989D007F007F002000300032FF1A5B9E65F68BDD8D39007F007F002000300033FF1A5E387528529E74064E1A"
)

CAPTURED: dict[tuple[str, str], Pdu | Unreadable] = {
    ("cloudhopper", "bind_transceiver"): pdus.BindTransceiver(
        235857, "ALL_TW", "ALL_TW", addr_ton=1, addr_npi=2
    ),
    ("cloudhopper", "bind_transmitter_resp_version"): pdus.BindTransmitterResp(
        235871, system_id="TWITTER", tlvs=VERSION
    ),
    ("cloudhopper", "bind_receiver_resp_version"): pdus.BindReceiverResp(
        235874, system_id="twitter", tlvs=VERSION
    ),
    ("cloudhopper", "bind_transceiver_resp_refused_with_name"): pdus.BindTransceiverResp(
        19891, Status.RINVPASWD, "SMSC"
    ),
    ("cloudhopper", "submit_sm"): pdus.SubmitSm(
        20456, "", 1, 1, "40404", 1, 1, "44951361920", registered_delivery=1, short_message=OLD_TEXT
    ),
    ("cloudhopper", "submit_sm_resp"): pdus.SubmitSmResp(171192033, message_id="94258431594"),
    ("cloudhopper", "submit_sm_resp_no_body"): pdus.SubmitSmResp(171192033),
    ("cloudhopper", "submit_sm_resp_no_null"): pdus.SubmitSmResp(171192033, message_id="9"),
    ("cloudhopper", "deliver_sm_tlvs"): pdus.DeliverSm(
        3, "", 2, 1, "87654321", 4, 9, "40404", short_message=OLD_TEXT, tlvs=NETWORKS
    ),
    ("cloudhopper", "deliver_sm_payload"): pdus.DeliverSm(
        346091, "", 2, 1, "4495136192", 4, 9, "40404",
        tlvs=(*NETWORKS, (0x0424, b"@Maidenman664 was it sappy? &Romantic?")),
    ),
    ("cloudhopper", "deliver_sm_high_sequence"): pdus.DeliverSm(
        0x806A179B, "", 1, 1, "999919914593", 0, 0, "6464", data_coding=8,
        short_message=b"\xc1\xe1\xe9\xed\xf3\xfa\xf1\xfc",
    ),
    ("cloudhopper", "deliver_sm_high_sequence_resp"): pdus.DeliverSmResp(0x806A179B),
    ("cloudhopper", "deliver_sm_receipt"): pdus.DeliverSm(
        2, "", 1, 1, "44951361920", 1, 1, "40404", esm_class=4,
        short_message=(
            b"id:0059113978 sub:001 dlvrd:001 submit date:1002101730 done date:1002101731"
            b" stat:DELIVRD err:000 text:@$#!%&/:"
        ),
        tlvs=(*NETWORKS, (0x001E, b"38601fa\0"), (0x0427, b"\x02")),
    ),
    ("cloudhopper", "deliver_sm_receipt_accepted"): pdus.DeliverSm(
        1141461, "", 1, 1, "4495136192057", 5, 1, "GTBank", esm_class=4, registered_delivery=1,
        short_message=(
            b"id:94251430923 sub:001 dlvrd:001 submit date:0911040124 done date:0911040124"
            b" stat:ACCEPTD err:107 text: 26F102"
        ),
    ),
    ("cloudhopper", "deliver_sm_receipt_latin_1"): pdus.DeliverSm(
        1, "", 1, 1, "44951361920", 0, 1, "40404", esm_class=4, data_coding=3,
        short_message=(
            b"id:126e85a6edeac1a02020099312479564 sub:001 dlvrd:001 submit date:1002191630"
            b" done date:1002191630 stat:DELIVRD err:000 Text:Hello               "
        ),
        tlvs=((0x0427, b"\x02"), (0x001E, b"126e85a6edeac1a02020099312479564\0")),
    ),
    ("cloudhopper", "deliver_sm_resp_named"): pdus.DeliverSmResp(
        1141447, message_id="94258431594"
    ),
    ("cloudhopper", "data_sm"): pdus.DataSm(
        0, "", 1, 1, "5552710000", 0, 1, "9695", registered_delivery=1, tlvs=((0x0424, b"Test"),)
    ),
    ("cloudhopper", "generic_nack"): pdus.GenericNack(535159, Status.RINVMSGLEN),
    ("cloudhopper", "unknown_request"): Unreadable(0x110, 171192039, Status.RINVCMDID),
    ("cloudhopper", "unknown_response"): Unreadable(0x80000110, 171192039, Status.RINVCMDID),
    ("cloudhopper", "deliver_sm_length_beyond_the_end"): Unreadable(
        CommandId.DELIVER_SM, 1, Status.RINVMSGLEN
    ),
    ("smpp.pdu", "bind_transmitter"): pdus.BindTransmitter(
        2, "test", "secret", "OTA", addr_ton=2, addr_npi=6, address_range="127.0.0.*"
    ),
    ("smpp.pdu", "bind_transceiver_resp_version"): pdus.BindTransceiverResp(
        1, system_id="TSI7588", tlvs=VERSION
    ),
    ("smpp.pdu", "bind_receiver_resp_refused"): pdus.BindReceiverResp(3456, Status.RINVPASWD),
    ("smpp.pdu", "bind_transceiver_resp_cut_parameter"): Unreadable(
        CommandId.BIND_TRANSCEIVER_RESP, 1, Status.RINVOPTPARSTREAM
    ),
    ("smpp.pdu", "submit_sm_class_2"): pdus.SubmitSm(
        9284, "", 5, 0, "mobileway", 1, 1, "1208230", registered_delivery=1, data_coding=0xF2,
        short_message=b"HELLO",
    ),
    ("smpp.pdu", "submit_sm_udh_sim_toolkit"): pdus.SubmitSm(
        455569, "", 5, 0, "0348", 1, 1, "3969809342", esm_class=0x40, protocol_id=0x7F,
        registered_delivery=1, data_coding=0xF6,
        short_message=bytes.fromhex(
            "027000002815162115150000001BB5B34A2FAB312CFA8ECDD7779158747AC742C463CDD53B41963E49979D95AC"
        ),
    ),
    ("smpp.pdu", "submit_sm_resp_refused"): pdus.SubmitSmResp(1234, Status.RMSGQFUL),
    ("smpp.pdu", "deliver_sm_syniverse"): pdus.DeliverSm(
        2676551972, "AWSBD", 1, 1, "16505551234", 1, 1, "17735554070", data_coding=3,
        short_message=b"there is no spoon",
    ),
    ("smpp.pdu", "deliver_sm_sybase"): pdus.DeliverSm(
        1, "CMT", 1, 0, "3411149500001", 1, 0, "12345455", data_coding=0xF2,
        short_message=b"HELLO\0",
    ),
    ("smpp.pdu", "deliver_sm_receipt"): pdus.DeliverSm(
        10, "CMT", 1, 0, "6515555678", 1, 0, "123", esm_class=4,
        short_message=(
            b"id:1891273321 sub:001 dlvrd:001 submit date:1305050826 done date:1305050826"
            b" stat:DELIVRD err:000 Text:DLVRD TO MOBILE\0"
        ),
        tlvs=((0x0427, b"\x02"), (0x001E, b"70BA8A69\0")),
    ),
    ("smpp.pdu", "query_sm_resp"): Unreadable(CommandId.QUERY_SM_RESP, 0, Status.RINVCMDID),
    ("smpp.pdu", "generic_nack_no_sequence"): pdus.GenericNack(0, Status.RSYSERR),
    # Its password has nine letters, one more than clause 5.2.2 allows.
    ("gosmpp", "outbind"): Unreadable(CommandId.OUTBIND, 1, Status.RINVPARLEN),
    ("gosmpp", "deliver_sm_ucs2"): pdus.DeliverSm(
        13, "abc", 28, 29, "Alicer", 30, 31, "Bobo", 13, 99, 61, registered_delivery=83,
        data_coding=8, short_message=NGHIENG,
    ),
    ("gosmpp", "deliver_sm_udh"): pdus.DeliverSm(
        13, "abc", 28, 29, "Alicer", 30, 31, "Bobo", 77, 99, 61, registered_delivery=83,
        data_coding=8, short_message=b"\x05\x00\x03\xfe\x02\x01" + NGHIENG,
    ),
    ("gosmpp", "data_sm"): pdus.DataSm(
        1, "abc", 28, 29, "Alicer", 30, 31, "Bobo", 77, 83, 91, ((0x0007, b"\x5f"),)
    ),
    ("gosmpp", "cancel_sm_resp"): Unreadable(CommandId.CANCEL_SM_RESP, 13, Status.RINVCMDID),
    ("go-smpp", "bind_receiver"): pdus.BindReceiver(
        13, "system_id_fake", "password", "only", 0x50, 13, 15, "Alice"
    ),
    ("go-smpp", "alert_notification"): pdus.AlertNotification(13, 13, 15, "Alice", 19, 7, "Bob"),
    ("go-smpp", "deliver_sm_udh"): pdus.DeliverSm(
        9, THREE_X, 2, 1, "10010", 2, 1, "0", esm_class=0x40, data_coding=8,
        short_message=b"\x05\x00\x03\x05\x03\x01" + _FROM_10010,
    ),
    ("go-smpp", "submit_sm"): pdus.SubmitSm(
        13, THREE_X, 13, 15, "Alice", 19, 7, "Bob", 13, 99, 61, registered_delivery=0x13,
        replace_if_present_flag=1, data_coding=8, short_message=NGHIENG,
    ),
    ("go-smpp", "query_sm"): pdus.QuerySm(13),
    ("go-smpp", "cancel_sm"): pdus.CancelSm(13),
    ("go-smpp", "replace_sm"): pdus.ReplaceSm(13),
    ("go-smpp", "submit_multi"): pdus.SubmitMulti(13),
    ("go-smpp", "broadcast_sm"): Unreadable(0x111, 13, Status.RINVCMDID),
    ("jsmpp", "submit_sm"): pdus.SubmitSm(
        0x1234, "CMT", 1, 2, "31600000000", 3, 4, "31612345678", 5, 6, 7,
        registered_delivery=8, replace_if_present_flag=1, data_coding=9, sm_default_msg_id=10,
        short_message=b"Hello World!",
    ),
    ("jsmpp", "data_sm_resp_refused_with_id"): pdus.DataSmResp(
        0x1234, Status.RMSGQFUL, "01234567"
    ),
    ("jsmpp", "replace_sm"): pdus.ReplaceSm(0x1234),
}  # fmt: skip

LOOSE = frozenset({
    # A refused bind carries a name; an accepted message no id; an id no NULL.
    ("cloudhopper", "bind_transceiver_resp_refused_with_name"),
    ("cloudhopper", "submit_sm_resp_no_body"),
    ("cloudhopper", "submit_sm_resp_no_null"),
})  # fmt: skip
"""What we read, and write as the standard has it."""
