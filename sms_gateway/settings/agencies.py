"""The offices of `agencies.toml`: their codes, names and hotlines."""

from collections.abc import Mapping

from msgspec import Struct

from sms_gateway.domain.agency import Agencies, Agency
from sms_gateway.domain.dossier import canonical_key
from sms_gateway.settings.decode import SettingsError, decode


class _AgencyTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    code: str
    short: str = ""
    name: str
    hotline: str = ""
    hours: str = ""


class _DefaultTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    hotline: str


class _AgenciesFile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    default: _DefaultTable
    agency: tuple[_AgencyTable, ...] = ()


def load_agencies(raw: Mapping[str, object]) -> Agencies:
    """Read the table of `agencies.toml`.

    An office without a hotline of its own gets the default one.

    Raises:
        SettingsError: naming the entry that is wrong.
    """
    file = decode(raw, _AgenciesFile, "agencies.toml")
    default = file.default.hotline
    agencies = Agencies(
        default,
        tuple(Agency(a.code, a.short, a.name, a.hotline or default, a.hours) for a in file.agency),
    )
    if not default:
        message = "agencies.toml default.hotline: empty; write the number that replies name"
        raise SettingsError(message)
    taken: set[str] = set()
    for index, agency in enumerate(agencies.all):
        _check_agency(agency, f"agencies.toml agency.{index}", taken)
        taken.update(agency.prefixes)
    return agencies


def _check_agency(agency: Agency, at: str, taken: set[str]) -> None:
    spelled = [agency.code, agency.short] if agency.short else [agency.code]
    if not all(any(c.isalpha() for c in canonical_key(prefix)) for prefix in spelled):
        message = f"{at}: code and short need a letter, or receipt numbers would match them"
        raise SettingsError(message)
    if clash := next((prefix for prefix in agency.prefixes if prefix in taken), None):
        message = f"{at}: {clash} belongs to an agency above; give each its own code and short"
        raise SettingsError(message)
