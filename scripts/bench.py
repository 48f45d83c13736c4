"""The bench: runs the gateway as a user would and prints what it did, with the conditions."""

import argparse
import asyncio
import json
import os
import platform
import re
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import aiohttp

ROOT = Path(__file__).resolve().parent.parent
TICK = os.sysconf("SC_CLK_TCK")
START_LIMIT_S = 30.0
BUSY = 0.9


@dataclass(frozen=True, slots=True)
class Running:
    """The gateway under the bench.

    Attributes:
        process: the real process.
        url: its base address.
        started_s: seconds from exec to the line that says it is ready.
    """

    process: subprocess.Popen[str]
    url: str
    started_s: float

    def cpu_seconds(self) -> float:
        """CPU time of its processes so far, user and system."""
        spent = (_stat(number)[11:13] for number in self._processes())
        return sum(int(user) + int(system) for user, system in spent) / TICK

    def resident_mib(self) -> float:
        """Resident memory of its processes, MiB; pages that they share count in each."""
        total = 0
        for number in self._processes():
            status = Path(f"/proc/{number}/status").read_text(encoding="ascii")
            match = re.search(r"VmRSS:\s+(\d+) kB", status)
            total += int(match[1]) if match else 0
        return total / 1024

    def _processes(self) -> Sequence[int]:
        """The gateway and its writer."""
        numbers = [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]
        own = self.process.pid
        return [own, *(number for number in numbers if _parent(number) == own)]


def _stat(number: int) -> Sequence[str]:
    """The fields of proc(5) `stat` behind the command: state, parent and so on."""
    text = Path(f"/proc/{number}/stat").read_text(encoding="ascii", errors="replace")
    return text.rpartition(")")[2].split()


def _parent(number: int) -> int:
    try:
        return int(_stat(number)[1])
    except OSError:
        return 0  # ended meanwhile


def main() -> None:
    """Run everything once."""
    options = _options()
    if shutil.which("wrk") is None:
        sys.exit("the bench needs wrk: install the Debian package wrk")
    with tempfile.TemporaryDirectory(prefix="sms-gateway-bench-") as folder:
        data, config = Path(folder) / "data", Path(folder) / "config"
        _configure(config)
        _load(options.dossiers, Path(folder), data, config)
        print(_conditions(options))
        with _gateway(data, config) as gateway:
            print(f"start-up: {gateway.started_s:.2f} s until it says ready")
            asyncio.run(_latency(gateway, options))
            _saturation(gateway, options)
            _memory(gateway, options)
        _proof(data)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--dossiers", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=15, help="of each measurement")
    parser.add_argument("--connections", type=int, default=64, help="at saturation")
    parser.add_argument("--rate", type=int, default=200, help="texts a second, for latency")
    parser.add_argument("--messages", type=int, default=200_000, help="before memory is read")
    return parser.parse_args()


def _configure(config: Path) -> None:
    """The shipped settings, without the simulator."""
    shutil.copytree(ROOT / "config", config)
    main_file = config / "gateway.toml"
    text = main_file.read_text(encoding="utf-8")
    without = re.sub(r"^\[doors\.phone\]\n(?:(?!\[).*\n)*", "", text, flags=re.MULTILINE)
    main_file.write_text(without, encoding="utf-8")


def _load(dossiers: int, folder: Path, data: Path, config: Path) -> None:
    file = folder / "dossiers.csv"
    with file.open("w", encoding="utf-8") as out:
        out.write("MaHoSo,SoBienNhan,SoDienThoai,NgayTiepNhan,NgayHenTra,TrangThaiHoSo,HinhThuc\n")
        for i in range(dossiers):
            receipt = f"{260000 + i // 1000:06d}-{i % 1000:04d}"
            out.write(
                f"000.00.12.H32-{receipt},{receipt},09{i:08d},20260105080000,20301231170000,"
                f"{i % 10 + 1},0\n"
            )
    began = time.monotonic()
    _run("cases", "import", str(file), data=data, config=config)
    print(f"import of {dossiers} dossiers: {time.monotonic() - began:.1f} s")


def _run(*words: str, data: Path, config: Path) -> None:
    command = [sys.executable, "-m", "sms_gateway", *words, "--data", str(data)]
    subprocess.run([*command, "--config", str(config)], check=True, stdout=subprocess.DEVNULL)


