"""The handbook's page of the console: each page with its picture, roles as they are, proxies."""

import re

from sms_gateway.console.languages import PageLanguage, catalogue
from sms_gateway.console.pages.guide import INTRODUCTION, PARTS
from sms_gateway.console.site import ROUTES
from sms_gateway.console.staff_words import PERMITTED
from sms_gateway.domain.staff import PERMISSIONS, Permission, Role
from sms_gateway.settings import load
from tests.docs.console_pictures import FOLDER, LARGEST, PAGE, PICTURES
from tests.docs.pages import DOCS, blocks, made, text_of
from tests.structure.tree import ROOT

CLERKS = DOCS / "vi" / "ban-tin-nhan.md"
EXAMPLES = ROOT / "config" / "examples" / "production"
NGINX = EXAMPLES / "nginx" / "sms-gateway-console.conf"
CADDY = EXAMPLES / "caddy" / "console.Caddyfile"


def test_each_page_that_is_shown_is_one() -> None:
    assert set(PICTURES) <= {route.path for route in ROUTES if route.method == "GET"}


def test_each_page_is_shown_by_a_picture_that_is_there_and_small() -> None:
    shown = re.findall(r"^!\[[^\]]+\]\(console/([\w-]+)\.png\)$", text_of(PAGE), re.MULTILINE)
    assert sorted(shown) == sorted(PICTURES.values())
    kept = {path.stem: path.stat().st_size for path in FOLDER.iterdir()}
    assert set(kept) == set(shown)
    assert {name: size for name, size in kept.items() if size > LARGEST} == {}


def test_what_each_role_may_do_is_told_as_it_is() -> None:
    heads = " | ".join(Role)
    rows = [f"| permission | {heads} | to |", f"|---{'|:-:' * len(Role)}|---|"]
    for one in Permission:
        has = " | ".join("x" if one in PERMISSIONS[role] else " " for role in Role)
        rows.append(f"| `{one}` | {has} | {PERMITTED[one]} |")
    stands, wanted = made(PAGE, "roles", "\n".join(rows))
    assert stands == wanted


def test_the_clerks_sheet_is_the_page_of_help() -> None:
    say = catalogue(PageLanguage.VI).gettext
    parts = [f"## {say(part.title)}\n\n" + "\n".join(f"- {say(line)}" for line in part.lines)
             for part in PARTS]  # fmt: skip
    stands, wanted = made(CLERKS, "help", "\n\n".join([say(INTRODUCTION), *parts]))
    assert stands == wanted


def test_the_limits_that_are_told_are_the_shipped_ones() -> None:
    console = load(ROOT / "config", None, {}, ROOT).console
    text = text_of(PAGE)
    for said in (
        f"after {console.idle_minutes} minutes",
        f"{console.absolute_hours} hours after signing in",
        f"within {console.invite_hours} hours",
    ):
        assert said in text, said


def test_the_proxies_that_are_shown_are_those_that_are_shipped() -> None:
    for language, file in (("nginx", NGINX), ("text", CADDY)):
        lines = file.read_text("utf-8").splitlines(keepends=True)
        bare = "".join(line for line in lines if not line.startswith("# "))
        assert bare in [block.text for block in blocks(PAGE, language)], file.name


def test_proxies_pass_the_console_alone_and_hold_no_event_back() -> None:
    nginx, caddy = NGINX.read_text("utf-8"), CADDY.read_text("utf-8")
    assert re.findall(r"location (.+) \{", nginx) == [
        "= /console/messages/live", "= /console/reports/reconcile", "/console/", "= /", "/",
    ]  # fmt: skip
    assert nginx.count("proxy_pass http://127.0.0.1:8081;") == 3
    assert nginx.count("proxy_set_header Host $host;") == 3
    assert "proxy_buffering off;" in nginx.partition("/live {")[2].partition("}")[0]
    assert re.findall(r"access_log \S+ (\w+);", nginx) == ["no_query"]
    assert re.findall(r"error_log \S+ (\w+);", nginx) == ["crit"]
    assert re.findall(r"@console path (.+)", caddy) == ["/console/*"]
    assert re.findall(r"reverse_proxy (\S+)", caddy) == ["127.0.0.1:8081"]
    assert caddy.count("import discreet") == caddy.count("log {") == 1
