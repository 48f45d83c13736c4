"""`sms-gateway poster`."""

from pathlib import Path

import pytest

from tests.cli.conftest import Command

PRICE = "SMS_GATEWAY_GATEWAY__PRICE"


@pytest.fixture
def priced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PRICE, "1.000 đồng")


@pytest.mark.usefixtures("priced")
def test_the_poster_is_written_to_a_file(cli: Command, tmp_path: Path) -> None:
    done = cli("poster", "--out", str(tmp_path / "poster.svg"))
    assert (done.exit_code, done.output) == (0, "")
    text = (tmp_path / "poster.svg").read_text(encoding="utf-8")
    assert "MCKH mã số biên nhận" in text
    assert "gửi 8083" in text
    assert "0258 3999999" in text


@pytest.mark.usefixtures("priced")
def test_without_a_file_it_is_printed(cli: Command) -> None:
    done = cli("poster", "--format", "html")
    assert done.exit_code == 0
    assert done.stdout.startswith("<!doctype html>")
    assert done.stdout.endswith("</html>\n")


@pytest.mark.usefixtures("priced")
@pytest.mark.parametrize("office", ["SNGV", "000.00.12.H32", "sngv"])
def test_an_office_has_its_name_hotline_and_hours_on_it(cli: Command, office: str) -> None:
    made = cli("poster", "--office", office).stdout
    assert "Sở Ngoại vụ Khánh Hòa" in made
    assert "thứ Hai đến thứ Sáu" in made


@pytest.mark.usefixtures("priced")
@pytest.mark.parametrize("code", ["170703-0001", "000.00.12.H32-170703-0001", "12345"])
def test_a_receipt_has_a_card_of_its_own(cli: Command, code: str) -> None:
    made = cli("poster", "--dossier", code)
    assert made.exit_code == 0, made.output
    assert code in made.stdout


@pytest.mark.usefixtures("priced")
@pytest.mark.parametrize("code", ["HUY", "", "x", "A" * 65, "12\n345", "gửi 8083", "2 hồ sơ 3"])
def test_no_card_is_made_for_what_would_not_be_understood(cli: Command, code: str) -> None:
    done = cli("poster", "--dossier", code)
    assert done.exit_code == 1
    assert done.stderr.startswith("sms-gateway: --dossier: ")
    assert done.stderr.count("\n") == 1


def test_without_a_price_nothing_is_made(cli: Command) -> None:
    done = cli("poster")
    assert done.exit_code == 1
    assert done.stderr.startswith("sms-gateway: gateway.price: empty; write what one text costs")


@pytest.mark.usefixtures("priced")
def test_an_office_that_is_not_there_is_told_with_those_that_are(cli: Command) -> None:
    done = cli("poster", "--office", "SXD")
    assert done.exit_code == 1
    assert done.stderr == "sms-gateway: --office: no such office; known: 000.00.12.H32\n"
