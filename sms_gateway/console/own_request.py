"""The telco's request with a text, as far as it is theirs to see who asks."""

from dataclasses import dataclass, field

from sms_gateway.console.visit import Visit
from sms_gateway.domain.staff import Permission
from sms_gateway.reading import Timeline


@dataclass(frozen=True, slots=True)
class RequestSeen:
    """What there is to see.

    Attributes:
        octets: the request, or the piece of it that this text came with; None where it is not
            theirs to see, or none is kept.
        kept: there is one, and they may read requests.
        whole: it is the whole call, which may show other people than the one of this text.
        own: what came with this text alone, or the whole where it cannot be told and is theirs.
    """

    octets: bytes | None = field(repr=False)
    kept: bool
    whole: bool
    own: bytes | None = field(default=None, repr=False)

    @property
    def text(self) -> str | None:
        """As text, whatever the octets."""
        return None if self.octets is None else self.octets.decode("utf-8", "backslashreplace")


def request_seen(visit: Visit, found: Timeline) -> RequestSeen:
    """What whoever calls may see of the request.

    A call may bring texts of many people at once, and is kept whole: who sees some agencies alone
    sees what came with this text, where the door can tell it from the others.
    """
    if found.raw is None or not visit.may(Permission.READ_RAW):
        return RequestSeen(None, kept=False, whole=False)
    own = None if found.mo is None else visit.desk.doors.own_request(found.raw, found.mo)
    if visit.person.agencies is None:
        whole = own != found.raw
        return RequestSeen(found.raw, kept=True, whole=whole, own=own or found.raw)
    return RequestSeen(own, kept=True, whole=False, own=own)
