"""Secrets of which any one opens."""

from collections.abc import Sequence

from sms_gateway.domain.secret import Secret


def any_matches(secrets: Sequence[Secret], offered: str) -> bool:
    """Whether one of them is offered; all are compared, so that time tells nothing."""
    found = False
    for secret in secrets:
        found |= secret.matches(offered)
    return found
