"""The disk under the data folder and the certificate before the gateway, as they are watched."""

import asyncio
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sms_gateway.service import surroundings
from sms_gateway.service.surroundings import Surroundings
from sms_gateway.settings.sections import Ops
from sms_gateway.web.certificate import CertificateError
from sms_gateway.web.metrics import Metrics
from tests.virtual_time import VirtualClock

ENDS = datetime(2027, 1, 1, tzinfo=UTC)
OPS = Ops(certificate_name="sms.example.vn", certificate_at="127.0.0.1:8443")


class Proxy:
    """Stands in for the way to the proxy."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.gone = False

    async def end_at(self, name: str, at: str) -> datetime:
        self.asked.append((name, at))
        if self.gone:
            message = "nothing answers there"
            raise CertificateError(message)
        return ENDS


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Proxy:
    made = Proxy()
    monkeypatch.setattr(surroundings, "end_at", made.end_at)
    return made


def unheard(_end: datetime) -> None:
    """Nobody listens."""


def figures(metrics: Metrics) -> dict[str, float]:
    lines = [line for line in metrics.text().decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.split(" ") for line in lines)}


async def test_the_disk_of_the_data_folder_is_shown(tmp_path: Path) -> None:
    metrics = Metrics([])
    await Surroundings(tmp_path, Ops(), metrics, VirtualClock(), unheard).look_at_disk()
    found = figures(metrics)
    assert 0 < found["sms_data_free_bytes"] <= found["sms_data_size_bytes"]


async def test_a_folder_that_is_gone_leaves_the_figures_as_they_were(tmp_path: Path) -> None:
    metrics = Metrics([])
    metrics.disk(1, 2)
    await Surroundings(tmp_path / "gone", Ops(), metrics, VirtualClock(), unheard).look_at_disk()
    assert figures(metrics)["sms_data_free_bytes"] == 1


async def test_the_end_of_the_certificate_is_shown(tmp_path: Path, proxy: Proxy) -> None:
    metrics, heard = Metrics([]), list[datetime]()
    watch = Surroundings(tmp_path, OPS, metrics, VirtualClock(), heard.append)
    await watch.look_at_certificate()
    assert heard == [ENDS]
    name = 'sms_certificate_end_timestamp_seconds{name="sms.example.vn"}'
    assert figures(metrics)[name] == ENDS.timestamp()
    assert proxy.asked == [("sms.example.vn", "127.0.0.1:8443")]


async def test_without_a_name_no_certificate_is_asked_for(tmp_path: Path, proxy: Proxy) -> None:
    await Surroundings(tmp_path, Ops(), Metrics([]), VirtualClock(), unheard).look_at_certificate()
    assert not proxy.asked


async def test_a_proxy_that_is_gone_is_told_once_and_its_last_certificate_stands(
    tmp_path: Path, proxy: Proxy, captured_logs: io.StringIO
) -> None:
    metrics = Metrics([])
    looking = Surroundings(tmp_path, OPS, metrics, VirtualClock(), unheard)
    await looking.look_at_certificate()
    for proxy.gone in (True, True, False, True):
        await looking.look_at_certificate()
    assert captured_logs.getvalue().count("certificate.unseen") == 2
    assert "sms_certificate_end_timestamp_seconds{" in metrics.text().decode()


async def test_the_certificate_is_looked_at_once_an_hour_and_the_disk_each_minute(
    tmp_path: Path, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, looks = VirtualClock(), list[float]()

    async def look(_self: Surroundings) -> None:
        looks.append(clock.monotonic())

    monkeypatch.setattr(Surroundings, "look_at_disk", look)
    with clock.ruling():
        running = asyncio.create_task(
            Surroundings(tmp_path, OPS, Metrics([]), clock, unheard).run()
        )
        for _ in range(2 * 60):
            await clock.advance(60)
        running.cancel()
    assert len(proxy.asked) == 3
    assert looks == [60 * minute for minute in range(2 * 60 + 1)]
