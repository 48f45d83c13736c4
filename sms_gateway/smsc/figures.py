"""What was counted."""

from collections.abc import Iterator
from dataclasses import dataclass, field

_SUBSCRIBER = 9
"""Last digits of a number that are the same however it is written: 84900000001, 0900000001."""

_SHOWN = 5


def key_of(number: str) -> str:
    """A number in the one spelling that texts and replies are compared by."""
    return number[-_SUBSCRIBER:]


@dataclass(slots=True)
class Figures:
    """Counts since the start.

    Attributes:
        bound: binds that were taken; no line of its own.
        texts: texts that were typed or read, to be handed over.
        delivered: deliver_sm of texts that were handed over; a long text is several.
        acknowledged: of these, those that the gateway took.
        put_off: of these, those that it refused for now or never answered; they went again.
        refused: of these, those that it refused for good.
        submitted: submit_sm that came.
        answered: of these, those that were taken and answered.
        throttled: of these, those that were refused with ESME_RTHROTTLED.
        dropped: of these, those that were never answered, on purpose.
        receipts: receipts that were handed over.
        began, ended: moments of the loop: the first text, the last reply.
        waiting: by `key_of`, numbers that texted and have no reply, and the moment of the text.
        round_trips: seconds from each text to the first submit_sm of its reply.
    """

    bound: int = 0
    texts: int = 0
    delivered: int = 0
    acknowledged: int = 0
    put_off: int = 0
    refused: int = 0
    submitted: int = 0
    answered: int = 0
    throttled: int = 0
    dropped: int = 0
    receipts: int = 0
    began: float = 0.0
    ended: float = 0.0
    waiting: dict[str, tuple[str, float]] = field(default_factory=dict)
    round_trips: list[float] = field(default_factory=list)

    def read(self, number: str, now: float) -> None:
        """A text of this number is known, and waits for somebody to take it."""
        self.texts += 1
        self.waiting[key_of(number)] = (number, now)

    def text(self, number: str, now: float) -> None:
        """It goes out."""
        self.began = self.began or now
        self.waiting[key_of(number)] = (number, now)

    def reply(self, number: str, now: float) -> None:
        """A submit_sm to this number came, and will not come again."""
        found = self.waiting.pop(key_of(number), None)
        if found is not None:
            self.round_trips.append(now - found[1])
            self.ended = now

    def no_reply(self, number: str) -> None:
        """No reply is to be waited for."""
        self.waiting.pop(key_of(number), None)

    def lines(self) -> Iterator[str]:
        """All of them for people and programs, `name: value` a line."""
        for name in (
            "texts", "delivered", "acknowledged", "put_off", "refused", "submitted", "answered",
            "throttled", "dropped", "receipts",
        ):  # fmt: skip
            yield f"{name}: {getattr(self, name)}"
        first = [number for number, _ in self.waiting.values()][:_SHOWN]
        yield " ".join((f"without_reply: {len(self.waiting)}", *first))
        if self.round_trips:
            seconds = max(self.ended - self.began, 1e-9)
            yield f"seconds: {seconds:.3f}"
            yield f"replies_per_second: {len(self.round_trips) / seconds:.1f}"
            ordered = sorted(self.round_trips)
            for share in (50, 99):
                at = min(len(ordered) - 1, len(ordered) * share // 100)
                yield f"round_trip_p{share}_ms: {ordered[at] * 1000:.1f}"
