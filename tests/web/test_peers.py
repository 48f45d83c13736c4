import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.web.peers import caller

PROXIES = [ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("127.0.0.1/32")]
TELCO, PROXY, SECOND = "203.0.113.7", "10.0.0.1", "10.0.0.2"


@pytest.mark.parametrize(
    "remote, forwarded, who",
    [
        (TELCO, "", TELCO),
        (TELCO, "127.0.0.1", TELCO),
        (PROXY, TELCO, TELCO),
        (PROXY, f"{TELCO}, {SECOND}", TELCO),
        (PROXY, f"127.0.0.1, {TELCO}", TELCO),
        (PROXY, f"{TELCO}, 198.51.100.1, {SECOND}", "198.51.100.1"),
        (PROXY, f"  {TELCO} ,{SECOND},, ", TELCO),
        (PROXY, "", PROXY),
        (PROXY, f"{SECOND}, {SECOND}", SECOND),
        (PROXY, "2001:DB8::1", "2001:db8::1"),
        (f"::ffff:{PROXY}", TELCO, TELCO),
        (PROXY, f"{TELCO}, ::ffff:{SECOND}", TELCO),
    ],
)
def test_the_caller_is_the_first_hop_that_is_none_of_our_proxies(
    remote: str, forwarded: str, who: str
) -> None:
    assert caller(remote, forwarded, PROXIES) == who


def test_without_trusted_proxies_the_header_is_not_read() -> None:
    assert caller(TELCO, "127.0.0.1", []) == TELCO


@pytest.mark.parametrize("hop", ["unknown", "203.0.113.7:4711", "_hidden", "\udcff", "1.2.3"])
def test_a_hop_that_is_no_address_is_nobody_and_not_our_proxy(hop: str) -> None:
    assert caller(PROXY, hop, PROXIES) == ""
    assert caller(PROXY, f"{hop}, {SECOND}", PROXIES) == ""


HOPS = st.lists(
    st.sampled_from([TELCO, PROXY, SECOND, "127.0.0.1", "unknown", "", "198.51.100.9"]), max_size=5
)


@given(HOPS)
def test_what_a_caller_writes_into_the_header_does_not_change_who_it_is(written: list[str]) -> None:
    # The proxy appends the address it was called from; everything before it is the caller's own.
    assert caller(PROXY, ", ".join([*written, TELCO]), PROXIES) == TELCO
    assert caller(TELCO, ", ".join(written), PROXIES) == TELCO
