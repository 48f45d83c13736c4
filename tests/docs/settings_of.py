"""The settings that a page shows, as a folder that a gateway can start with."""

import re
import shutil
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.docs.pages import Block, blocks
from tests.structure.tree import ROOT

SECRET = "example-secret-0123456789"
"""What a secret's file holds in the tests; the calls of the handbook show the same."""
SHORT_SECRET = SECRET[:8]
"""The same for doors of kind `smpp`: SMPP knows no longer one."""

_NOWHERE = "http://127.0.0.1:9"
"""Where replies go in the tests: nobody listens there."""
_VARIABLE = re.compile(r"^(SMS_GATEWAY_\w+)=(\S*)$", re.MULTILINE)
_URL = re.compile(r"^\[doors\.([a-z0-9-]+)\.(outbound(?:\.token)?)\]$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of settings and the environment that goes with it."""

    config: Path
    environment: Mapping[str, str]


def gateway_blocks(page: Path) -> Sequence[Block]:
    """The blocks of a page that are parts of gateway.toml."""
    return [block for block in blocks(page, "toml") if not block.words]


def settings_folder(page: Path, folder: Path) -> Folder:
    """What all blocks of a page say together, over the settings of this repository.

    Args:
        page: whose doors are added; its secrets' files hold `SECRET`.
        folder: where the folder is made.
    """
    config = folder / "config"
    shutil.copytree(ROOT / "config", config)
    written = gateway_blocks(page)
    doors = "\n".join(block.text for block in written if "[doors." in block.text)
    with (config / "gateway.toml").open("a", encoding="utf-8") as file:
        file.write(doors)
    return Folder(config, {**environment(page, folder), **nobody_is_called(doors)})


def environment(page: Path, folder: Path) -> dict[str, str]:
    """The variables that a page shows, with secrets' files made for them."""
    secret, short = folder / "secret", folder / "short-secret"
    secret.write_text(f"{SECRET}\n", encoding="utf-8")
    short.write_text(f"{SHORT_SECRET}\n", encoding="utf-8")
    bound = tuple(f"SMS_GATEWAY_DOORS__{name}__" for name in smpp_doors(page))
    return {
        name: str(short if name.startswith(bound) else secret) if name.endswith("_FILE") else value
        for block in blocks(page, "ini")
        for name, value in _VARIABLE.findall(block.text)
    }


def smpp_doors(page: Path) -> Sequence[str]:
    """Names of the doors of kind `smpp` on a page, as variables spell them."""
    return [
        name.upper().replace("-", "_")
        for block in gateway_blocks(page)
        for name, door in tomllib.loads(block.text).get("doors", {}).items()
        if door.get("kind") == "smpp"
    ]


def nobody_is_called(doors: str) -> dict[str, str]:
    """No reply leaves this machine, whatever address an example names."""
    return {
        f"SMS_GATEWAY_DOORS__{name.upper().replace('-', '_')}__"
        f"{table.upper().replace('.', '__')}__URL": _NOWHERE
        for name, table in _URL.findall(doors)
    }