@contextmanager
def _gateway(data: Path, config: Path) -> Iterator[Running]:
    command = [sys.executable, "-m", "sms_gateway", "serve", "--port", "0"]
    began = time.monotonic()
    process = subprocess.Popen(
        [*command, "--data", str(data), "--config", str(config)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        started = time.monotonic() - began
        match = re.search(r"http://[0-9.:\[\]]+", line)
        if match is None or started > START_LIMIT_S:
            sys.exit("the gateway did not start; try scripts/run to see why")
        yield Running(process, match[0], started)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def _conditions(options: argparse.Namespace) -> str:
    cores = len(os.sched_getaffinity(0))
    return (
        f"conditions: {cores} cores shared with the load generator, {platform.machine()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version} WAL "
        f"synchronous=FULL, {options.dossiers} dossiers, fsync {_fsync_us()} us median, "
        f"load before {os.getloadavg()[0]:.1f}"
    )


def _fsync_us() -> int:
    spans = []
    with tempfile.NamedTemporaryFile() as file:
        for _ in range(200):
            file.write(b"x" * 4096)
            file.flush()
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            spans.append(time.perf_counter() - began)
    return round(statistics.median(spans) * 1e6)


def _wrk(gateway: Running, options: argparse.Namespace, seconds: int) -> tuple[int, float, int]:
    salt = str(time.monotonic_ns() % 10**9)
    command = ["wrk", "-t1", f"-c{options.connections}", f"-d{seconds}s"]
    lua = str(ROOT / "scripts" / "bench.lua")
    result = subprocess.run(
        [*command, "-s", lua, gateway.url, "--", str(options.dossiers), salt],
        check=True,
        capture_output=True,
        text=True,
    )
    match = re.search(r"BENCH (\d+) (\d+) (\d+)", result.stdout)
    if match is None:
        sys.exit(f"wrk said nothing that the bench can read: {result.stderr.strip()}")
    return int(match[1]), int(match[2]) / 1e6, int(match[3])


def _saturation(gateway: Running, options: argparse.Namespace) -> None:
    before = gateway.cpu_seconds()
    count, seconds, errors = _wrk(gateway, options, options.seconds)
    cpu = gateway.cpu_seconds() - before
    print(
        f"saturation: {count / seconds:.0f} round trips/s over {seconds:.0f} s, "
        f"{options.connections} connections, {errors} errors; gateway {cpu / seconds:.2f} cores "
        f"with its writer, {cpu / count * 1000:.2f} CPU s per 1,000 messages"
    )
    if cpu / seconds < BUSY:
        print("  the gateway had less than 90 % of a core: the figure is a floor")


async def _latency(gateway: Running, options: argparse.Namespace) -> None:
    spans: list[float] = []
    failed = 0
    loop = asyncio.get_running_loop()
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as group:
        began = loop.time() + 0.2

        async def one(number: int, planned: float) -> None:
            nonlocal failed
            i = number * 7919 % options.dossiers
            receipt = f"{260000 + i // 1000:06d}-{i % 1000:04d}"
            body = {"id": f"l{number}", "from": f"09{i:08d}", "to": "8083"}
            call = session.post(
                f"{gateway.url}/mo/local",
                data=json.dumps({**body, "text": f"MCKH_{receipt}"}),
                headers={"Content-Type": "application/json"},
            )
            async with call as response:
                reply = await response.json()
                failed += int(response.status != HTTPStatus.OK or receipt not in reply["reply"])
            # From the planned moment: a stall is paid for by all who queue behind it.
            spans.append(loop.time() - planned)

        for number in range(options.rate * options.seconds):
            planned = began + number / options.rate
            await asyncio.sleep(max(0.0, planned - loop.time()))
            group.create_task(one(number, planned))
    print(
        f"latency at {options.rate}/s, open loop from the planned moment: "
        f"{_percentiles(spans)}; {failed} wrong answers"
    )


def _percentiles(spans: Sequence[float]) -> str:
    ordered = sorted(spans)

    def at(share: float) -> float:
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000

    return f"p50 {at(0.5):.1f} ms, p99 {at(0.99):.1f} ms, p999 {at(0.999):.1f} ms"


def _memory(gateway: Running, options: argparse.Namespace) -> None:
    done = 0
    while done < options.messages:
        count, _, _ = _wrk(gateway, options, options.seconds)
        done += count
    print(f"resident memory: {gateway.resident_mib():.0f} MiB after {done} more messages")


def _proof(data: Path) -> None:
    with sqlite3.connect(f"file:{data}/gateway.db?mode=ro", uri=True) as db:
        outcomes = db.execute("SELECT outcome, count(*) FROM inbox GROUP BY outcome").fetchall()
        states = db.execute("SELECT state, count(*) FROM outbox GROUP BY state").fetchall()
    size = sum(file.stat().st_size for file in data.glob("gateway.db*")) / 2**20
    print(f"in the log: {dict(outcomes)}, replies {dict(states)}, {size:.0f} MiB")


if __name__ == "__main__":
    main()
