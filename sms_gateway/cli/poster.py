"""`poster`: what is printed so that citizens know how to ask."""

from pathlib import Path
from typing import Literal

import click

from sms_gateway.cli.group import Fault
from sms_gateway.cli.opened import first_short_code, load_settings, nobodys_hasher
from sms_gateway.cli.options import places
from sms_gateway.domain.agency import Agencies, Agency
from sms_gateway.domain.dossier import MAX_CODE, canonical_key
from sms_gateway.domain.ids import ShortCode
from sms_gateway.enquiry.grammar import Grammar
from sms_gateway.enquiry.intents import Lookup
from sms_gateway.enquiry.keywords import parse
from sms_gateway.poster import Invitation, as_html, card
from sms_gateway.poster import poster as sheet_of
from sms_gateway.poster.qr import Scheme
from sms_gateway.rules import load_rules
from sms_gateway.settings import SettingsError


@click.command(short_help="Make a poster, or a card for a receipt, with a QR code.")
@click.option("--dossier", metavar="CODE", help="Make a card for the receipt of this dossier.")
@click.option("--office", metavar="CODE", help="Code or short name of the office. [default: none]")
@click.option("--to", metavar="SHORT_CODE", help="Number to text to. [default: the first one]")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["svg", "html"]),
    default="svg",
    show_default=True,
    help="A drawing, or a page that a browser prints on A4.",
)
@click.option(
    "--qr",
    "scheme",
    type=click.Choice(["smsto", "sms"]),
    default="smsto",
    show_default=True,
    help="How the QR code is written; try both with the phones around you.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write to this file instead of standard output.",
)
@places
def poster(
    *,
    dossier: str | None,
    office: str | None,
    to: str | None,
    format_: Literal["svg", "html"],
    scheme: Scheme,
    out: Path | None,
) -> None:
    """Make an A4 poster that tells how to ask, what it costs and whom to call.

    Its QR code opens the phone's message app with number and keyword filled in. With --dossier it
    is a card of 100 mm for the receipt, and the QR code fills in the whole text. Needs no database.
    The price is gateway.price; hotline and hours come from agencies.toml.
    """
    settings = load_settings()
    if not settings.gateway.price:
        message = 'gateway.price: empty; write what one text costs a citizen, as "1.000 đồng"'
        raise SettingsError(message)
    rules = load_rules(settings, nobodys_hasher())
    short_code = ShortCode(to or first_short_code(settings))
    grammar = rules.grammars[short_code]
    whose = _office(rules.agencies, office, dossier)
    invitation = Invitation(
        office=whose.name if whose else "",
        keyword=grammar.words.keywords[0],
        short_code=short_code,
        price=settings.gateway.price,
        hotline=whose.hotline if whose else rules.agencies.default_hotline,
        hours=whose.hours if whose else "",
        scheme=scheme,
    )
    a4 = dossier is None
    svg = sheet_of(invitation) if dossier is None else card(invitation, _known(dossier, grammar))
    made = (as_html(svg, a4=a4) if format_ == "html" else svg).encode()
    if out is None:
        click.echo(made, nl=False)
    else:
        out.write_bytes(made)


def _office(agencies: Agencies, named: str | None, dossier: str | None) -> Agency | None:
    if named is None:
        return agencies.of_code(dossier) if dossier else None
    for agency in agencies.all:
        if canonical_key(named) in agency.prefixes:
            return agency
    message = (
        f"--office: no such office; known: {', '.join(a.code for a in agencies.all) or 'none'}"
    )
    raise Fault(message)


def _known(code: str, grammar: Grammar) -> str:
    """The code, if a text with it is understood. Raises Fault."""
    if not code.isprintable() or len(code) > MAX_CODE:
        message = f"--dossier: no code; write it as it stands on the receipt, {MAX_CODE} characters"
        raise Fault(message)
    asked = parse(f"{grammar.words.keywords[0]} {code}", grammar)
    if not isinstance(asked, Lookup) or asked.candidates[0].key != canonical_key(code):
        message = (
            "--dossier: a text with this code would not be understood; see sms-gateway parse, and "
            "shapes in keywords.toml"
        )
        raise Fault(message)
    return code
