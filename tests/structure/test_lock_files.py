"""The locked dependencies: hashed, from nowhere in particular, the same for gateway and tests."""

import re
import tomllib

import pytest

from tests.structure.tree import ROOT

PIN = re.compile(
    r"^([a-z0-9][a-z0-9._-]*==\S+)(?: ; [^\\\n]*?)?((?: \\\n +--hash=sha256:[0-9a-f]{64})+)$",
    re.MULTILINE,
)


def lock(kind: str) -> str:
    return (ROOT / "requirements" / f"{kind}.lock").read_text(encoding="utf-8")


def pins(kind: str) -> dict[str, str]:
    """Pinned packages of one lock file, each with its hashes."""
    return dict(PIN.findall(lock(kind)))


@pytest.mark.parametrize("kind", ["run", "bundle", "dev"])
def test_each_package_is_pinned_to_hashes_and_to_no_host(kind: str) -> None:
    found = pins(kind)
    assert found
    assert "://" not in lock(kind)
    assert len(found) == sum(1 for line in lock(kind).splitlines() if re.match(r"[^\s#]", line))


def test_what_runs_the_gateway_is_tested_in_the_same_versions() -> None:
    assert pins("run").items() <= pins("bundle").items() <= pins("dev").items()


def test_the_bundle_brings_each_extra_that_the_handbook_speaks_of() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    assert {"speed", "postgres", "age", "replica", "casedb-mssql", "xlsx"} <= set(extras)
    wanted = {re.split(r"[<>=;[]", line)[0] for lines in extras.values() for line in lines}
    assert wanted - {"sms-gateway"} <= {pin.partition("==")[0] for pin in pins("bundle")}
