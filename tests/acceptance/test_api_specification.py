"""The running gateway answers other systems as docs/openapi.yaml says, whatever is asked."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.real_process import Gateway, Program
from tests.structure.tree import ROOT

pytestmark = pytest.mark.acceptance

LONGEST_S = 60
READS = ("listMessages", "showMessage", "countOutcomes")
HOOKS = ("listWebhooks", "addWebhook", "switchWebhook", "removeWebhook", "replayWebhook")
SCOPES = ("messages:read", "outcomes:read", "messages:send", "webhooks:manage")


def token(gateway: Gateway, folder: Path) -> str:
    """A new one, made by the command line through the running gateway."""
    words = [word for scope in SCOPES for word in ("--scope", scope)]
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SMS_GATEWAY_")}
    done = subprocess.run(  # noqa: S603  # our own program
        [
            *(sys.executable, "-m", "sms_gateway", "api-tokens", "add", "portal", *words),
            *("--data", str(gateway.data)),
        ],
        cwd=folder,
        env=kept,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def schemathesis(url: str, key: str, folder: Path, *words: str) -> str:
    """Its findings; it makes calls by the specification, and others that break it."""
    done = subprocess.run(  # noqa: S603  # a tool of ours
        [
            str(Path(sys.executable).with_name("schemathesis")),
            *("run", str(ROOT / "docs" / "openapi.yaml"), "--url", url),
            *("--header", f"Authorization: Bearer {key}", "--checks", "all"),
            *("--phases", "examples,coverage,fuzzing", "--max-examples", "10", "--seed", "1"),
            *("--request-timeout", "5", "--no-color", *words),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:]
    return done.stdout


def test_the_specification_is_kept(program: Program, tmp_path: Path) -> None:
    gateway = program(
        env={
            "SMS_GATEWAY_API__PER_MINUTE": "60000",
            "SMS_GATEWAY_API__WEBHOOK_NETWORKS": '["10.20.0.0/16"]',
        }
    )
    key, only = token(gateway, tmp_path), "--include-operation-id"
    reads = [word for name in READS for word in (only, name)]
    assert "Tested: 3" in schemathesis(gateway.url, key, tmp_path, *reads)
    # Not every text is for a number that there is, nor short enough for the door.
    sent = (only, "sendMessage", "--exclude-checks", "positive_data_acceptance")
    assert "Tested: 1" in schemathesis(gateway.url, key, tmp_path, *sent)
    hooks = [word for name in HOOKS for word in (only, name)]
    # Not every address is in an allowed network, and not every time within the last days.
    hooks += ["--exclude-checks", "positive_data_acceptance"]
    assert "Tested: 5" in schemathesis(gateway.url, key, tmp_path, *hooks)
