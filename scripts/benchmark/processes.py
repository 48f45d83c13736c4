"""What processes use, as the kernel counts it: see proc(5)."""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def family(root: int) -> Sequence[int]:
    """A process with all that it started, directly or not, and that still run."""
    parents = {number: _parent(number) for number in _all()}
    found = [root]
    for process in found:
        found += [number for number, parent in parents.items() if parent == process]
    return found


def cpu_seconds(root: int) -> Mapping[int, float]:
    """CPU time so far, user and system, of each process of a family."""
    return {number: _cpu(number) for number in family(root)}


def resident_mib(root: int) -> float:
    """Resident memory of a family, MiB; pages that two of them share count in both."""
    total = 0
    for number in family(root):
        status = Path(f"/proc/{number}/status").read_text(encoding="ascii")
        match = re.search(r"VmRSS:\s+(\d+) kB", status)
        total += int(match[1]) if match else 0
    return total / 1024


def _all() -> Sequence[int]:
    return [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]


def _cpu(number: int) -> float:
    user, system = _stat(number)[11:13]
    return (int(user) + int(system)) / _TICK


def _parent(number: int) -> int:
    try:
        return int(_stat(number)[1])
    except OSError:
        return 0  # ended meanwhile


def _stat(number: int) -> Sequence[str]:
    """The fields of `stat` behind the command: state, parent and so on."""
    text = Path(f"/proc/{number}/stat").read_text(encoding="ascii", errors="replace")
    return text.rpartition(")")[2].split()
