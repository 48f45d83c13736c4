"""The settings folder of a gateway under test: three doors to one loopback telco."""

import shutil
from pathlib import Path

SHIPPED = Path(__file__).parents[2] / "config"

GATEWAY = """
[web]
port = 0
request_timeout_s = 2
idle_timeout_s = 5

[store]
max_unanswered = {max_unanswered}

[intake]
inline_deadline_s = {inline_s}
acknowledge_deadline_s = 4
parts_wait_s = 60

[dispatch]
sweep_s = 0.2
grace_s = 5
max_failures = 3
retry_delays_s = [0.05]
"""

INLINE = """
[doors.local]
kind = "http"

[doors.local.inbound]
path = "/mo/local"

[doors.local.inbound.fields]
message_id = "json:id"
sender = "json:from"
short_code = "json:to"
text = "json:text"
part_reference = "json:ref"
part_total = "json:total"
part_number = "json:part"

[doors.local.access]
cidrs = ["127.0.0.0/8"]

[doors.local.answer]
style = "inline"
format = "json"
"""

ACKNOWLEDGE = """
[doors.{name}]
kind = "http"
uncertain = "{uncertain}"

[doors.{name}.inbound]
path = "/mo/{name}"

[doors.{name}.inbound.fields]
message_id = "json:id"
sender = "json:from"
short_code = "json:to"
text = "json:text"
part_reference = "json:ref"
part_total = "json:total"
part_number = "json:part"

[doors.{name}.access]
cidrs = ["127.0.0.0/8"]

[doors.{name}.answer]
style = "acknowledge"
format = "text"
body = "OK"

[doors.{name}.outbound]
url = "{telco}/mt/{name}"
format = "json"
body = '''{{"id": "{{id}}", "to": "{{to}}", "from": "{{from}}", "text": "{{text}}",
"billing": "{{billing}}", "reply_to": "{{reply_to}}"}}'''
number_format = "national"
total_s = 1
slots = 20
one_node = {one_node}
dedupes_by_our_id = {dedupes}

[doors.{name}.outbound.result]
code = "json:code"
accepted = ["00"]
duplicate = ["24"]
throttled = ["29"]
rejected = ["99"]
telco_id = "json:id"

# This telco takes nothing when it says so.
[[doors.{name}.outbound.result.rules]]
field = "status"
is = 500
means = "temporary"

[doors.{name}.reports]

[doors.{name}.reports.fields]
telco_id = "json:id"
status = "json:state"
"""


def _acknowledging(name: str, telco: str, **changes: str) -> str:
    usual = {"uncertain": "hold", "dedupes": "false", "one_node": "false"}
    return ACKNOWLEDGE.format(name=name, telco=telco, **{**usual, **changes})


def write_settings(
    folder: Path,
    telco: str,
    *,
    max_unanswered: int = 20_000,
    inline_s: float = 2.0,
    more: str = "",
) -> Path:
    """Write a settings folder; everything but `gateway.toml` is as shipped.

    Args:
        folder: made.
        telco: base address of the loopback telco.
        max_unanswered: see `[store]`.
        inline_s: see `[intake]`.
        more: of `gateway.toml`.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("examples", "samples"))
    doors = [
        GATEWAY.format(max_unanswered=max_unanswered, inline_s=inline_s),
        INLINE,
        _acknowledging("ack", telco),
        _acknowledging("ackresend", telco, uncertain="resend", dedupes="true"),
        _acknowledging("ackone", telco, one_node="true"),
        more,
    ]
    (folder / "gateway.toml").write_text("\n".join(doors), encoding="utf-8")
    return folder
