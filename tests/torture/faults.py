"""Every fault of the campaign, by the name that `--only` takes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from tests.torture.clock_step import stepped_clock
from tests.torture.clocks import clock_stepped
from tests.torture.deaths import gateway_killed, postgres_killed, sigterm
from tests.torture.directories import directory_fails
from tests.torture.load import Shape
from tests.torture.manners import BUSY, ODD
from tests.torture.nodes import cut_off, node_clock_stepped, node_killed
from tests.torture.smscs import smsc_busy, smsc_fails, smsc_killed
from tests.torture.stage import Around, Stage
from tests.torture.stores import disk_full, store_hangs
from tests.torture.telcos import MAX_UNANSWERED, busy_telco, odd_telco, telco_fails

BOTH = frozenset({"sqlite", "postgres"})


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to suffer.

    Attributes:
        strike: does it once, at a random moment, and leaves everything working.
        shape: of the load meanwhile.
        around: what it needs.
        stores: where it can happen.
        door: `http` or `smpp` where it is a fault of such a telco, which then carries all texts;
            else `both`.
        calm: it may cost no second try at all.
        deaths: a gateway dies, or may pass for dead.
    """

    strike: Callable[[Stage], Awaitable[None]]
    shape: Shape = field(default_factory=Shape)
    around: Around = field(default_factory=Around)
    stores: frozenset[str] = BOTH
    door: str = "both"
    calm: bool = False
    deaths: bool = False


_EASY = Shape(rest_s=0.05)
"""While something hangs, texts pile up: a few of them will do."""

# A part whose clock is an hour late for the others is answered alone, as it should be; and of a
# text without an id it is the time that tells a repeated delivery from a repeated question.
_SORTED = Shape(in_parts=0, script=busy_telco, manners=BUSY, twice=0)

FAULTS: Mapping[str, Fault] = {
    "gateway-killed": Fault(gateway_killed, deaths=True),
    "sigterm": Fault(sigterm, deaths=True),
    "postgres-killed": Fault(
        postgres_killed, around=Around(two_nodes=True), stores=frozenset({"postgres"})
    ),
    "disk-full": Fault(disk_full, _EASY, Around(small_disk=True)),
    "store-hangs": Fault(store_hangs, _EASY),
    "directory": Fault(directory_fails, _EASY),
    "telco": Fault(
        telco_fails, Shape(script=odd_telco), Around(max_unanswered=MAX_UNANSWERED), door="http"
    ),
    "smsc": Fault(
        smsc_fails,
        Shape(rest_s=0.05, manners=ODD),
        Around(max_unanswered=MAX_UNANSWERED),
        door="smpp",
    ),
    "smsc-killed": Fault(smsc_killed, _EASY, door="smpp"),
    "smsc-busy": Fault(smsc_busy, _EASY, door="smpp"),
    "cut-off": Fault(
        cut_off, _EASY, Around(two_nodes=True), stores=frozenset({"postgres"}), deaths=True
    ),
    "node-killed": Fault(
        node_killed, around=Around(two_nodes=True), stores=frozenset({"postgres"}), deaths=True
    ),
    "clock": Fault(clock_stepped, _SORTED, Around(env=stepped_clock), calm=True),
    "node-clock": Fault(
        node_clock_stepped,
        _SORTED,
        Around(env=stepped_clock, two_nodes=True),
        frozenset({"postgres"}),
        calm=True,
    ),
}
