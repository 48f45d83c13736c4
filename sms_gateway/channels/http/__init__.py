"""A telco described wholly by settings, no code.

What enters: the telco's HTTP calls as octets, and MTs. What leaves: MOs, DLRs and refusals as
values, responses in the telco's own words, and its answers to our requests as outcomes. `settings`
says all that can be described; `fields` and `values` read calls, `access` guards, `inbound` and
`reports` make items, `answers` replies, `kept` takes secrets out of what is kept, `body` fills
templates, `outbound` sends and `verdict` tells what the telco's answer means.
"""
