"""How long each question of the messages page takes in a log of many millions.

`python -m scripts.benchmark.log_pages FOLDER --make 10000000` makes the log in FOLDER, which takes
half an hour and 30 GB, and asks; without `--make` it asks one that is there. With `--postgres-url`
the log is in that database, which must be empty before it is made.
"""

import argparse
import asyncio
import os
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scripts.benchmark.big_log import BASE, DAYS, multiply
from scripts.benchmark.big_log_postgres import multiply_postgres
from scripts.benchmark.log_values import TRIES, LogValues, values_of_database, values_of_file
from scripts.benchmark.place import Place, configure
from sms_gateway.console.message_query import ROWS
from sms_gateway.domain.ids import CanonicalKey, DoorName, NumberHash
from sms_gateway.domain.outcome import Delivery
from sms_gateway.domain.secret import Secret
from sms_gateway.log_question import MessageFilter
from sms_gateway.reading import Found, Reading
from sms_gateway.store.postgres.opening import open_postgres_reading
from sms_gateway.store.sqlite.opening import open_sqlite_reading

FILE = "gateway.db"
_PAGES = 100
_MS = 1000
_CONNECTIONS = 3


def main() -> None:
    """Make the log where that is asked for, ask, and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--make", type=int, metavar="N", default=0, help="so many texts")
    parser.add_argument("--postgres-url", default="", help="the database that holds the log")
    options = parser.parse_args()
    place = Place(options.folder / "config", options.folder, options.postgres_url)
    if options.make:
        _make(place, max(options.make // BASE, 1))
    asyncio.run(_ask_database(place.store_url) if place.store_url else _ask_file(place.data / FILE))


def _make(place: Place, times: int) -> None:
    configure(place.config, "")
    if place.store_url:
        place.run("store", "migrate")
    now = datetime.now(UTC).date().isoformat()
    made = ("--messages", str(BASE), "--days", str(DAYS), "--until", now)
    place.run("generate", *made)
    if place.store_url:
        asyncio.run(multiply_postgres(place.store_url, times))
    else:
        multiply(place.data / FILE, times)


def _forget(path: Path) -> None:
    """Let the kernel forget the file, as far as it will."""
    with path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


async def _ask_file(path: Path) -> None:
    values = await values_of_file(path)
    _forget(path)
    async with open_sqlite_reading(path) as reading:
        await _ask_all(reading, values)


async def _ask_database(url: str) -> None:
    values = await values_of_database(url)
    async with open_postgres_reading(Secret(url)) as reading:
        await _ask_all(reading, values)


async def _ask_all(reading: Reading, values: LogValues) -> None:
    # A gateway that has served for a while has all its connections.
    await asyncio.gather(*(reading.newest() for _ in range(_CONNECTIONS)))
    heads = "".join(f"{head:>8}" for head in ("looked", "first", "median", "worst", "CPU"))
    print(f"{'question':34}{'found':>6}{heads}  ms")
    for name, questions in _questions(values).items():
        await _ask(reading, name, questions)
    await _page_on(reading)
    took = []
    since = datetime.now(UTC) - timedelta(days=7)
    for agencies in (None, ["000.00.07.H07"]):
        began = time.perf_counter()
        await reading.attention(since, agencies)
        took.append((time.perf_counter() - began) * _MS)
    print(f"what waits for a person: {took[0]:.1f} ms, of one agency {took[1]:.1f} ms")


async def _ask(reading: Reading, name: str, questions: Sequence[MessageFilter]) -> None:
    took, worked = [], []
    found = Found(())
    for number in range(TRIES):
        began, begun = time.perf_counter(), time.process_time()
        found = await reading.find(replace(questions[number % len(questions)], limit=ROWS))
        took.append((time.perf_counter() - began) * _MS)
        worked.append((time.process_time() - begun) * _MS)
    rows = len(found.rows)
    further = "+" if found.go_on else " "
    figures = (took[0], statistics.median(took), max(took), statistics.median(worked))
    shown = "".join(f"{figure:>8.1f}" for figure in figures)
    print(f"{name:34}{rows:>5}{further}{found.looked:>8}{shown}", flush=True)


async def _page_on(reading: Reading) -> None:
    took = []
    wanted = MessageFilter(door=DoorName("viettel"), limit=ROWS)
    for _ in range(_PAGES):
        began = time.perf_counter()
        found = await reading.find(wanted)
        took.append((time.perf_counter() - began) * _MS)
        wanted = replace(wanted, before=found.go_on)
    print(
        f"pages 1 to {_PAGES} of a door: the last {took[-1]:.1f} ms, the worst {max(took):.1f} ms"
    )


def _questions(values: LogValues) -> Mapping[str, Sequence[MessageFilter]]:
    """What is asked; several of a kind are other values in turn, so that few pages are known."""
    return {
        "newest page": [MessageFilter()],
        **_of_one(values),
        **_of_outcomes(),
        **_of_ways(),
        **_of_agencies(values.often["agency"]),
        **_of_words(values),
    }


def _of_one(values: LogValues) -> Mapping[str, Sequence[MessageFilter]]:
    often, day = values.often, timedelta(days=1)
    return {
        "phone": [MessageFilter(sender_hash=one) for one in values.numbers],
        "phone with the most texts": [MessageFilter(sender_hash=NumberHash(often["sender_hash"]))],
        "code": [MessageFilter(code_key=key) for key in values.codes],
        "code asked for most": [MessageFilter(code_key=CanonicalKey(often["code_key"]))],
        "code begun, 8 digits": [MessageFilter(code_prefix=key[:8]) for key in values.codes],
        "code begun, 4 digits": [MessageFilter(code_prefix=key[:4]) for key in values.codes],
        "code begun, of none": [MessageFilter(code_prefix="9999")],
        "day": [MessageFilter(since=at, until=at + day) for at in values.times],
        "day and code": [
            MessageFilter(since=at, until=at + day, code_key=key)
            for key, at in zip(values.codes, values.times, strict=True)
        ],
    }


def _of_outcomes() -> Mapping[str, Sequence[MessageFilter]]:
    words = ("answered", "answered_with_help", "suppressed", "parked", "unhandled", "unanswered")
    return {f"outcome {word}": [MessageFilter(outcome=word)] for word in words}


def _of_ways() -> Mapping[str, Sequence[MessageFilter]]:
    return {
        "door": [MessageFilter(door=DoorName("viettel"))],
        "door of none": [MessageFilter(door=DoorName("nobody"))],
        "telco": [MessageFilter(operator="VIETTEL")],
        "telco, the oldest texts alone": [MessageFilter(operator="GTEL")],
        "delivery undeliverable": [MessageFilter(delivery=Delivery.UNDELIVERABLE)],
        "delivery, the oldest texts alone": [MessageFilter(delivery=Delivery.REJECTED)],
        "language": [MessageFilter(language="en")],
    }


def _of_agencies(agency: str) -> Mapping[str, Sequence[MessageFilter]]:
    ours = MessageFilter(agencies=[agency])
    return {
        "one agency": [ours],
        "one agency, suppressed": [replace(ours, outcome="suppressed")],
        "one agency, parked": [replace(ours, outcome="parked")],
        "one agency, words": [replace(ours, words="mckh")],
    }


def _of_words(values: LogValues) -> Mapping[str, Sequence[MessageFilter]]:
    whole = MessageFilter(
        since=values.times[0], door=DoorName("viettel"), operator="VIETTEL", language="vi",
        delivery=Delivery.DELIVERED, outcome="answered", words="mckh", code_prefix="1",
    )  # fmt: skip
    return {
        "words, in nearly all": [MessageFilter(words="MCKH")],
        "words, in few": [MessageFilter(words="nhan thu")],
        "words, in none": [MessageFilter(words="khong ai viet")],
        "words, a code": [MessageFilter(words=f"{k[:6]} {k[6:10]}") for k in values.codes],
        "all together": [whole],
    }


if __name__ == "__main__":
    main()
