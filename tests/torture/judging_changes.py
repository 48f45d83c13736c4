"""What may have become of texts that nobody asked for, and what not."""

from collections.abc import Sequence

from tests.acceptance.telco import Mt
from tests.torture.changes import Change, Told, is_one_of
from tests.torture.judging import REFUSED, UNCERTAIN, Evidence, Tally

_ACCEPTED = "accepted"


def judge_changes(changes: Sequence[Change], evidence: Evidence, tally: Tally) -> None:
    """Each change was told to its owner, once, and a doubt about that shows.

    Args:
        changes: what the gateway said that it took.
        evidence: of the round.
        tally: counts them, and each breach.
    """
    of_owner: dict[str, list[Told]] = {}
    for one in evidence.told:
        of_owner.setdefault(one.owner, []).append(one)
    for change in changes:
        found = of_owner.get(change.owner, [])
        breaches = [] if len(found) == 1 else [f"was to be told {len(found)} times"]
        if any(change.receipt not in told.text for told in found):
            breaches.append("was told in words that do not name it")
        tally.breaches += [f"{change.receipt}: {what}" for what in breaches]
    for name, some in (("told", evidence.told), ("followed up", evidence.followed_up)):
        for told in some:
            tally.events[f"{name} {told.state}"] += 1
            arrived = [mt for mt in evidence.unasked if is_one_of(mt, [told])]
            wrong = _breaches(told, arrived)
            tally.breaches += [f"{name} {told.mt_id}: {what}" for what in wrong]


def _breaches(told: Told, arrived: Sequence[Mt]) -> Sequence[str]:
    taken = [mt for mt in arrived if mt.did not in REFUSED]
    doubts = sum(result.startswith(UNCERTAIN) for result in told.results)
    breaches = []
    if any(mt.text != told.text for mt in taken):
        breaches.append("arrived in other words than the store holds")
    if len(taken) > doubts + (_ACCEPTED in told.results):
        breaches.append(f"arrived {len(taken)} times, its attempts say {told.results}")
    match told.state:
        case "accepted" if not taken:
            breaches.append("is accepted, and the telco never had it")
        case "uncertain" if not doubts:
            breaches.append("is uncertain without a doubt")
        case "failed" if doubts or taken:
            breaches.append(f"failed, and may have arrived: {told.results}")
        case "accepted" | "uncertain" | "failed":
            pass
        case _:
            breaches.append(f"is {told.state} in the end")
    return breaches
