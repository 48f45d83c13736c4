"""MOs of this process that wait for a batch: in order for each sender, and fair between them."""

from collections import deque
from collections.abc import Sequence

from sms_gateway.domain.ids import NumberHash
from sms_gateway.domain.records import PendingMo


class Backlog:
    """Hands out batches that never share a sender: budgets count the first before the second.

    Each step costs what it hands out, however much one sender has waiting.
    """

    def __init__(self) -> None:
        # In line stands one MO of each sender who has none under way. The rest of a sender's wait
        # behind that one; a sender who waits or is under way has an entry there, if an empty one.
        self._line: deque[PendingMo] = deque()
        self._behind: dict[NumberHash, deque[PendingMo] | None] = {}
        self._waiting = 0

    @property
    def waiting(self) -> int:
        """MOs in no batch."""
        return self._waiting

    def offer(self, mos: Sequence[PendingMo]) -> None:
        """Take MOs, each behind what its sender has waiting."""
        self._waiting += len(mos)
        for mo in mos:
            if mo.sender_hash not in self._behind:
                self._behind[mo.sender_hash] = None
                self._line.append(mo)
            elif (behind := self._behind[mo.sender_hash]) is not None:
                behind.append(mo)
            else:
                self._behind[mo.sender_hash] = deque([mo])

    def next(self, limit: int) -> list[PendingMo]:
        """The next batch, at most so many; its senders wait until it is `done`.

        Each sender gets one turn; only when all who stand in line had theirs, further ones.
        """
        batch = [self._line.popleft() for _ in range(min(limit, len(self._line)))]
        turns = deque(behind for mo in batch if (behind := self._behind[mo.sender_hash]))
        while turns and len(batch) < limit:
            behind = turns.popleft()
            batch.append(behind.popleft())
            if behind:
                turns.append(behind)
        self._waiting -= len(batch)
        return batch

    def done(self, batch: Sequence[PendingMo]) -> None:
        """A batch has ended: what else its senders have waiting may come, last in line."""
        for sender in dict.fromkeys(mo.sender_hash for mo in batch):
            behind = self._behind.pop(sender)
            if behind:
                self._line.append(behind.popleft())
                self._behind[sender] = behind or None
