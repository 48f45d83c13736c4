import pytest

from sms_gateway.domain.agency import Agencies, Agency


def office(code: str, short: str = "") -> Agency:
    return Agency(code, short, "Office", "0258 3999999", "")


SNGV = office("000.00.12.H32", "SNGV")
WARD = office("000.00.12.H32.07", "PVH")
AGENCIES = Agencies("0258 3999999", (SNGV, WARD))


@pytest.mark.parametrize("code", ["000.00.12.H32-230615-0001", "0000012h32 230615 0001", "SNGV 1"])
def test_an_office_is_known_by_the_beginning_of_a_code(code: str) -> None:
    assert AGENCIES.of_code(code) == SNGV


def test_of_several_offices_that_fit_the_longest_prefix_counts() -> None:
    assert AGENCIES.of_code("000.00.12.H32.07-230615-0001") == WARD
    assert Agencies("", (WARD, SNGV)).of_code("000.00.12.H32.07-230615-0001") == WARD


@pytest.mark.parametrize("code", ["", "170703-0001", "001.00.12.H32-230615-0001"])
def test_a_code_of_no_office_belongs_to_none(code: str) -> None:
    assert AGENCIES.of_code(code) is None


def test_an_office_without_a_short_name_has_one_prefix() -> None:
    assert office("000.00.12.H32").prefixes == ("0000012H32",)
    assert SNGV.prefixes == ("0000012H32", "SNGV")
