"""The offices that keep dossiers, and which of them a code belongs to."""

from dataclasses import dataclass

from sms_gateway.domain.dossier import canonical_key
from sms_gateway.domain.ids import CanonicalKey


@dataclass(frozen=True, slots=True)
class Agency:
    """One office.

    Attributes:
        code: prefix of its dossier codes, `000.00.12.H32` (domain 4.1).
        short: what citizens may write before a receipt number to name it, or empty.
        name: as people call it.
        hotline: phone number that replies name.
        hours: opening hours, for people; may be empty.
    """

    code: str
    short: str
    name: str
    hotline: str
    hours: str

    @property
    def prefixes(self) -> tuple[CanonicalKey, ...]:
        """The canonical beginnings that point to this office: code, and short name if any."""
        return tuple(key for key in (canonical_key(self.code), canonical_key(self.short)) if key)


@dataclass(frozen=True, slots=True)
class Agencies:
    """All offices that the gateway answers for.

    Attributes:
        default_hotline: phone number in replies about no particular office.
        all: the offices, as configured.
    """

    default_hotline: str
    all: tuple[Agency, ...] = ()

    def of_code(self, code: str) -> Agency | None:
        """The office whose prefix begins the code, the longest where several do, or None."""
        key = canonical_key(code)
        fits = [
            (len(prefix), agency)
            for agency in self.all
            for prefix in agency.prefixes
            if key.startswith(prefix)
        ]
        return max(fits, key=lambda fit: fit[0])[1] if fits else None
