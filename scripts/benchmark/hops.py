"""What a message costs, hop by hop: sums up stacks that a sampling profiler took of a gateway.

Of a file of lines `frame;frame;frame COUNT`, outermost first, as `py-spy record -f raw` writes it:
`python -m scripts.benchmark.hops FILE`. Shares are of all samples; times the CPU seconds that the
bench prints of a message, a share is what its hop costs.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

_HOPS: Sequence[tuple[str, str]] = (
    (r"store/sqlite/process/__main__.*SqliteDatabase\.transaction[^;]*$", "writer: commit"),
    (r"store/sqlite/process/__main__.*SqliteStatements[^;]*$", "writer: statements"),
    (r"store/sqlite/process/__main__", "writer: rows made of values"),
    (r"_connection_worker_thread|futures/thread", "reading threads: history, dossiers"),
    (r"store/sqlite/process/", "hand-over to the writer"),
    (r"asyncpg/", "hand-over to PostgreSQL"),
    (r"aiosqlite/|sqlite/connection", "hand-over to a reading thread"),
    (r"structlog|sms_gateway/logs", "log line"),
    (r"prometheus_client|metrics|noting", "figures"),
    (r"aiohttp/(client|http_writer)|web/whole", "octets out"),
    (r"sms_gateway/channels/", "door: call read, reply and result put into its words"),
    (r"sms_gateway/enquiry/", "text read, decided, worded"),
    (r"sms_gateway/cases/|intake/(looking_up|case_watch)", "look-up asked for"),
    (r"sms_gateway/intake/", "intake and answering around it"),
    (r"sms_gateway/dispatch/", "dispatch"),
    (r"sms_gateway/store/", "group commit"),
    (r"sms_gateway/web/|aiohttp/", "HTTP in"),
    (r"", "event loop"),
)


def shares(lines: Iterable[str]) -> Sequence[tuple[str, float]]:
    """The hops with their shares of all samples, between 0 and 1, largest first."""
    found: Counter[str] = Counter()
    for line in lines:
        stack, _, count = line.rpartition(" ")
        found[_hop(stack)] += int(count)
    total = found.total()
    return [(hop, count / total) for hop, count in found.most_common()]


def _hop(stack: str) -> str:
    return next(hop for pattern, hop in _HOPS if re.search(pattern, stack))


def main() -> None:
    """Print a table."""
    with Path(sys.argv[1]).open(encoding="utf-8") as lines:
        for hop, share in shares(lines):
            print(f"{share:6.1%}  {hop}")


if __name__ == "__main__":
    main()
