"""Settings and data of the gateway under the bench."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

_DOORS = "\n# Doors: "
_IN = """
[doors.bench]
kind = "http"

[doors.bench.inbound]
path = "/mo/bench"
methods = ["POST"]

[doors.bench.inbound.fields]
message_id = "json:id"
sender = "json:from"
short_code = "json:to"
text = "json:text"

[doors.bench.access]
cidrs = ["127.0.0.0/8"]

[doors.bench.answer]
style = "{style}"
format = "json"
"""
_OUT = """
[doors.bench.outbound]
url = "{url}/mt"
format = "json"
body = '{{"id": "{{id}}", "to": "{{to}}", "text": "{{text}}", "reply_to": "{{reply_to}}"}}'
slots = {slots}

[doors.bench.outbound.result]
code = "json:code"
accepted = ["00"]
telco_id = "json:id"
"""
_SMPP = """
[doors.bench]
kind = "smpp"
host = "127.0.0.1"
port = {port}
system_id = "bench"
password = "bench"
window = {window}
"""
_BUDGETS = (
    *("replies_per_hour", "replies_per_day", "receipts_per_day", "misses_per_hour"),
    "identical_per_hour",
)
_NO_BUDGET = "1000000"

SLOTS = 50
"""So many replies are under way to the stub telco at one moment."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a gateway finds what it needs.

    Attributes:
        config: folder of the settings.
        data: folder of the databases.
        store_url: `store.url`, empty for a file in `data`.
    """

    config: Path
    data: Path
    store_url: str = ""

    @property
    def environment(self) -> Mapping[str, str]:
        """Of its processes: that of the bench, without settings of another gateway.

        No phone is ever kept waiting: a few thousand phones do what in a province a million do.
        """
        kept = {k: v for k, v in os.environ.items() if not k.startswith("SMS_GATEWAY_")}
        budgets = {f"SMS_GATEWAY_BUDGETS__{name.upper()}": _NO_BUDGET for name in _BUDGETS}
        url = {"SMS_GATEWAY_STORE__URL": self.store_url} if self.store_url else {}
        return kept | budgets | url

    def command(self, *words: str) -> list[str]:
        """A command of the gateway on this place."""
        places = ["--data", str(self.data), "--config", str(self.config)]
        return [sys.executable, "-m", "sms_gateway", *words, *places]

    def run(self, *words: str) -> None:
        """Run one to its end.

        Raises:
            subprocess.CalledProcessError: it failed; it said why on standard error.
        """
        told = subprocess.DEVNULL
        subprocess.run(self.command(*words), check=True, stdout=told, env=self.environment)


def configure(folder: Path, telco: str) -> None:
    """Write settings with one door that is called.

    Args:
        folder: to be made.
        telco: address that takes the replies; empty where they go back in the response.
    """
    door = _IN.format(style="acknowledge" if telco else "inline")
    _write(folder, door + (_OUT.format(url=telco, slots=SLOTS) if telco else ""))


def configure_smpp(folder: Path, port: int, window: int) -> None:
    """Write settings with one door that binds.

    Args:
        folder: to be made.
        port: of the SMSC on this machine.
        window: of the door.
    """
    _write(folder, _SMPP.format(port=port, window=window))


def _write(folder: Path, doors: str) -> None:
    shutil.copytree(ROOT / "config", folder)
    shipped = (folder / "gateway.toml").read_text(encoding="utf-8").partition(_DOORS)[0]
    (folder / "gateway.toml").write_text(f"{shipped}\n{doors}", encoding="utf-8")
