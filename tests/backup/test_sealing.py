"""Backups for age recipients: who can open them, and what is said where nobody can."""

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sms_gateway.backup.contents import Databases
from sms_gateway.backup.making import make_backup
from sms_gateway.backup.manifest import BackupError
from sms_gateway.backup.restoring import unpack
from sms_gateway.backup.sealing import MAGIC, check_recipients, seal, unseal
from tests.backup.conftest import Order, Person

Somebody = Callable[[str], Person]


def sealed(octets: bytes, *people: Person) -> bytes:
    out = io.BytesIO()
    seal(io.BytesIO(octets), out, [person.recipient for person in people])
    return out.getvalue()


def opened(octets: bytes, *people: Person) -> bytes:
    out = io.BytesIO()
    unseal(io.BytesIO(octets), out, [person.file for person in people])
    return out.getvalue()


@pytest.mark.parametrize("size", [0, 1, 1_000_000])
def test_what_was_sealed_is_opened_by_any_of_its_recipients(person: Somebody, size: int) -> None:
    an, binh, octets = person("an"), person("binh"), bytes(size)
    closed = sealed(octets, an, binh)
    assert closed.startswith(MAGIC)
    assert opened(closed, an) == opened(closed, binh) == octets


def test_a_wrong_key_does_not_open_it(person: Somebody) -> None:
    closed = sealed(b"numbers", person("an"))
    with pytest.raises(BackupError, match="no identity opens this backup"):
        opened(closed, person("binh"))


def test_of_several_keys_the_one_that_fits_opens_it(person: Somebody) -> None:
    an, binh = person("an"), person("binh")
    assert opened(sealed(b"numbers", binh), an, binh) == b"numbers"


@pytest.mark.parametrize("part", [0.5, 0.999])
def test_a_sealed_backup_that_was_cut_off_is_refused(person: Somebody, part: float) -> None:
    an = person("an")
    closed = sealed(bytes(500_000), an)
    with pytest.raises(BackupError, match="damaged or was cut off"):
        opened(closed[: int(len(closed) * part)], an)


def test_one_changed_octet_is_noticed(person: Somebody) -> None:
    an = person("an")
    closed = bytearray(sealed(bytes(500_000), an))
    closed[300_000] ^= 1
    with pytest.raises(BackupError, match="damaged"):
        opened(bytes(closed), an)


def test_a_full_disk_is_told_as_such(person: Somebody) -> None:
    class Full(io.RawIOBase):
        def write(self, _octets: object) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        seal(io.BytesIO(bytes(500_000)), Full(), [person("an").recipient])


@pytest.mark.parametrize("wrong", ["age1foo", "AGE-SECRET-KEY-1QQ", ""])
def test_what_is_no_recipient_is_said_before_anything_is_copied(wrong: str) -> None:
    with pytest.raises(BackupError, match="no age recipient"):
        check_recipients([wrong])


def test_a_file_that_holds_no_identity_is_named(tmp_path: Path, person: Somebody) -> None:
    file = tmp_path / "empty.key"
    file.write_text("# nothing\n")
    with pytest.raises(BackupError, match=r"empty\.key holds no age identity"):
        opened(sealed(b"x", person("an")), Person("", file))


def test_without_the_extra_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyrage", None)
    with pytest.raises(BackupError, match=r"install a bundle, or requirements/bundle\.lock"):
        check_recipients(["age1..."])
    check_recipients([])


def test_a_sealed_backup_is_restored_by_its_key_and_leaves_nothing_open(
    order: Order, person: Somebody, tmp_path: Path
) -> None:
    an = person("an")
    wanted = order(recipients=(an.recipient,))
    made = make_backup(wanted)
    assert wanted.target.read_bytes().startswith(MAGIC)
    assert not wanted.work.exists()

    (tmp_path / "new").mkdir()
    places = Databases(tmp_path / "new" / "gateway.db", tmp_path / "new" / "cases.db")
    with pytest.raises(BackupError, match="give the file of the key that opens it"):
        unpack(wanted.target, (), places)
    assert unpack(wanted.target, (an.file,), places) == made
    assert sorted(path.name for path in places.store.parent.iterdir()) == ["cases.db", "gateway.db"]
