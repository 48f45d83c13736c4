import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.web.peers import UNKNOWN, caller

PROXIES = [ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("127.0.0.1/32")]
TELCO, PROXY, SECOND = "203.0.113.7", "10.0.0.1", "10.0.0.2"


@pytest.mark.parametrize(
    "remote, forwarded, who",
    [
        (TELCO, None, TELCO),
        (PROXY, TELCO, TELCO),
        (PROXY, f"{TELCO}, {SECOND}", TELCO),
        (PROXY, f"127.0.0.1, {TELCO}", TELCO),
        (PROXY, f"{TELCO}, 198.51.100.1, {SECOND}", "198.51.100.1"),
        (PROXY, f"  {TELCO} ,{SECOND},, ", TELCO),
        (PROXY, None, PROXY),
        (PROXY, f"{SECOND}, {SECOND}", SECOND),
        (PROXY, "2001:DB8::1", "2001:db8::1"),
        (f"::ffff:{PROXY}", TELCO, TELCO),
        (PROXY, f"{TELCO}, ::ffff:{SECOND}", TELCO),
    ],
)
def test_the_caller_is_the_first_hop_that_is_none_of_our_proxies(
    remote: str, forwarded: str | None, who: str
) -> None:
    assert caller(remote, forwarded, PROXIES) == who


@pytest.mark.parametrize("forwarded", ["127.0.0.1", TELCO, "", "unknown"])
@pytest.mark.parametrize("remote", [TELCO, "127.0.0.1", "::1", "::ffff:127.0.0.1", ""])
def test_behind_a_proxy_that_is_not_ours_stands_nobody_we_know(remote: str, forwarded: str) -> None:
    assert caller(remote, forwarded, []) == UNKNOWN
    assert caller(remote, forwarded, [ipaddress.ip_network("10.0.0.0/8")]) == UNKNOWN


@pytest.mark.parametrize("forwarded", ["", " , "])
def test_our_proxy_that_names_nobody_does_not_lend_its_own_address(forwarded: str) -> None:
    assert caller(PROXY, forwarded, PROXIES) == UNKNOWN


@pytest.mark.parametrize("hop", ["unknown", "203.0.113.7:4711", "_hidden", "\udcff", "1.2.3"])
def test_a_hop_that_is_no_address_is_nobody_and_not_our_proxy(hop: str) -> None:
    assert caller(PROXY, hop, PROXIES) == UNKNOWN
    assert caller(PROXY, f"{hop}, {SECOND}", PROXIES) == UNKNOWN


HOPS = st.lists(
    st.sampled_from([TELCO, PROXY, SECOND, "127.0.0.1", "unknown", "", "198.51.100.9"]), max_size=5
)


@given(HOPS)
def test_what_a_caller_writes_into_the_header_does_not_change_who_it_is(written: list[str]) -> None:
    # The proxy appends the address it was called from; everything before it is the caller's own.
    assert caller(PROXY, ", ".join([*written, TELCO]), PROXIES) == TELCO
    assert caller(TELCO, ", ".join(written), PROXIES) == UNKNOWN
