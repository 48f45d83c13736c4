"""The counts of a campaign as people read them."""

from collections.abc import Mapping

from tests.torture.judging import COLUMNS, Tally


def table(tallies: Mapping[str, Tally]) -> str:
    """The counts, one line per fault."""
    lines: list[tuple[str, ...]] = [("fault", "rounds", *COLUMNS, "breaches")]
    for name, tally in tallies.items():
        counts = [tally.rounds, *(tally.counts[column] for column in COLUMNS), len(tally.breaches)]
        lines.append((name, *(str(count) for count in counts)))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])])
        for line in lines
    )


def events(tallies: Mapping[str, Tally]) -> list[str]:
    """What happened besides, one line per fault."""
    return [
        f"{name}: {', '.join(f'{what} {count}' for what, count in sorted(tally.events.items()))}"
        for name, tally in tallies.items()
    ]
