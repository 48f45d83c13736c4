"""Attempts to sign in, counted before they are looked at: of many at once, few are looked at."""

from collections.abc import Sequence
from datetime import timedelta

from sms_gateway.domain.access import FAILED_ACT, Attempt, Begun, LockNote, Spared, Tolerance
from sms_gateway.store.operations.outbox import audit
from sms_gateway.store.rows import moment, ms
from sms_gateway.store.statements import Statements

_MINUTE_MS = 60_000


async def begin_attempts(db: Statements, tried: Sequence[Attempt]) -> Sequence[Begun]:
    """Count attempts as if they failed; those that must wait are not counted."""
    return [await _begin(db, one) for one in tried]


async def spare_attempts(db: Statements, spared: Sequence[Spared]) -> Sequence[None]:
    """Take back what was counted."""
    for one in spared:
        await spare(db, one)
    return [None] * len(spared)


async def note_locks(db: Statements, notes: Sequence[LockNote]) -> Sequence[None]:
    """Note that waits began."""
    for one in notes:
        detail = f"from={one.address} until={one.until.isoformat()}"
        await audit(db, one.at, "console", FAILED_ACT, one.login, detail)
    return [None] * len(notes)


async def spare(db: Statements, one: Spared) -> None:
    """Take back what an attempt counted; a part of other changes too."""
    for name, waits in one.begun.counted:
        if one.right and not name.startswith("address:"):
            await db.change("attempt_end", {"name": name})
        else:
            await _take_back(db, name, waits)
    if one.known:
        known = {"name": one.known, "at": ms(one.at), "forget_at": ms(one.known_until)}
        await db.change("attempt_known", known)


async def _begin(db: Statements, one: Attempt) -> Begun:
    now, bears = ms(one.at), one.tolerance
    await db.change("attempt_forget", {"now": now})
    counted: list[tuple[str, int]] = []
    # The address first: one that must wait leaves no row of the logins that it tries.
    for name, most in await _counts(db, one):
        row = await _count(db, name, one)
        failures, since, waits = row
        if waits > now:
            for before, brought in counted:
                await _take_back(db, before, brought)
            return Begun(moment(waits))
        if failures < most and now - since > bears.window_s * 1000:
            failures, since = 0, now
        failures += 1
        waits = now + _wait(failures - most, bears) if failures >= most else 0
        counted.append((name, waits))
        await db.change("attempt_set", _values(name, failures, since, waits, one))
    longest = max(waits for _, waits in counted)
    return Begun(None, tuple(counted), moment(longest) if longest else None)


async def _counts(db: Statements, one: Attempt) -> Sequence[tuple[str, int]]:
    """What counts, and how many failures each bears.

    From an address where the account signed in before, its own count decides: a stranger who fails
    elsewhere keeps nobody out there.
    """
    bears = one.tolerance
    if not one.account:
        return [(f"address:{one.address}", bears.address_failures)]
    if not one.address:
        return [(f"account:{one.account}", bears.failures)]
    known = f"known:{one.known}"
    there = await db.row("attempt_get", {"name": known}) is not None
    whose = known if there else f"account:{one.account}"
    return [(f"address:{one.address}", bears.address_failures), (whose, bears.failures)]


async def _count(db: Statements, name: str, one: Attempt) -> tuple[int, int, int]:
    begins = {"name": name, "at": ms(one.at), "forget_at": _forget_at(name, one)}
    await db.change("attempt_keep", begins)
    row = await db.row("attempt_get", {"name": name})
    return (0, ms(one.at), 0) if row is None else (row[0], row[1], row[2])


async def _take_back(db: Statements, name: str, waits: int) -> None:
    # Only the wait that this attempt brought ends with it.
    await db.change("attempt_spare", {"name": name, "wait_until": waits or -1})


def _wait(beyond: int, bears: Tolerance) -> int:
    longest = bears.longest_s * 1000
    # Beyond 20 it would only grow numbers that are cut anyway.
    return int(min(_MINUTE_MS << min(beyond, 20), longest))


def _forget_at(name: str, one: Attempt) -> int:
    bears = one.tolerance
    seconds = bears.known_s if name.startswith("known:") else bears.forget_s
    return ms(one.at + timedelta(seconds=seconds))


def _values(name: str, failures: int, since: int, waits: int, one: Attempt) -> dict[str, object]:
    return {
        "name": name, "failures": failures, "since": since, "wait_until": waits,
        "forget_at": _forget_at(name, one),
    }  # fmt: skip
