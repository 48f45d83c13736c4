import os
import stat
from pathlib import Path

import pytest

from sms_gateway.folder import FolderError, number_key, prepare_folder

KEY = Path("keys") / "number-hash.key"


def test_a_new_folder_gets_a_key_of_its_own(tmp_path: Path) -> None:
    prepare_folder(tmp_path / "a" / "var")
    prepare_folder(tmp_path / "b" / "var")
    keys = [number_key(tmp_path / name / "var").value for name in "ab"]
    assert [len(bytes.fromhex(key)) for key in keys] == [32, 32]
    assert keys[0] != keys[1]


def test_a_folder_that_is_prepared_again_keeps_its_key(tmp_path: Path) -> None:
    prepare_folder(tmp_path)
    before = number_key(tmp_path).value
    prepare_folder(tmp_path)
    assert number_key(tmp_path).value == before


def test_nobody_else_may_look_into_what_it_makes(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    prepare_folder(folder)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "keys", folder / KEY)]
    assert modes == [0o700, 0o700, 0o600]


def test_half_a_key_of_a_crash_is_never_used(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / KEY).with_suffix(".part").write_text("ab")
    prepare_folder(tmp_path)
    assert len(number_key(tmp_path).value) == 64


@pytest.mark.parametrize("text", ["", "ab", "07" * 31, "07" * 33, "zz" * 32, "\u00e9" * 64])
def test_a_damaged_key_is_not_replaced_but_asked_for(tmp_path: Path, text: str) -> None:
    prepare_folder(tmp_path)
    (tmp_path / KEY).write_text(text, encoding="utf-8")
    prepare_folder(tmp_path)
    with pytest.raises(FolderError, match="damaged; restore it"):
        number_key(tmp_path)


def test_a_missing_key_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="run sms-gateway init"):
        number_key(tmp_path)


def test_a_key_is_never_part_of_a_message(tmp_path: Path) -> None:
    prepare_folder(tmp_path)
    (tmp_path / KEY).write_text("0123456789abcdef" * 3)
    with pytest.raises(FolderError) as raised:
        number_key(tmp_path)
    assert "0123456789abcdef" not in str(raised.value)


def test_a_folder_that_is_a_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    with pytest.raises(FolderError) as raised:
        prepare_folder(tmp_path / "var")
    assert len(str(raised.value).splitlines()) == 1


def test_a_folder_that_cannot_be_written_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # the superuser may write everywhere
    with pytest.raises(FolderError, match="cannot be written; make it writable"):
        prepare_folder(tmp_path)
