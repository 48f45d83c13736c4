"""The proxy that the handbook shows passes telcos, and nothing that is meant for the machine."""

import re
from collections.abc import Iterator

import pytest

from tests.docs.pages import DOCS, blocks

(BLOCK,) = blocks(DOCS / "telcos.md", "nginx")

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
