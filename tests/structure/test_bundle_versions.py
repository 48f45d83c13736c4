"""What the script in a bundle does where versions are installed one after the other."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from tests.structure.tree import ROOT, SCRIPTS

PLACE = "/opt/sms-gateway"
GO_BACK = re.compile(rf"^ln -sfn VERSION {PLACE}/current$", re.MULTILINE)
PARTS = ("docs", "config", "README.md", "CHANGELOG.md", "LICENSE")


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This Python, in a place that is nobody's home."""
    folder = tmp_path_factory.mktemp("python")
    made = (sys.executable, "-m", "venv", "--copies", "--without-pip", folder)
    subprocess.run(made, check=True, timeout=60)  # noqa: S603  # our own Python
    return folder / "bin" / "python"


@pytest.fixture
def opt(tmp_path: Path) -> Path:
    """Where bundles are installed."""
    return tmp_path / "opt"


def wheel(folder: Path, package: str, version: str, tag: str, module: str) -> Path:
    """A wheel of one module whose program says what `said` returns."""
    name = package.replace("_", "-")
    notes = f"{package}-{version}.dist-info"
    held = {
        f"{package}.py": module,
        f"{notes}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{notes}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n",
        f"{notes}/entry_points.txt": f"[console_scripts]\n{name} = {package}:said\n",
    }
    file = folder / f"{package}-{version}-{tag}.whl"
    with zipfile.ZipFile(file, "w") as archive:
        for path, text in held.items():
            archive.writestr(path, text)
        archive.writestr(f"{notes}/RECORD", "".join(f"{path},,\n" for path in held))
    return file


def bundle(folder: Path, version: str, says: str) -> Path:
    """A whole bundle whose gateway only says one thing, and needs one package."""
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    tag = f"cp{sys.version_info.major}{sys.version_info.minor}-none-any"
    needed = wheel(wheels, "aiohttp", "1.0", tag, "def said(): pass\n")
    wheel(wheels, "sms_gateway", version, "py3-none-any", f"def said(): print({says!r})\n")
    digest = sha256(needed.read_bytes()).hexdigest()
    (folder / "requirements.lock").write_text(f"aiohttp==1.0 --hash=sha256:{digest}\n")
    (folder / "VERSION").write_text(f"{version}\n")
    (folder / "docs").mkdir()
    (folder / "config").mkdir()
    for part in PARTS[2:]:
        (folder / part).touch()
    shutil.copy(SCRIPTS / "install", folder / "install")
    held = sorted(path for path in folder.rglob("*") if path.is_file())
    sums = [f"{sha256(p.read_bytes()).hexdigest()}  ./{p.relative_to(folder)}\n" for p in held]
    (folder / "SHA256SUMS").write_text("".join(sums))
    return folder


def run(line: tuple[str | Path, ...], python: Path | str = "") -> tuple[int, list[str]]:
    """The exit status of a program, and the lines that it said."""
    done = subprocess.run(  # noqa: S603  # what this test made
        line, env={**os.environ, "PYTHON": str(python)}, capture_output=True, text=True,
        timeout=100, check=False,
    )  # fmt: skip
    return done.returncode, (done.stdout + done.stderr).splitlines()


def now(opt: Path) -> str:
    """What the gateway of the version that is current says."""
    return run((opt / "current" / "bin" / "sms-gateway",))[1][0]


def test_two_versions_stand_side_by_side_and_the_handbooks_command_goes_back(
    tmp_path: Path, opt: Path, python: Path
) -> None:
    old, new = bundle(tmp_path / "a", "1.2.3", "old"), bundle(tmp_path / "b", "1.3.0", "new")
    cut_off = opt / "1.2.3" / "bin"
    cut_off.mkdir(parents=True)
    (cut_off / "half-written").touch()
    status, told = run((old / "install", opt), python)
    assert status == 0, told
    assert told[0] == f"sms-gateway: installing 1.2.3 into {opt}/1.2.3"
    assert told[1] == f"sms-gateway: {opt}/current is 1.2.3 now"
    assert not (cut_off / "half-written").exists()
    assert now(opt) == "old"
    status, told = run((new / "install", opt), python)
    assert status == 0, told
    assert f"sms-gateway: {opt}/current is 1.3.0 now, it was 1.2.3" in told
    assert now(opt) == "new"
    (typed,) = GO_BACK.findall((ROOT / "docs" / "operations.md").read_text(encoding="utf-8"))
    back = typed.replace("VERSION", "1.2.3").replace(PLACE, str(opt))
    assert run(tuple(back.split())) == (0, [])
    assert now(opt) == "old"


def installed(bundle: Path, opt: Path, *, current: str) -> Path:
    """The folder of a version as `install` leaves it, without its programs."""
    folder = opt / (bundle / "VERSION").read_text().strip()
    folder.mkdir(parents=True)
    shutil.copy(bundle / "SHA256SUMS", folder / "installed")
    (opt / "current").symlink_to(current)
    return folder


def test_the_bundle_of_a_version_that_is_there_makes_it_current_and_says_it_installed_nothing(
    tmp_path: Path, opt: Path
) -> None:
    made = bundle(tmp_path / "a", "1.2.3", "old")
    kept = installed(made, opt, current="1.3.0")
    inode = kept.stat().st_ino
    status, told = run((made / "install", opt))
    assert status == 0, told
    assert told[:2] == [
        f"sms-gateway: {kept} is from this bundle already: nothing was installed",
        f"sms-gateway: {opt}/current is 1.2.3 now, it was 1.3.0",
    ]
    status, told = run((made / "install", opt))
    assert status == 0, told
    assert told[:2] == [
        f"sms-gateway: {kept} is from this bundle already: nothing was installed",
        f"sms-gateway: {opt}/current is 1.2.3, as before",
    ]
    assert kept.stat().st_ino == inode


@pytest.mark.parametrize("mark", ["of another bundle", ""])
def test_another_bundle_of_a_version_that_is_there_is_refused_and_nothing_is_changed(
    tmp_path: Path, opt: Path, mark: str
) -> None:
    other = bundle(tmp_path / "a", "1.2.3", "mended")
    kept = installed(other, opt, current="1.3.0")
    (kept / "installed").write_text(mark)
    refusal = (
        f"sms-gateway: {kept} is from another bundle, so nothing was changed: "
        f"stop the gateway, move {kept} away, then run this again"
    )
    assert run((other / "install", opt)) == (1, [refusal])
    assert (kept / "installed").read_text() == mark
    assert (opt / "current").readlink() == Path("1.3.0")
