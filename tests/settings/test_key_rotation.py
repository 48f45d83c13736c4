"""Keys of the number hashes in a data folder, and what is found after they were rotated."""

from pathlib import Path

import pytest

from sms_gateway.domain.msisdn import Address
from sms_gateway.folder import (
    FolderError,
    keys_here,
    new_number_key,
    number_hasher,
    prepare_folder,
    rotate_number_key,
)

AN = Address("+84900000001")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    prepare_folder(tmp_path)
    return tmp_path


def test_a_rotated_key_hashes_anew_and_the_older_ones_still_find(folder: Path) -> None:
    first = number_hasher(folder)
    assert first.rotated(AN) == ()
    for _ in range(2):
        rotate_number_key(folder, new_number_key())
    now = number_hasher(folder)

    today, middle, oldest = now.numbers(AN)
    assert now.number(AN) == today
    assert oldest == first.number(AN)
    assert len({today, middle, oldest}) == 3
    assert now.receipt_secrets("word")[-1] == first.receipt_secret("word")
    assert next(iter(keys_here(folder).values())) == now.key_id
    assert keys_here(folder)[f"number-hash-{first.key_id}"] == first.key_id


def test_a_rotation_that_was_cut_off_behind_its_copy_changes_nothing(folder: Path) -> None:
    before = number_hasher(folder)
    file = folder / "keys" / f"number-hash-001-{before.key_id}.key"
    file.write_text(before.key.value)
    assert number_hasher(folder) == before


def test_all_keys_are_their_owners_alone(folder: Path) -> None:
    rotate_number_key(folder, new_number_key())
    files = list((folder / "keys").iterdir())
    assert len(files) == 2
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


@pytest.mark.parametrize("text", ["", "12", "zz" * 32])
def test_an_older_key_that_is_damaged_is_named(folder: Path, text: str) -> None:
    rotate_number_key(folder, new_number_key())
    (older,) = (folder / "keys").glob("number-hash-0*.key")
    older.write_text(text)
    with pytest.raises(FolderError, match=f"{older.name} is damaged"):
        number_hasher(folder)


def test_an_older_key_under_the_name_of_another_one_is_named(folder: Path) -> None:
    rotate_number_key(folder, new_number_key())
    (older,) = (folder / "keys").glob("number-hash-0*.key")
    older.write_text("07" * 32)
    with pytest.raises(FolderError, match="holds another key than its name says"):
        number_hasher(folder)
