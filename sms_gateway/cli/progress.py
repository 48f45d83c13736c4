"""How far something long has come, on standard error."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

_QUARTER = 25
_WHOLE = 100

Progress = Callable[[int, int], None]
"""Called with what is done and what there is to do."""


@contextmanager
def progress_of(label: str, *, quiet: bool) -> Iterator[Progress]:
    """Tells how far it is: a bar on a terminal, else a few lines.

    Args:
        label: what is being done.
        quiet: it is over in a moment; no lines then.
    """
    if sys.stderr.isatty():
        with click.progressbar(length=_WHOLE, label=label, file=sys.stderr) as bar:
            yield lambda done, of: bar.update(done * _WHOLE // of - bar.pos)
        return
    told = 0

    def tell(done: int, of: int) -> None:
        nonlocal told
        percent = done * _WHOLE // of
        if percent >= told + _QUARTER:
            told = percent - percent % _QUARTER
            click.echo(f"{label}: {told} %", err=True)

    yield (lambda _done, _of: None) if quiet else tell
