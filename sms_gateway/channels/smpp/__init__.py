"""A telco that speaks SMPP 3.4: the gateway is an ESME of its SMSC.

What enters: deliver_sm and data_sm of the telco, and MTs. What leaves: MOs and DLRs, acknowledged
after they are on disk, and submit_sm with the fate of each. `sms_gateway.smpp` knows the octets,
`sms_gateway.gsm` the alphabets and headers; here they meet.
"""
