"""SMPP 3.4 (issue 1.2): octets in, values out, and back.

Octets of a peer enter; PDUs, events and octets to write leave. All but `connection` is without
input and output: no socket, no clock, no task, so that a session's tests are plain calls. Clauses
named here without a standard are those of SMPP 3.4. Imports only the standard library and msgspec.
"""
