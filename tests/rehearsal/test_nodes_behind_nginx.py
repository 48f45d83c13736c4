"""Two nodes behind a real nginx, one killed in full load."""

import asyncio
import contextlib
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.acceptance.house import reply_of
from tests.acceptance.telco import citizen, mo
from tests.acceptance.test_nodes import TEXT, Town, open_town
from tests.postgres import postgres
from tests.rehearsal.proxies import EXAMPLES, changed, until_open

pytestmark = [pytest.mark.acceptance, pytest.mark.rehearsal("nginx")]

CALLERS = 40
BEFORE, AFTER = 1_000, 1_000


@contextlib.contextmanager
def balanced(folder: Path, addresses: list[str]) -> Iterator[str]:
    """The shipped example in front of two nodes; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder.mkdir()
    example = (EXAMPLES / "nginx" / "sms-gateway-nodes.conf").read_text(encoding="utf-8")
    group = changed(example, ("10.0.0.11:8080", addresses[0]), ("10.0.0.12:8080", addresses[1]))
    temporary = "".join(
        f"{kind}_temp_path {folder / kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    site = f"listen 127.0.0.1:{port}; location / {{ proxy_pass http://sms_gateways; }}"
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder / 'pid'};\nevents {{ worker_connections 512; }}\n"
        f"http {{\naccess_log off;\n{temporary}{group}\nserver {{ {site} }}\n}}\n",
        encoding="utf-8",
    )
    line = ["nginx", "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf")]
    process = subprocess.Popen(line, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603  # the proxy under test
    try:
        until_open(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


async def _loaded(town: Town, url: str, heard: Counter[str]) -> None:
    """Texts from so many callers at once; in the middle the first node is killed."""
    texts = iter([mo(citizen(), TEXT) for _ in range(BEFORE + AFTER)])
    left = BEFORE + AFTER
    victim = town.nodes[0]

    async def caller() -> None:
        nonlocal left
        for text in texts:
            left -= 1
            if left == AFTER:
                await asyncio.to_thread(victim.kill)
            status = ""
            while status not in ("answered", "no_reply"):
                with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                    async with town.telco.session.post(f"{url}/mo/local", json=text) as response:
                        body = await response.read()
                        status = reply_of(body)["status"] if response.status == 200 else "refused"
                heard[status] += 1

    await asyncio.gather(*(caller() for _ in range(CALLERS)))


async def test_one_of_two_nodes_is_killed_in_full_load_and_each_text_is_answered_once(
    tmp_path: Path, samples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with postgres(fsync="on", full_page_writes="on", synchronous_commit="on") as server:
        async with open_town(tmp_path, samples, server) as town:
            nodes = [await town.start(name) for name in ("alpha", "beta")]
            addresses = [node.url.removeprefix("http://") for node in nodes]
            heard: Counter[str] = Counter()
            with balanced(tmp_path / "nginx", addresses) as url:
                await _loaded(town, url, heard)
            await town.until([(0,)], "SELECT count(*) FROM inbox WHERE outcome IS NULL")
            total = BEFORE + AFTER
            ids = "SELECT count(*), count(DISTINCT telco_id) FROM inbox"
            assert await town.rows(ids) == [(total, total)]
            assert await town.rows("SELECT count(*) FROM outbox") == [(total,)]
            uncertain = await town.rows("SELECT count(*) FROM outbox WHERE state = 'uncertain'")
            shares = await town.rows(
                "SELECT n.name, count(*) FROM inbox i JOIN node n ON n.run = i.run GROUP BY 1"
            )
    assert heard["answered"] == total
    with capsys.disabled():
        print(f"\nheard {dict(heard)}; received by {shares}; left uncertain {uncertain[0][0]}")  # noqa: T201  # figures for whoever rehearses
