"""Two nodes behind a real nginx or HAProxy, one killed in full load."""

import asyncio
import contextlib
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import aiohttp
import pytest

from tests.acceptance.house import reply_of
from tests.acceptance.telco import citizen, mo
from tests.acceptance.test_nodes import TEXT, Town, open_town
from tests.postgres import postgres
from tests.rehearsal.proxies import EXAMPLES, changed, haproxy, until_open

pytestmark = pytest.mark.acceptance

CALLER = "127.0.0.2"
CALLERS = 40
BEFORE, AFTER = 1_000, 1_000


def _nginx(folder: Path, port: int, addresses: Sequence[str]) -> list[str]:
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
    return ["nginx", "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf")]


def _haproxy(folder: Path, port: int, addresses: Sequence[str]) -> list[str]:
    # The door is named `local`, and what is so named stays on a machine.
    line = haproxy(folder, f"bind 127.0.0.1:{port}", addresses)
    path = folder / "haproxy.cfg"
    settings = path.read_text(encoding="utf-8")
    path.write_text(changed(settings, (" or { path /mo/local }", "")), encoding="utf-8")
    return line


BALANCERS = {"nginx": _nginx, "haproxy": _haproxy}


@contextlib.contextmanager
def balanced(name: str, folder: Path, addresses: Sequence[str]) -> Iterator[str]:
    """The shipped example in front of two nodes; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder.mkdir()
    line = BALANCERS[name](folder, port, addresses)
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(line, stdin=quiet, stdout=quiet, stderr=quiet)  # noqa: S603  # the proxy under test
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

    async def caller(telco: aiohttp.ClientSession) -> None:
        nonlocal left
        for text in texts:
            left -= 1
            if left == AFTER:
                await asyncio.to_thread(victim.kill)
            status = ""
            while status not in ("answered", "no_reply"):
                with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                    async with telco.post(f"{url}/mo/local", json=text) as response:
                        body = await response.read()
                        status = reply_of(body)["status"] if response.status == 200 else "refused"
                heard[status] += 1

    # Not from the address of the balancer, which tells it to the nodes.
    connector = aiohttp.TCPConnector(limit=0, local_addr=(CALLER, 0))
    async with aiohttp.ClientSession(connector=connector) as telco:
        await asyncio.gather(*(caller(telco) for _ in range(CALLERS)))


def _trusting(config: Path) -> None:
    """The nodes believe the balancer who calls."""
    path = config / "gateway.toml"
    text = path.read_text(encoding="utf-8")
    trusted = '[web]\ntrusted_proxies = ["127.0.0.1/32"]\n'
    path.write_text(changed(text, ("[web]\n", trusted)), encoding="utf-8")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.rehearsal(name)) for name in BALANCERS]
)
async def test_one_of_two_nodes_is_killed_in_full_load_and_each_text_is_answered_once(
    name: str, tmp_path: Path, samples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with postgres(fsync="on", full_page_writes="on", synchronous_commit="on") as server:
        async with open_town(tmp_path, samples, server) as town:
            _trusting(town.config)
            nodes = [await town.start(name) for name in ("alpha", "beta")]
            addresses = [node.url.removeprefix("http://") for node in nodes]
            heard: Counter[str] = Counter()
            with balanced(name, tmp_path / name, addresses) as url:
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
        print(f"\n{name}: heard {dict(heard)}; by {shares}; left uncertain {uncertain[0][0]}")  # noqa: T201  # figures for whoever rehearses
