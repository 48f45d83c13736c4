"""`staff add`, `change`, `disable`, `enable`, `invite` and `unlink`."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from sms_gateway.access import Amendment, NewPerson, comes_by_provider
from sms_gateway.access.signing_in import plain_login
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import places
from sms_gateway.cli.output import print_text
from sms_gateway.cli.staff_kept import (
    add_person,
    add_provided,
    amend_person,
    invite_again,
    switch_person,
    unlink_person,
)
from sms_gateway.console.places import INVITE
from sms_gateway.domain.message import Language
from sms_gateway.domain.staff import AgencyId, Role
from sms_gateway.service.access import console_link
from sms_gateway.settings import Settings

C = TypeVar("C", bound=Callable[..., Any])

_ROLES = [role.value for role in Role]
_LANGUAGES = {"vi": Language.VI_ACCENTED, "en": Language.EN}


def _agency(command: C) -> C:
    return click.option(
        "--agency",
        "agencies",
        metavar="CODE",
        multiple=True,
        help="They see messages of this agency only; again for each more.",
    )(command)


@click.command("add", short_help="Add somebody, with a link.")
@click.argument("login")
@click.option("--name", required=True, metavar="TEXT", help="How they are called on pages.")
@click.option("--role", required=True, type=click.Choice(_ROLES), help="What they may do.")
@_agency
@click.option(
    "--language", type=click.Choice(list(_LANGUAGES)), default="vi", show_default=True,
    help="Of their pages.",
)  # fmt: skip
@click.option("--no-link", is_flag=True, help="They sign in by the provider, without a password.")
@places
def staff_add(
    login: str, *, name: str, role: str, agencies: tuple[str, ...], language: str, no_link: bool
) -> None:
    """Add somebody who signs in as LOGIN; prints a link that works once.

    Give the link to that person and nobody else: whoever opens it first chooses the password.
    Without --agency they see messages of all agencies. With --no-link, or where
    console.oidc.passwords is false, there is no link and no password: they sign in by the provider
    of console.oidc, which calls them LOGIN. It is written down with your name.
    """
    settings = load_settings()
    require_store(settings)
    new = NewPerson(login, name, Role(role), _chosen(agencies), _LANGUAGES[language])
    if no_link or _by_provider(settings, login):
        added = add_provided(settings, new)
        print_text(f"{added} added")
        if not no_link:
            _tell_no_link(added)
    else:
        _print_link(settings, add_person(settings, new))


@click.command("change", short_help="Change what somebody may do.")
@click.argument("login")
@click.option("--name", metavar="TEXT", help="How they are called on pages.")
@click.option("--role", type=click.Choice(_ROLES), help="What they may do.")
@_agency
@click.option("--all-agencies", is_flag=True, help="They see messages of all agencies.")
@places
def staff_change(
    login: str, *, name: str | None, role: str | None, agencies: tuple[str, ...], all_agencies: bool
) -> None:
    """Change how LOGIN is called or what they may do; what is not said stays.

    Where they may do otherwise than before, they are signed out. It is written down with your name.
    """
    if agencies and all_agencies:
        message = "--agency and --all-agencies say different things: give one of them"
        raise click.UsageError(message)
    same = not agencies and not all_agencies
    if same and name is None and role is None:
        message = "say what changes: --name, --role, --agency or --all-agencies"
        raise click.UsageError(message)
    settings = load_settings()
    require_store(settings)
    chosen = Role(role) if role else None
    amendment = Amendment(chosen, name, _chosen(agencies), same_agencies=same)
    print_text(f"{amend_person(settings, login, amendment)} changed")


@click.command("disable", short_help="Let somebody sign in no more.")
@click.argument("login")
@places
def staff_disable(login: str) -> None:
    """Let LOGIN sign in no more; they are signed out at once. It is written down with your name."""
    settings = load_settings()
    require_store(settings)
    print_text(f"{switch_person(settings, login, disabled=True)} disabled")


@click.command("enable", short_help="Let somebody sign in again.")
@click.argument("login")
@places
def staff_enable(login: str) -> None:
    """Let LOGIN sign in again, with the password of before. It is written down with your name."""
    settings = load_settings()
    require_store(settings)
    print_text(f"{switch_person(settings, login, disabled=False)} enabled")


@click.command("invite", short_help="Let somebody begin anew.")
@click.argument("login")
@places
def staff_invite(login: str) -> None:
    """Let LOGIN begin anew, who forgot the password or lost the phone; prints a link.

    The password and the second factor of before count no more, and they are signed out. The link
    works once: give it to that person and nobody else. Where console.oidc.passwords is false there
    is no link: they come in by the provider. It is written down with your name.
    """
    settings = load_settings()
    require_store(settings)
    token = invite_again(settings, login)
    if _by_provider(settings, login):
        print_text(f"{plain_login(login)} begins anew")
        _tell_no_link(plain_login(login))
    else:
        _print_link(settings, token)


@click.command("unlink", short_help="End somebody's link to the provider.")
@click.argument("login")
@places
def staff_unlink(login: str) -> None:
    """End the link of LOGIN to a person of the identity provider; they are signed out.

    Whoever comes from the provider under that login next is linked from then on. It is written down
    with your name.
    """
    settings = load_settings()
    require_store(settings)
    print_text(f"{unlink_person(settings, login)} unlinked")


def _chosen(agencies: tuple[str, ...]) -> frozenset[AgencyId] | None:
    return frozenset(map(AgencyId, agencies)) or None


def _by_provider(settings: Settings, login: str) -> bool:
    return comes_by_provider(login, passwords=settings.console.oidc.passwords)


def _tell_no_link(login: str) -> None:
    told = f"there is no link: {login} comes in by the provider, which must call them {login}"
    click.echo(told, err=True)


def _print_link(settings: Settings, token: str) -> None:
    click.echo(console_link(settings, INVITE.format(token=token)))
    click.echo(f"it works once, within {settings.console.invite_hours} hours", err=True)
