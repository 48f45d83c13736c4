"""The addresses at which doors are called: two doors at one would be heard by the first alone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from sms_gateway.ports import Door

_NONE: Mapping[tuple[str, str], str] = MappingProxyType({})


def shared(doors: Iterable[Door], others: Mapping[tuple[str, str], str] = _NONE) -> Sequence[str]:
    """A line for people about each address that more than one door takes.

    Args:
        doors: all of them.
        others: method and path of what else is heard beside them, and what people call it.
    """
    taken: dict[tuple[str, str], list[str]] = defaultdict(list)
    for address, name in others.items():
        taken[address].append(name)
    for door in doors:
        for address in _addresses(door):
            taken[address].append(door.name)
    return [
        f"{len(names)} doors take {method} {path} ({', '.join(names)}): give each a path of its own"
        for (method, path), names in taken.items()
        if len(names) > 1
    ]


def _addresses(door: Door) -> Iterator[tuple[str, str]]:
    yield from ((page.method, page.path) for page in door.pages)
    if door.webhook is not None:
        yield from ((route.method, route.path) for route in door.webhook.routes)
