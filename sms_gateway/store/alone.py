"""The one process that may use a database."""

from collections.abc import Callable, Collection, Sequence

from sms_gateway.domain.ids import NumberHash


class Alone:
    """Implements `ports.Nodes` where there is no other one."""

    def leads(self, what: str) -> bool:  # noqa: ARG002  # whatever it is
        """Always."""
        return True

    def may_judge(self) -> bool:
        """Always."""
        return True

    async def take_turns(self, numbers: Sequence[NumberHash]) -> Collection[NumberHash]:
        """All of them."""
        return numbers

    async def give_turns(self, numbers: Collection[NumberHash]) -> None:
        """Nobody waits for them."""

    def hint(self, what: str) -> None:
        """There is nobody to tell."""

    def on_hint(self, heard: Callable[[str], None]) -> None:
        """Nobody tells us."""
