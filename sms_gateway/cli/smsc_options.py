"""What `smsc` can be told."""

import ipaddress
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from sms_gateway.smsc.behaviour import Coding, LongText, Receipts

_Given = Callable[..., Any]


class Share(click.ParamType[float]):
    """`20%` or `20`: so many of a hundred; the value is a share of 1."""

    name = "percent"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read it."""
        try:
            share = float(str(value).removesuffix("%")) / 100
        except ValueError:
            share = -1.0
        if not 0 <= share <= 1:
            self.fail(f"{value} is no share: write a number from 0 to 100, such as 20%", param, ctx)
        return share


class Address(click.ParamType[tuple[str, int]]):
    """`HOST:PORT`; the value is both."""

    name = "address"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        """Read it."""
        host, _, port = str(value).rpartition(":")
        try:
            address = str(ipaddress.ip_address(host.strip("[]")))
            number = int(port)
        except ValueError:
            address, number = "", -1
        if not 0 <= number <= 65_535:  # noqa: PLR2004  # TCP's last port
            self.fail(f"{value} is no address: write one such as 127.0.0.1:2775", param, ctx)
        return address, number


def _option(name: str, field: str, about: str, **more: object) -> _Given:
    given: Any = {"show_default": "default" in more, **more}
    return click.option(name, field, help=about, **given)


def _seconds(name: str, field: str, about: str, default: float, *, above: bool = False) -> _Given:
    kind = click.FloatRange(0, 3_600, min_open=above)
    return _option(name, field, about, type=kind, default=default, metavar="S")


def _share(name: str, field: str, about: str) -> _Given:
    return _option(name, field, about, type=Share(), default="0", metavar="N%", show_default=False)


def _flag(name: str, field: str, about: str) -> _Given:
    return _option(name, field, about, is_flag=True)


def _choice(name: str, field: str, about: str, kinds: Sequence[str]) -> _Given:
    return _option(
        name, field, about, type=click.Choice([str(one) for one in kinds]), default=str(kinds[0])
    )


def _count(name: str, field: str, about: str, most: int, default: int | None = None) -> _Given:
    more: dict[str, object] = {} if default is None else {"default": default}
    return _option(name, field, about, type=click.IntRange(1, most), metavar="N", **more)


def _all(options: Sequence[_Given]) -> _Given:
    def give(command: Any) -> Any:  # noqa: ANN401  # a function that click adds options to
        for option in reversed(options):
            command = option(command)
        return command

    return give


_FILE = click.Path(path_type=Path, dir_okay=False)

LISTENING = _all([
    _option(
        "--listen", "listen", "Where to listen; port 0 lets the system choose.",
        type=Address(), default="127.0.0.1:2775", metavar="HOST:PORT",
    ),
    _option(
        "--system-id", "system_id", "Who may bind; anybody without it.", default="", metavar="NAME",
        show_default=False,
    ),
    _option(
        "--password", "password", "Password that a bind must have; any without it.", default="",
        metavar="WORD", show_default=False,
    ),
    _option("--cert", "cert", "Speak TLS with this certificate, PEM.", type=_FILE, metavar="FILE"),
    _option("--key", "key", "Its key, PEM, where it is not in --cert.", type=_FILE, metavar="FILE"),
])  # fmt: skip
"""Where, and for whom."""

TEXTS = _all([
    _option(
        "--file", "file", "Texts, one on each line as when typed; nothing is typed then.",
        type=_FILE, metavar="FILE",
    ),
    _count(
        "--count", "count", "So many texts: those of --file over again, or --text of as many"
        " numbers that are made up.", 100_000_000,
    ),
    _option(
        "--text", "text", "What made-up numbers text.", default="MCKH_170703-0001", metavar="TEXT"
    ),
    _option(
        "--rate", "per_second", "Pace of texts, a second. [default: as fast as they are taken]",
        type=click.FloatRange(0, min_open=True), metavar="N",
    ),
    _option("--to", "short_code", "The number they go to.", default="8083", metavar="NUMBER"),
    _choice("--coding", "coding", "data_coding of texts; what it cannot hold goes as 8.",
            list(Coding)),
    _choice("--long", "long", "How a text of several SMS goes.", list(LongText)),
    _count("--window", "window", "deliver_sm without an answer at one moment, on each bind.",
           10_000, 10),
    _share("--duplicate", "duplicate", "So many of a hundred texts are handed over twice."),
    _flag("--until-done", "until_done", "End when each text was taken and has a reply."),
    _seconds("--patience", "patience_s",
             "With --until-done: end with status 1 when nothing happens for so long.", 15.0,
             above=True),
    _flag("--quiet", "quiet", "Print no line for each event."),
])  # fmt: skip
"""What is handed over."""

BEHAVING = _all([
    _choice("--receipts", "receipts", "What delivery receipts say, where they are asked for.",
            list(Receipts)),
    _flag("--early-receipts", "receipts_early", "A receipt comes before the submit_sm_resp."),
    _seconds("--receipts-after", "receipts_after_s", "How long after the answer it comes.", 0.0),
    _flag("--receipts-twice", "receipts_twice", "It comes twice."),
    _flag("--receipts-plain", "receipts_plain",
          "It comes with esm_class 0 and without TLVs, as a text would."),
    _share("--throttle", "throttle", "So many of a hundred submit_sm get ESME_RTHROTTLED."),
    _share("--drop", "drop", "So many of a hundred submit_sm are taken and never answered."),
    _seconds("--delay", "delay_s", "How long an answer to a submit_sm takes.", 0.0),
    _flag("--reorder", "reorder",
          "Answers change their order; the last part of a long text comes first."),
    _seconds("--again", "again_s", "After so long, what was not taken is handed over again.", 1.0),
    _seconds("--response", "response_s",
             "After so long without an answer, a deliver_sm was not taken.", 10.0, above=True),
    _seconds("--enquire-link", "enquire_link_s",
             "After so long a silence it asks whether the gateway is there; 0 for never.", 30.0),
    _option("--seed", "seed", "Another seed chooses others of a hundred.",
            type=click.IntRange(0, 10**9), default=1, metavar="N"),
])  # fmt: skip
"""How it behaves."""
