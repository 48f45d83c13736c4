"""What a person reads who comes from the provider and is not let in."""

from collections.abc import Mapping
from typing import Final

from sms_gateway.access import NotTheirs
from sms_gateway.console.languages import marked
from sms_gateway.oidc import Refusal

_AWAY: Final = marked("The sign-in service does not answer as it must. Try again in a minute.")
_SET_UP: Final = marked(
    "The sign-in service and this desk do not fit together. An administrator finds why in the log."
)
_TOKEN: Final = marked(
    "What the sign-in service said of you cannot be trusted. Begin again; if it stays so, tell an"
    " administrator."
)
_NO_LOGIN: Final = marked(
    "The sign-in service says no name that you could have here. An administrator finds why in the"
    " log."
)
_OTHER: Final = marked(
    "This account belongs to another person of the sign-in service. An administrator can end that."
)
LOST_FACTOR: Final = marked(
    "Your second factor does not work on this machine any more. Ask an administrator for a new"
    " link."
)
NOT_BEGUN: Final = marked(
    "This sign-in was not begun in this browser, or too long ago. Begin again."
)

REFUSED: Final[Mapping[str, str]] = {
    Refusal.UNREACHABLE: _AWAY,
    Refusal.ODD_ANSWER: _AWAY,
    Refusal.OTHER_ISSUER: _SET_UP,
    Refusal.UNSAFE_PROVIDER: _SET_UP,
    Refusal.DENIED: marked(
        "You stopped at the sign-in service, or it did not let you in. Nothing was changed: begin"
        " again when you like."
    ),
    Refusal.OTHER_PROVIDER: _TOKEN,
    Refusal.CODE_REFUSED: _TOKEN,
    Refusal.MALFORMED: _TOKEN,
    Refusal.ALGORITHM: _TOKEN,
    Refusal.UNKNOWN_KEY: _TOKEN,
    Refusal.SIGNATURE: _TOKEN,
    Refusal.ISSUER: _TOKEN,
    Refusal.AUDIENCE: _TOKEN,
    Refusal.TIME: _TOKEN,
    Refusal.NONCE: _TOKEN,
    Refusal.SUBJECT: _TOKEN,
    Refusal.LOGIN: _NO_LOGIN,
    Refusal.UNVERIFIED: marked("The sign-in service has not confirmed your e-mail address."),
    NotTheirs.NOBODY: marked(
        "You have no account here under that name. Ask an administrator for one."
    ),
    NotTheirs.DISABLED: marked("Your account is disabled. Ask an administrator."),
    NotTheirs.RESERVED: marked("That account signs in by its password alone."),
    NotTheirs.OTHER_SUBJECT: _OTHER,
    NotTheirs.LINKED_ELSEWHERE: _OTHER,
    NotTheirs.CHANGED: marked(
        "This sign-in was used before, or your account was changed meanwhile. Begin again."
    ),
    NotTheirs.LOST_FACTOR: LOST_FACTOR,
}
"""By the reason that logs and the audit say; a test looks that none is missing."""
