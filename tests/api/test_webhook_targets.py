"""Webhooks lead to allowed networks alone, whatever an address or a name server says."""

from collections.abc import Sequence

import pytest

from sms_gateway.api.targets import TargetError, Targets
from sms_gateway.callers.networks import networks_of

OFFICE = networks_of(["10.20.0.0/16"])
HERE = networks_of(["127.0.0.0/8", "::1/128"])


def targets(*answers: Sequence[str], http: bool = False, here: bool = False) -> Targets:
    told = list(answers)

    async def look_up(_host: str, _port: int) -> Sequence[str]:
        return told.pop(0)

    return Targets(HERE if here else OFFICE, http, look_up)


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/", "https://169.254.169.254/latest", "https://[::1]/",
        "https://[::ffff:127.0.0.1]/", "https://[::ffff:a9fe:a9fe]/", "https://10.21.0.1/",
        "https://[fe80::1]/", "https://0.0.0.0/", "https://[::]/",
        "http://10.20.0.1/", "ftp://10.20.0.1/", "file:///etc/passwd", "https://", "nothing",
        "https://an:secret@10.20.0.1/", "https://10.20.0.1:99999/", "https://[::1", "",
    ],
)  # fmt: skip
def test_what_leads_elsewhere_is_refused(address: str) -> None:
    with pytest.raises(TargetError) as refused:
        targets().checked(address)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("address", ["https://10.20.0.1/a", "https://[::ffff:10.20.0.1]:8443/"])
def test_what_leads_to_an_allowed_network_is_called(address: str) -> None:
    assert targets().checked(address).scheme == "https"


def test_plain_http_leads_to_this_machine_alone() -> None:
    both = Targets([*OFFICE, *HERE], http=True, look_up=targets().look_up)
    assert both.checked("http://127.0.0.1:9/").port == 9
    with pytest.raises(TargetError):
        both.checked("http://10.20.0.1/")
    with pytest.raises(TargetError, match="only https"):
        targets(here=True).checked("http://127.0.0.1/")


async def test_a_name_gives_its_allowed_addresses_and_these_are_connected_to() -> None:
    resolver = targets(["127.0.0.1", "10.20.0.7", "::1"]).resolver("https")
    found = await resolver.resolve("portal.example", 443)
    assert [(one["host"], one["port"]) for one in found] == [("10.20.0.7", 443)]


async def test_a_name_that_changes_is_looked_at_each_time() -> None:
    resolver = targets(["10.20.0.7"], ["169.254.169.254"], ["::ffff:127.0.0.1"]).resolver("https")
    assert await resolver.resolve("portal.example", 443)
    for _ in range(2):
        with pytest.raises(OSError, match="no network"):
            await resolver.resolve("portal.example", 443)


async def test_without_networks_nobody_is_called() -> None:
    nobody = Targets((), http=True, look_up=targets(["10.20.0.7"]).look_up)
    with pytest.raises(TargetError):
        await nobody.addresses("portal.example", 443, "https")
