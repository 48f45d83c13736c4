"""An SMSC that others wrote, npm's `smpp`: what it is told, and what it tells."""

import contextlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.peers.kannel_process import Peer
from tests.real_process import ROOT

NODE_MODULES = ROOT / ".venv" / "peers" / "node_modules"
"""Where `scripts/peers` puts packages of npm."""


class Smsc(Peer):
    """It listens when it is made; accounts are known by their system id."""

    def __init__(self, folder: Path, port: int) -> None:
        script = Path(__file__).with_name("kannel_smsc.js")
        env = {"PATH": os.environ["PATH"], "NODE_PATH": str(NODE_MODULES)}
        super().__init__(["node", str(script), str(port)], folder, env)
        self.told("listening")

    def told(self, event: str, times: int = 1, **fields: str | int) -> list[dict[str, Any]]:
        """Wait until it told of so many such events; all of them."""
        # It writes `event` and what the event is about first, in this order.
        known = ",".join(f"{json.dumps(k)}:{json.dumps(v)}" for k, v in fields.items())
        pattern = re.escape(f'{{"event":{json.dumps(event)}' + (f",{known}" if known else ""))
        return [json.loads(found.string) for found in self.heard(pattern, times)]

    def bound(self, account: str, times: int = 1) -> None:
        """Wait until an account has bound so often."""
        self.told("bound", times, account=account)

    @contextlib.contextmanager
    def planned(self, status: int, receipts: Sequence[str]) -> Iterator[None]:
        """In the block a submit_sm gets this command_status, and a receipt with each such state."""
        self._order("plan", status=status, receipts=receipts)
        yield
        self._order("plan", status=0, receipts=["DELIVRD"])

    def deliver(self, account: str, sender: str, text: str) -> None:
        """Hand an account a text for 8083, in UCS-2."""
        octets = text.encode("utf-16-be").hex()
        self._order("deliver", account=account, phone=sender, to="8083", octets=octets, coding=8)

    def enquire(self, account: str) -> None:
        """Ask an account whether it is alive; `alive` is told when it is."""
        self._order("enquire", account=account)

    def unbind(self, account: str) -> None:
        """Take leave of an account; `left` is told when it has agreed."""
        self._order("unbind", account=account)

    def _order(self, order: str, **fields: object) -> None:
        self.type(json.dumps({"order": order, **fields}))
