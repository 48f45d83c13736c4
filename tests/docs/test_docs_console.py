"""What the handbook shows on the screen is what the program prints."""

from pathlib import Path
from time import monotonic

import pytest

from tests.acceptance.smsc import free_port
from tests.docs.console import Step, curl, fits, prepare, run, steps
from tests.docs.pages import PAGES, README, Block, blocks, name_of
from tests.docs.settings_of import settings_folder, smpp_doors
from tests.real_process import PATIENCE_S, Gateway, Program

CONSOLES = [block for page in PAGES for block in blocks(page, "console")]
OFFLINE = [block for block in CONSOLES if not {"service", "smsc"} & set(block.words)]
WITH_SMSC = [block for block in CONSOLES if "smsc" in block.words]
WITH_SERVICE = [
    page for page in PAGES if any("service" in b.words for b in blocks(page, "console"))
]

pytestmark = pytest.mark.acceptance


def check(block: Block, command: str, printed: str, shown: str) -> None:
    assert fits(printed, shown), f"{block}\n$ {command}\nprints\n{printed}\nand not\n{shown}"


@pytest.mark.parametrize("block", OFFLINE, ids=str)
def test_the_commands_print_what_is_shown(block: Block, tmp_path: Path, samples: Path) -> None:
    prepare(tmp_path, samples, blocks(block.page))
    for step in steps(block):
        check(block, step.command, run(step.command, tmp_path), step.printed)


@pytest.mark.parametrize("page", WITH_SERVICE, ids=name_of)
def test_the_calls_get_the_answers_that_are_shown(page: Path, program: Program) -> None:
    folder = settings_folder(page, program.folder)
    gateway = program(config=folder.config, env=folder.environment)
    for block in blocks(page, "console"):
        if "service" in block.words:
            for step in steps(block):
                printed = answer(step, gateway, program.folder)
                check(block, step.command, printed, step.printed)


@pytest.mark.parametrize("block", WITH_SMSC, ids=str)
def test_a_gateway_and_the_simulated_smsc_do_what_is_shown(block: Block, program: Program) -> None:
    folder = settings_folder(block.page, program.folder)
    port = free_port()
    ports = {f"SMS_GATEWAY_DOORS__{name}__PORT": str(port) for name in smpp_doors(block.page)}
    at_once = {name.replace("PORT", "TIMERS__RECONNECT_MOST_S"): "1" for name in ports}
    program(config=folder.config, env={**folder.environment, **ports, **at_once})
    for step in steps(block):
        printed = run(f"{step.command} --listen 127.0.0.1:{port}", program.folder)
        check(block, step.command, printed, step.printed)


def answer(step: Step, gateway: Gateway, folder: Path) -> str:
    if step.command.startswith("curl"):
        return curl(step.command).send(gateway.url)
    # What became of a text shows when it has become of it.
    until = monotonic() + PATIENCE_S
    while True:
        printed = run(f"{step.command} --data {gateway.data}", folder)
        if fits(printed, step.printed) or monotonic() > until:
            return printed


def test_the_readme_shows_a_call_and_an_enquiry() -> None:
    assert any("curl" in block.text and "service" in block.words for block in blocks(README))
    assert any("sms-gateway ask" in block.text for block in blocks(README, "console"))


@pytest.mark.parametrize(
    "printed, shown, same",
    [
        ("one\ntwo  \n", "one\ntwo", True),
        ("one\ntwo", "one...", True),
        ("one 2026-11-23 two", "one ... two", True),
        ("one\ntwo", "one", False),
        ("one", "one\ntwo", False),
        ("a.c", "abc", False),
        ("abc", "a.c", False),
    ],
)
def test_an_output_that_differs_is_found(printed: str, shown: str, *, same: bool) -> None:
    assert fits(printed, shown) is same
