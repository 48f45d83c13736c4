"""The bundle that scripts/release made, installed and used where no network is."""

import json
import os
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.networks import NotAllowedError, alone
from tests.log_watch import leaks
from tests.real_process import Program
from tests.structure.tree import ROOT

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.rehearsal("ip"),
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        not os.environ.get("REHEARSAL"), reason="not run: scripts/rehearse makes a bundle first"
    ),
]

TEXT = {"id": "1", "from": "0900000001", "to": "8083", "text": "MCKH_170703-0001"}

_CALL = """
import sys, urllib.request
headers = {"Content-Type": "application/json"}
asked = urllib.request.Request(sys.argv[1], sys.argv[2].encode(), headers)
print(urllib.request.urlopen(asked, timeout=10).read().decode())
"""
_KEY = "from pyrage import x25519; key = x25519.Identity.generate(); print(key, key.to_public())"


class Bundled(Program):
    """The program that the bundle installed, on a machine without a network."""

    def __init__(self, folder: Path, inside: list[str]) -> None:
        super().__init__(folder)
        self._inside = inside
        self.current = folder / "opt" / "current"

    def line(self, *args: str, data: Path | None, config: Path) -> list[str]:
        """The command line, inside."""
        _, _, _, *rest = super().line(*args, data=data, config=config)
        return [*self._inside, str(self.current / "bin" / "sms-gateway"), *rest]

    def done(self, *words: str | Path) -> str:
        """All that another program says there; it must succeed."""
        ended = subprocess.run(  # noqa: S603  # programs named here
            [*self._inside, *words], cwd=self.folder, capture_output=True, text=True,
            timeout=300, check=False, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        )  # fmt: skip
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout + ended.stderr

    def told_by(self, *args: str, data: Path | None = None) -> str:
        """All that a command of ours says; it must succeed."""
        ended = self.run(*args, data=data or self.folder / "var", config=self.config)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout + ended.stderr

    @property
    def config(self) -> Path:
        """The settings that came with it."""
        return self.current / "share" / "sms-gateway" / "config"

    def python(self, text: str, *words: str) -> str:
        """What a few lines say, run by its own Python."""
        return self.done(self.current / "bin" / "python", "-c", text, *words).strip()


@pytest.fixture
def bundled(tmp_path: Path) -> Iterator[Bundled]:
    """Installed by the script of the bundle."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name = f"sms-gateway-{project['version']}-linux-{os.uname().machine}"
    try:
        with alone() as inside:
            made = Bundled(tmp_path, inside)
            made.done("tar", "--extract", "--file", ROOT / "dist" / f"{name}.tar.gz")
            install = tmp_path / name / "install"
            assert f"current is {project['version']} now" in made.done(install, tmp_path / "opt")
            yield made
            assert not made.end()
    except NotAllowedError as error:
        pytest.skip(f"not run: this machine makes no networks: {error}")


def test_it_is_installed_answers_and_makes_an_encrypted_backup_without_a_network(
    bundled: Bundled, tmp_path: Path
) -> None:
    var, elsewhere = tmp_path / "var", tmp_path / "elsewhere"
    assert "33 new" in bundled.told_by("init", "--samples")
    gateway = bundled(data=var, config=bundled.config)
    heard = json.loads(bundled.python(_CALL, f"{gateway.url}/mo/local", json.dumps(TEXT)))
    assert heard["status"] == "answered"
    assert heard["reply"].startswith("Ho so 170703-0001 da co ket qua")
    key, recipient = bundled.python(_KEY).split()
    (tmp_path / "key").write_text(key, encoding="utf-8")
    file = tmp_path / "first.tar.gz.age"
    told = bundled.told_by("backup", "--to", str(file), "--age", recipient)
    assert "holds     1 texts, 1 replies, 33 dossiers" in told
    assert file.read_bytes().startswith(b"age-encryption.org/v1\n")
    assert gateway.stop() == 0
    bundled.told_by("restore", str(file), "--identity", str(tmp_path / "key"), data=elsewhere)
    assert " answered:S9 " in bundled.told_by("messages", data=elsewhere)
    # The second copy has its program, too.
    assert bundled.done(bundled.current / "bin" / "litestream", "version").startswith("0.5.")
    assert not leaks(gateway.output)
