"""The bench's command line: what is measured, in which order, and where it is told."""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path

import uvloop

from scripts.benchmark import machine
from scripts.benchmark.gateway import Running, running
from scripts.benchmark.growth import growth
from scripts.benchmark.open_loop import latency
from scripts.benchmark.pipeline import pipeline
from scripts.benchmark.place import Place, configure, configure_smpp
from scripts.benchmark.processes import resident_mib
from scripts.benchmark.saturation import Pressure, require_wrk, saturation
from scripts.benchmark.smsc import BenchSmsc
from scripts.benchmark.telco import StubTelco


class Report:
    """Tells each figure as it comes, and keeps all for JSON."""

    def __init__(self) -> None:
        self.kept: dict[str, object] = {}

    def add(self, name: str, figures: object, lines: Sequence[str]) -> None:
        """Tell one.

        Args:
            name: in JSON, and at the beginning of the first line.
            figures: for JSON.
            lines: for people.
        """
        self.kept[name] = figures
        print("\n  ".join([f"{name}: {lines[0]}", *lines[1:]]), flush=True)


def main() -> None:
    """Run what the options ask for."""
    options = _options()
    report = Report()
    if not (options.pipeline or options.door == "smpp"):
        require_wrk()
    with tempfile.TemporaryDirectory(prefix="sms-gateway-bench-", dir=options.folder) as name:
        folder = Path(name)
        with _database(options) as (store_url, server):
            _conditions(report, options, folder, store_url)
            place = Place(folder / "config", options.data or folder / "data", store_url)
            uvloop.run(_measure(report, options, place, server))
    if options.json:
        options.json.write_text(json.dumps(report.kept, indent=2, default=str) + "\n", "utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    add = parser.add_argument
    add("--store", choices=("sqlite", "postgres"), default="sqlite")
    add("--postgres-url", help="an empty database; else a server of the bench's own, with fsync on")
    add("--postgres-pid", type=int, help="its first process, for its CPU")
    add("--door", choices=("inline", "acknowledge", "smpp"), default="inline")
    add("--workers", type=int, default=1, help="processes of the gateway, on PostgreSQL")
    add("--pipeline", action="store_true", help="the pipeline alone, without sockets")
    add("--growth", action="store_true", help="an empty log against one of --messages")
    add("--dossiers", type=int, default=100_000)
    add("--messages", type=int, default=0, help="made up before, in the log")
    add("--data", type=Path, help="a folder that holds dossiers and messages already")
    add("--seconds", type=int, default=15, help="of each measurement")
    add("--rounds", type=int, default=5, help="of --growth")
    add("--connections", type=int, default=64, help="at saturation; the window of SMPP")
    add("--rate", type=int, default=100, help="texts a second, for latency")
    add("--folder", type=Path, help="where the data lies meanwhile; its disk is what is measured")
    add("--json", type=Path, help="also write the figures there")
    return parser.parse_args()


def _conditions(report: Report, options: argparse.Namespace, folder: Path, store_url: str) -> None:
    said: Mapping[str, object] = {
        **machine.conditions(),
        "store": machine.database(store_url),
        "door": "none" if options.pipeline else options.door,
        "workers": options.workers,
        "dossiers": options.dossiers,
    }
    report.add("conditions", said, [", ".join(f"{name} {value}" for name, value in said.items())])
    synced = machine.fsync(folder)
    report.add("fsync", asdict(synced), [f"{synced}, a page at a time, where the databases lie"])


@contextmanager
def _database(options: argparse.Namespace) -> Iterator[tuple[str, int | None]]:
    """The address of the store, empty for a file, and the first process of its server."""
    if options.store == "sqlite":
        yield "", None
    elif options.postgres_url:
        yield options.postgres_url, options.postgres_pid
    else:
        # Its programs come with the development package, as for the tests.
        from tests.postgres import postgres  # noqa: PLC0415  # only this way needs that package

        with postgres(fsync="on", full_page_writes="on", synchronous_commit="on") as server:
            first = (server.data / "postmaster.pid").read_text(encoding="ascii").split()[0]
            yield server.database(), int(first)


async def _measure(
    report: Report, options: argparse.Namespace, place: Place, server: int | None
) -> None:
    async with AsyncExitStack() as stack:
        if options.door == "smpp":
            await _smpp(report, options, place, server)
            return
        telco = StubTelco() if options.door == "acknowledge" or options.pipeline else None
        if telco is not None:
            await stack.enter_async_context(telco.opened())
        configure(place.config, telco.url if telco else "")
        _fill(report, options, place)
        if place.store_url:
            await machine.tidied(place.store_url)
        if options.pipeline:
            found = await pipeline(place, options.seconds, options.dossiers, server)
            report.add("pipeline", found.figures(), found.lines("messages"))
        elif options.growth:
            await _grow(report, options, place)
        else:
            with running(place, options.workers) as gateway:
                await _one_gateway(report, options, gateway, telco, server)


async def _smpp(
    report: Report, options: argparse.Namespace, place: Place, server: int | None
) -> None:
    smsc, span, dossiers = BenchSmsc(), options.seconds, options.dossiers
    async with smsc.opened():
        configure_smpp(place.config, smsc.port, options.connections)
        _fill(report, options, place)
        if place.store_url:
            await machine.tidied(place.store_url)
        with running(place, options.workers) as gateway:
            report.add("start_up_s", gateway.started_s, [f"{gateway.started_s:.2f} s until ready"])
            slow = await smsc.latency(gateway, options.rate, span, dossiers)
            report.add(f"latency_at_{options.rate}_per_s", slow.figures(), slow.lines())
            most = await smsc.saturation(gateway, _pressure(options), server)
            report.add("saturation", most.figures(), most.lines())
            half = await smsc.latency(gateway, most.per_second / 2, span, dossiers)
            name = f"half of saturation, {half.per_second:.0f}/s: "
            lines = [name + half.lines()[0], *half.lines()[1:]]
            report.add("latency_at_half", half.figures(), lines)
            resident = resident_mib(gateway.pid)
            told = [f"{resident:.0f} MiB, all processes of the gateway"]
            report.add("resident_mib", resident, told)
            # It unbinds as it stops, and wants an answer from this loop.
            await asyncio.to_thread(gateway.stop)


def _fill(report: Report, options: argparse.Namespace, place: Place) -> None:
    if place.store_url:
        place.run("store", "migrate")
    if options.data is None:
        began = time.monotonic()
        wanted = ["--dossiers", str(options.dossiers), "--messages", str(options.messages)]
        if options.growth:
            # The last day of each phone is read for each of its texts: it is to be empty here too.
            wanted += ["--until", "2d"]
        place.run("generate", *wanted)
        seconds = time.monotonic() - began
        said = f"{options.dossiers} dossiers and {options.messages} messages in {seconds:.1f} s"
        report.add("generated", {"seconds": seconds}, [said])


async def _grow(report: Report, options: argparse.Namespace, full: Place) -> None:
    empty = Place(full.config, full.config.parent / "empty")
    empty.run("generate", "--dossiers", str(options.dossiers))
    found = await growth(empty, full, _pressure(options), options.rounds)
    report.add("growth", found.figures(), found.lines())


async def _one_gateway(
    report: Report,
    options: argparse.Namespace,
    gateway: Running,
    telco: StubTelco | None,
    server: int | None,
) -> None:
    report.add("start_up_s", gateway.started_s, [f"{gateway.started_s:.2f} s until it is ready"])
    span = options.seconds
    slow = await latency(gateway, options.rate, span, options.dossiers, telco)
    report.add(f"latency_at_{options.rate}_per_s", slow.figures(), slow.lines())
    most = await saturation(gateway, _pressure(options), telco, server)
    report.add("saturation", most.figures(), most.lines())
    half = await latency(gateway, most.per_second / 2, span, options.dossiers, telco)
    name = f"half of saturation, {half.per_second:.0f}/s: "
    report.add("latency_at_half", half.figures(), [name + half.lines()[0], *half.lines()[1:]])
    resident = resident_mib(gateway.pid)
    report.add("resident_mib", resident, [f"{resident:.0f} MiB, all processes of the gateway"])


def _pressure(options: argparse.Namespace) -> Pressure:
    return Pressure(options.seconds, options.connections, options.dossiers)


if __name__ == "__main__":
    main()
