"""The proxy that the handbook shows passes telcos, and nothing that is meant for the machine."""

import re
from collections.abc import Iterator

import pytest

from tests.docs.pages import DOCS, blocks
from tests.structure.tree import ROOT

(BLOCK,) = blocks(DOCS / "telcos.md", "nginx")

NGINX = ROOT / "config" / "examples" / "production" / "nginx" / "sms-gateway.conf"
HAPROXY = ROOT / "config" / "examples" / "production" / "haproxy" / "haproxy.cfg"
CADDY = ROOT / "config" / "examples" / "production" / "caddy" / "Caddyfile"

_LOCATION = re.compile(r"location (?:(?P<how>=|~) )?(?P<what>\S+) \{(?P<inside>[^}]*)\}")


def locations() -> Iterator[re.Match[str]]:
    return _LOCATION.finditer(BLOCK.text)


def inside(path: str) -> str:
    """What nginx does with a path: the equal one, else the first pattern, else the beginning."""
    for how, fits in (
        ("=", lambda what: what == path),
        ("~", lambda what: re.search(what, path)),
        (None, path.startswith),
    ):
        for location in locations():
            if location["how"] == how and fits(location["what"]):
                return location["inside"]
    return ""


@pytest.mark.parametrize("path", ["/mo/telco", "/mo/telco/secret-part", "/dlr/telco"])
def test_telcos_are_passed_with_the_address_they_call_from(path: str) -> None:
    assert "proxy_pass http://127.0.0.1:8080;" in inside(path)
    assert "X-Forwarded-For $proxy_add_x_forwarded_for;" in inside(path)


@pytest.mark.parametrize(
    "path", ["/mo/local", "/phone", "/phone/messages", "/metrics", "/ready", "/live", "/"]
)
def test_what_is_for_the_machine_is_not_passed(path: str) -> None:
    assert inside(path).split() == ["return", "404;"]


def test_every_place_of_the_proxy_is_understood_here() -> None:
    assert len(list(locations())) == BLOCK.text.count("location ")


def test_the_handbook_shows_the_example_that_is_shipped() -> None:
    lines = NGINX.read_text(encoding="utf-8").splitlines(keepends=True)
    assert "".join(line for line in lines if not line.startswith("# ")) == BLOCK.text


def test_nginx_logs_nothing_that_holds_a_query() -> None:
    (format_,) = re.findall(r"log_format no_query '([^']*)'", BLOCK.text)
    assert not re.search(
        r"\$(request|request_uri|uri|args|query_string|arg_\w+|http_\w+)\b", format_
    )
    assert re.findall(r"access_log \S+ (\w+);", BLOCK.text) == ["no_query"]
    assert re.findall(r"error_log \S+ (\w+);", BLOCK.text) == ["crit"]


def test_caddy_leaves_address_and_headers_out_of_each_of_its_logs() -> None:
    text = CADDY.read_text(encoding="utf-8")
    (discreet,) = re.findall(r"^\(discreet\) \{\n(.*?)^\}", text, re.MULTILINE | re.DOTALL)
    for field in ("request>uri", "request>headers", "resp_headers"):
        assert f"{field} delete" in discreet
    logs = re.findall(r"^\tlog \{\n(.*?)^\t\}", text, re.MULTILINE | re.DOTALL)
    assert len(logs) == text.count("log {") == 2
    assert all("import discreet" in log for log in logs)


def test_caddy_passes_what_nginx_passes() -> None:
    text = CADDY.read_text(encoding="utf-8")
    assert re.findall(r"@telcos path (.+)", text) == ["/mo/* /dlr/*"]
    assert re.findall(r"reverse_proxy (\S+)", text) == ["127.0.0.1:8080"]
    assert text.index("handle @local") < text.index("handle @telcos")


def test_haproxy_logs_neither_addresses_nor_queries() -> None:
    text = HAPROXY.read_text(encoding="utf-8")
    (format_,) = re.findall(r'^ *log-format "(.*)"$', text, re.MULTILINE)
    words = {"%ci", "[%tr]", "%HM", "%ST", "%B", "%b/%s", "%TR/%Tw/%Tc/%Tr/%Ta", "%ts"}
    assert set(format_.split()) == words
    assert not re.search(r"^ *(?:option httplog|http-request capture|capture )", text, re.MULTILINE)


def test_haproxy_hands_on_only_what_is_written_down_once() -> None:
    """A call that a dead node may have had is safe to repeat where telcos call, and only there."""
    text = HAPROXY.read_text(encoding="utf-8")
    assert re.findall(r"acl telco path_reg \^/(\S+?)/", text) == ["(mo|dlr)"]
    assert "deny deny_status 404 if !telco or odd" in text
    assert re.findall(r"retry-on (.+)", text) == [
        "conn-failure empty-response junk-response response-timeout 503"
    ]
