"""What may have become of the changes that citizens are told of by themselves, and what not."""

from collections import Counter
from collections.abc import Mapping, Sequence

from tests.acceptance.telco import Mt
from tests.torture.changes import Change, Told
from tests.torture.judging import REFUSED, UNCERTAIN, Tally


def judge_changes(
    changes: Sequence[Change], told: Sequence[Told], mts: Sequence[Mt], tally: Tally
) -> None:
    """Each change was told to its owner, once, and a doubt about that shows.

    Args:
        changes: what the gateway said that it took.
        told: what the store holds.
        mts: what arrived at the telco for these owners.
        tally: counts them, and each breach.
    """
    of_owner: dict[str, list[Told]] = {}
    for one in told:
        of_owner.setdefault(one.owner, []).append(one)
    arrived: dict[str, list[Mt]] = {}
    for mt in mts:
        arrived.setdefault(mt.id, []).append(mt)
    for change in changes:
        found = of_owner.pop(change.owner, [])
        tally.events["changes"] += 1
        for what in _breaches(change, found, arrived, tally.events):
            tally.breaches.append(f"{change.receipt}: {what}")
    tally.breaches += [
        f"an MT {mt_id} arrived that tells of no change"
        for mt_id in arrived.keys() - {one.mt_id for one in told}
    ]


def _breaches(
    change: Change,
    found: Sequence[Told],
    arrived: Mapping[str, Sequence[Mt]],
    events: Counter[str],
) -> Sequence[str]:
    if len(found) != 1:
        return [f"its owner was to be told {len(found)} times"]
    (told,) = found
    taken = [mt for mt in arrived.get(told.mt_id, ()) if mt.did not in REFUSED]
    doubts = sum(result.startswith(UNCERTAIN) for result in told.results)
    events[f"changes {told.state}"] += 1
    breaches = []
    if change.receipt not in told.text:
        breaches.append("was told in words that do not name it")
    if any(mt.text != told.text for mt in taken):
        breaches.append("was told in other words than the store holds")
    # Its door never sends again by itself what may have arrived.
    if len(taken) > 1:
        breaches.append(f"reached its owner {len(taken)} times: {told.results}")
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
