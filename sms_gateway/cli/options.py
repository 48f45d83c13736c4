"""The options that every command takes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

C = TypeVar("C", bound=click.Command | Callable[..., Any])

DATA = "sms_gateway.data"
CONFIG = "sms_gateway.config"
"""Where the two are kept in click's `Context.meta`, which a group shares with its commands."""


def places(command: C) -> C:
    """Give a command, or the function it is made of, `--data` and `--config`.

    A group takes them too; what stands behind the command's own name counts.
    """
    data = click.option(
        "--data",
        type=click.Path(path_type=Path),
        metavar="DIR",
        expose_value=False,
        callback=_keep,
        help="Folder of the databases. [default: what the settings say, var]",
    )
    config = click.option(
        "--config",
        type=click.Path(path_type=Path),
        metavar="DIR",
        expose_value=False,
        callback=_keep,
        help="Folder of gateway.toml, or that file. [default: config]",
    )
    return config(data(command))


def as_json(command: C) -> C:
    """Give a command `--json`."""
    option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
    return option(command)


def _keep(ctx: click.Context, param: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.meta[f"sms_gateway.{param.name}"] = value
