"""The preset for Kannel with Kannel itself, before a real gateway."""

import time
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest

from tests.real_process import PATIENCE_S, Program
from tests.rehearsal.kannel import PASSWORD, before

pytestmark = [pytest.mark.acceptance, pytest.mark.rehearsal("bearerbox")]

TEXT = "MCKH_170703-0001"


def test_texts_are_answered_in_the_response(program: Program, tmp_path: Path) -> None:
    with before(program, tmp_path, "inline", PASSWORD) as kannel:
        kannel.says("0900000001", TEXT)
        assert kannel.hears().startswith("8083 0900000001 text Ho so 170703-0001 da co ket qua")
        kannel.says("0900000002", "MCKH 999999")
        assert kannel.hears().startswith("8083 0900000002 text Khong thay ho so 999999.")


@pytest.mark.parametrize("style", ["inline", "acknowledge"])
def test_an_accented_reply_keeps_its_letters(program: Program, tmp_path: Path, style: str) -> None:
    with before(program, tmp_path, style, PASSWORD) as kannel:
        kannel.says("0900000001", "MCKH VN co dau 170703-0001")
        data = kannel.hears().rpartition(" data ")[2].replace("+", " ")
        assert unquote_to_bytes(data).decode("utf-16-be").startswith("Hồ sơ 170703-0001 đã có")


def test_a_reply_goes_by_sendsms_and_its_reports_find_it(program: Program, tmp_path: Path) -> None:
    with before(program, tmp_path, "acknowledge", PASSWORD) as kannel:
        kannel.says("0900000001", TEXT)
        assert "Ho so 170703-0001 da co ket qua" in kannel.hears()
        until = time.monotonic() + PATIENCE_S
        listed = ""
        while "accepted, delivered" not in listed and time.monotonic() < until:
            listed = program.run("messages", data=kannel.gateway.data).stdout
        assert "accepted, delivered" in listed


def test_a_wrong_password_of_ours_loses_no_reply(program: Program, tmp_path: Path) -> None:
    with before(program, tmp_path, "acknowledge", "wrong-password-0123456789") as kannel:
        kannel.says("0900000001", TEXT)
        kannel.gateway.wait_for_line('"reason":"door_refused"')
        assert "queued" in program.run("messages", data=kannel.gateway.data).stdout
