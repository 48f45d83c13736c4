"""A telco described wholly by settings, no code.

What enters: the telco's HTTP calls as octets, and MTs. What leaves: MOs, DLRs and refusals as
values, responses in the telco's own words, and what became of each MT. `settings` says all that
can be described. On the way in, `webhook` joins `access` and `signatures` (who may call), `fields`,
`call`, `xml_tree` and `values` (what stands where, and means what), `inbound` (MOs and DLRs),
`answers` (what the telco hears) and `kept` (what staff may see of a call). On the way out,
`outbound` joins `session` (connections), `token` (fetched first), `request` with `templates` and
`digests` (what is written), and `verdict` with `response` and `rules` (what the telco's answer
means). `body` fills the templates of both.
"""
