"""The dossier that a text was answered from, as it was then, for people."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Final

from sms_gateway.console.labels import label
from sms_gateway.console.words import FACTS
from sms_gateway.domain.dossier import ReturnVia, State

_STATES: Final = {str(state.value): state for state in State}
_WAYS: Final = {str(way.value): way for way in ReturnVia}


def facts_of(
    snapshot: bytes | None, say: Callable[[str], str], zone: tzinfo
) -> Sequence[tuple[str, str]]:
    """Each fact that there is, and what it is called; empty for no snapshot.

    Args:
        snapshot: JSON, as it is kept beside the answer.
        say: a marked text in the language of the page.
        zone: of the times.
    """
    kept = {} if snapshot is None else json.loads(snapshot)
    ordered = [*(name for name in FACTS if name in kept), *(kept.keys() - FACTS.keys())]
    return [
        (say(FACTS[name]) if name in FACTS else name, _fact(name, kept[name], say, zone))
        for name in ordered
        if kept[name] not in (None, "", [])
    ]


def _fact(name: str, value: object, say: Callable[[str], str], zone: tzinfo) -> str:
    said = str(value)
    if name == "state" and said in _STATES:
        return f"{said} {say(label(_STATES[said]))}"
    if name == "return_via" and said in _WAYS:
        return say(label(_WAYS[said]))
    if not name.endswith("_at"):
        return said
    try:
        at = datetime.fromisoformat(said)
        known = at if at.tzinfo else at.replace(tzinfo=UTC)
        return f"{known.astimezone(zone):%d/%m/%Y %H:%M:%S}"
    except (ValueError, OverflowError):
        # Shown as it was kept: what a telco's or an office's clock says may be no day of ours.
        return said
