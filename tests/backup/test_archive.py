"""An archive is whole or it is refused: every octet counts."""

import gzip
import io
import tarfile
from pathlib import Path

import msgspec
import pytest

from sms_gateway.backup.archive import read_archive
from sms_gateway.backup.making import make_backup
from sms_gateway.backup.manifest import BackupError, Manifest
from tests.backup.conftest import Order


@pytest.fixture
def file(order: Order) -> Path:
    """A backup."""
    make_backup(order())
    return order().target


def read(octets: bytes) -> Manifest:
    return read_archive(io.BytesIO(octets), {})


def changed(file: Path, **changes: object) -> bytes:
    """The backup with members exchanged for other octets; None takes one out."""
    out = io.BytesIO()
    with tarfile.open(file) as before, tarfile.open(fileobj=out, mode="w:gz") as after:
        for member in before:
            name = member.name.replace(".", "_")
            content = before.extractfile(member)
            assert content is not None
            octets = changes.get(name, content.read())
            if octets is None:
                continue
            assert isinstance(octets, bytes)
            member.size = len(octets)
            after.addfile(member, io.BytesIO(octets))
    return out.getvalue()


def manifest(file: Path) -> dict[str, object]:
    with tarfile.open(file) as tar:
        content = tar.extractfile("manifest.json")
        assert content is not None
        found: dict[str, object] = msgspec.json.decode(content.read())
    return found


def member(file: Path, name: str) -> bytes:
    with tarfile.open(file) as tar:
        content = tar.extractfile(name)
        assert content is not None
        return content.read()


def test_a_backup_is_whole(file: Path) -> None:
    assert set(read(file.read_bytes()).files) == {"gateway.db", "cases.db"}


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_a_backup_that_was_cut_off_is_refused(file: Path, part: float) -> None:
    octets = file.read_bytes()
    with pytest.raises(BackupError, match=r"damaged|no backup"):
        read(octets[: int(len(octets) * part)])


def test_one_changed_octet_of_a_database_is_noticed(file: Path) -> None:
    octets = bytearray(member(file, "gateway.db"))
    octets[-1] ^= 1
    with pytest.raises(BackupError, match="damaged"):
        read(changed(file, gateway_db=bytes(octets)))


@pytest.mark.parametrize("name", ["gateway_db", "cases_db"])
def test_a_missing_database_is_noticed(file: Path, name: str) -> None:
    with pytest.raises(BackupError, match="damaged"):
        read(changed(file, **{name: None}))


def test_a_file_that_the_manifest_does_not_know_is_refused(file: Path) -> None:
    said = manifest(file)
    files = said["files"]
    assert isinstance(files, dict)
    said["files"] = {"gateway.db": files["gateway.db"]}
    with pytest.raises(BackupError, match="damaged"):
        read(changed(file, manifest_json=msgspec.json.encode(said)))


def test_a_backup_of_a_newer_gateway_asks_for_that_version(file: Path) -> None:
    said = {**manifest(file), "format": 2, "kind": "something else"}
    with pytest.raises(BackupError, match="made by a newer gateway"):
        read(changed(file, manifest_json=msgspec.json.encode(said)))


@pytest.mark.parametrize(
    "octets",
    [b"", b"PK\x03\x04", b"SQLite format 3\0", gzip.compress(b"no tar at all")],
    ids=["nothing", "zip", "database", "gzip"],
)
def test_what_is_no_backup_is_told_so(octets: bytes) -> None:
    with pytest.raises(BackupError, match=r"no backup|damaged"):
        read(octets)


def test_a_name_in_an_archive_never_says_where_a_file_goes(file: Path, tmp_path: Path) -> None:
    said = manifest(file)
    files = said["files"]
    assert isinstance(files, dict)
    said["files"] = {**files, "../evil": files["cases.db"]}
    with pytest.raises(BackupError, match="does not hold the message store"):
        read(changed(file, manifest_json=msgspec.json.encode(said)))
    assert not (tmp_path.parent / "evil").exists()
