"""Lets a real gateway suffer, and prints what became of every text. Nothing may be lost.

Each round: citizens text through all doors, the fault strikes at a random moment and is mended,
everything settles, and each text that a telco was told OK for is looked up.
"""

import argparse
import asyncio
import secrets
import sys
import tempfile
from pathlib import Path

from tests.real_process import Program
from tests.torture.campaign import Orders, campaign, choice_of
from tests.torture.faults import FAULTS
from tests.torture.judging import Tally
from tests.torture.load import DOORS
from tests.torture.table import events, table

_SHOWN = 20


def main() -> None:
    """Run the campaign that the command line orders."""
    options = _options()
    faults = choice_of(options.only, options.store, options.door)
    if not faults:
        where = f"{options.store} with doors of {options.door}"
        sys.exit(f"torture: none of these can happen to {where}: {', '.join(options.only)}")
    orders = Orders(options.count, options.seconds, options.seed, options.store, door=options.door)
    print(f"seed {orders.seed}, store {orders.store}, doors {orders.door}")
    with tempfile.TemporaryDirectory(prefix="sms-gateway-torture-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        done = Program(folder).run("init", "--samples", data=folder / "samples")
        if done.returncode:
            sys.exit(f"torture: {done.stderr.strip()}")
        try:
            tallies = asyncio.run(campaign(faults, orders, folder, folder / "samples", _progress))
        except KeyboardInterrupt:
            sys.exit("torture: stopped")
    print(table(tallies), *events(tallies), sep="\n")
    breaches = [f"{name}: {what}" for name, tally in tallies.items() for what in tally.breaches]
    for line in breaches[:_SHOWN]:
        print(f"BREACH {line}")
    for line in (f"{name}: its log: {said}" for name, t in tallies.items() for said in t.said):
        print(line)
    if breaches:
        sys.exit(f"torture: {len(breaches)} breaches; seed {orders.seed}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/torture", description=__doc__)
    parser.add_argument("--count", type=int, default=10, metavar="N", help="rounds of each fault")
    parser.add_argument(
        "--seconds", type=float, default=900, metavar="S", help="no round begins later"
    )
    parser.add_argument(
        "--seed", type=int, default=secrets.randbelow(1_000_000), metavar="K", help="of all choices"
    )
    parser.add_argument(
        "--only", action="append", default=[], choices=list(FAULTS), help="may be given again"
    )
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--door", choices=list(DOORS), default="both", help="citizens text through")
    return parser.parse_args()


def _progress(name: str, tally: Tally) -> None:
    print(f"{name}: round {tally.rounds}, {tally.counts['acknowledged']} texts", file=sys.stderr)


if __name__ == "__main__":
    main()
