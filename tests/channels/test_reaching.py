"""Whether a telco can be reached, seen without sending it anything."""

import ssl

import pytest

from sms_gateway.channels.reaching import reach
from sms_gateway.ports import Checked
from tests.web.test_certificate import FOLDER, proxy


def server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(FOLDER / "proxy.pem")
    return context


def trusting(name: str | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if name:
        context.load_verify_locations(FOLDER / name)
    return context


SERVER, BELIEVES, KNOWS_NOBODY = server_context(), trusting("proxy.pem"), trusting()


async def looked(at: str, tls: ssl.SSLContext | None, name: str | None = None) -> list[Checked]:
    host, _, port = at.partition(":")
    return list(await reach(host, int(port), tls, name, 5.0))


async def test_a_telco_that_listens_is_reached() -> None:
    async with proxy(None) as at:
        found = await looked(at, None)
    assert [(one.what, one.well) for one in found] == [("name", True), ("connection", True)]
    assert found[1].told == at


async def test_its_certificate_is_named_with_its_end() -> None:
    async with proxy(SERVER) as at:
        found = await looked(at, BELIEVES, "sms.example.vn")
    assert [(one.what, one.well) for one in found][2:] == [("certificate", True)]
    assert found[2].told == "that of sms.example.vn ends on 13/04/2054"


@pytest.mark.parametrize(
    "name, tls", [("sms.example.vn", KNOWS_NOBODY), ("other.example", BELIEVES)]
)
async def test_a_certificate_that_is_not_believed_is_told(name: str, tls: ssl.SSLContext) -> None:
    async with proxy(SERVER) as at:
        found = await looked(at, tls, name)
    assert (found[-1].what, found[-1].well) == ("certificate", False)
    assert f"that of {name} is not believed" in found[-1].told


async def test_a_telco_that_speaks_no_tls_is_told() -> None:
    async with proxy(None) as at:
        found = await looked(at, BELIEVES)
    assert (found[-1].what, found[-1].well) == ("connection", False)


async def test_a_port_where_nobody_listens_is_told() -> None:
    async with proxy(None) as at:
        pass
    found = await looked(at, None)
    assert (found[-1].what, found[-1].well) == ("connection", False)
    assert "cannot be reached (Connection refused" in found[-1].told


async def test_a_name_that_is_not_known_is_told() -> None:
    (found,) = await looked("bad..name:80", None)
    assert (found.what, found.well) == ("name", False)
