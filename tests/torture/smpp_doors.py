"""The doors of kind `smpp` that lead to the campaign's SMSC."""

NAMES = ("smsc", "smscpair")
"""One bind for both ways; and one that sends and two that take. Each is told by its system_id."""

_DOOR = """
[doors.{name}]
kind = "smpp"
host = "127.0.0.1"
port = {port}
system_id = "{name}"
password = "secret"
window = 20
throttled_rest_s = 0.1

[doors.{name}.timers]
connect_s = 2
session_s = 2
response_s = 1.5
enquire_link_s = 2
reconnect_s = 0.1
reconnect_most_s = 0.2
"""

_PAIR = """
[[doors.{name}.binds]]
role = "transmitter"

[[doors.{name}.binds]]
role = "receiver"

[[doors.{name}.binds]]
role = "receiver"
"""


def settings(port: int) -> str:
    """Their part of `gateway.toml`; port is the SMSC's."""
    single, pair = (_DOOR.format(name=name, port=port) for name in NAMES)
    return single + pair + _PAIR.format(name=NAMES[1])
