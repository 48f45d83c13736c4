"""A batch beyond what is usual is held whole: a bulk fix must not text forty thousand people."""

from dataclasses import dataclass

from sms_gateway.domain.notices import Load


@dataclass(frozen=True, slots=True)
class Guard:
    """From how many steps on a batch is held.

    Attributes:
        most: within an hour, whatever is usual.
        usual_times: as a multiple of a usual day.
        usual_least: so few are never held for being more than usual.
    """

    most: int
    usual_times: float
    usual_least: int

    def holds(self, load: Load) -> bool:
        """Whether what stands, with what was told within the hour, is too much."""
        limit = float(self.most)
        if load.usual is not None:
            limit = min(limit, max(self.usual_least, load.usual * self.usual_times))
        return load.standing + load.lately > limit
