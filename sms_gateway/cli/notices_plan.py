"""`notices plan`: what would be sent, for a person to read before it is."""

import click

from sms_gateway.cli.changing import running_service
from sms_gateway.cli.group import Fault
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import as_json, places
from sms_gateway.cli.output import print_json, print_table, print_text


@click.command(short_help="Show what would be sent; send nothing.")
@click.option(
    "--hours",
    type=click.IntRange(1, 24 * 31),
    default=24,
    show_default=True,
    metavar="N",
    help="Look at the changes of the last N hours.",
)
@as_json
@places
def plan(hours: int, *, as_json: bool) -> None:
    """Show which texts the changes of the last hours would have caused by the settings as they are.

    Also where automatic messages are switched off. Each change stands for itself, so that this is
    the most that can come: what follows within seconds or hours is told together. Nothing is
    written or sent. Wants a running gateway.
    """
    settings = load_settings()
    require_store(settings)
    service = running_service(settings.data_path)
    if service is None:
        message = "the gateway is not running: start it, then try again"
        raise Fault(message)
    told = service.ask("POST", "/notices/plan", {"hours": str(hours)})
    if as_json:
        print_json(told)
        return
    head = f"{told['changes']} changes, {told['texts']} texts of {told['segments']} segments"
    click.echo(f"{head}, {told['held']} held to be confirmed")
    click.echo(f"from {told['most']} changes within an hour on all would be held")
    print_table([[name, str(count)] for name, count in told["counts"].items()], "nothing changed")
    for one in told["samples"]:
        print_text(f"{one['dossier']}  {one['to']}  {one['text']}")
