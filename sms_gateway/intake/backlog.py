"""MOs of this process that wait for a batch: in order for each sender, and fair between them."""

from collections import deque
from collections.abc import Sequence

from sms_gateway.domain.ids import MessageId, NumberHash
from sms_gateway.domain.records import PendingMo


class Backlog:
    """Hands out batches that never share a sender: budgets count the first before the second.

    Each step costs what it hands out, however much one sender has waiting. Odd MOs, whose dossiers
    may take others' answers with them, share batches with one another only.
    """

    def __init__(self) -> None:
        # In line stands one MO of each sender who has none under way. The rest of a sender's wait
        # behind that one; a sender who waits or is under way has an entry there, if an empty one.
        self._line: deque[PendingMo] = deque()
        self._odd_line: deque[PendingMo] = deque()
        self._odd: set[MessageId] = set()
        self._was_odd = False
        self._behind: dict[NumberHash, deque[PendingMo] | None] = {}
        self._waiting = 0

    @property
    def waiting(self) -> int:
        """MOs in no batch."""
        return self._waiting

    def offer(self, mos: Sequence[PendingMo], *, odd: bool = False) -> None:
        """Take MOs, each behind what its sender has waiting."""
        self._waiting += len(mos)
        if odd:
            self._odd.update(mo.id for mo in mos)
        for mo in mos:
            if mo.sender_hash not in self._behind:
                self._behind[mo.sender_hash] = None
                self._stand(mo)
            elif (behind := self._behind[mo.sender_hash]) is not None:
                behind.append(mo)
            else:
                self._behind[mo.sender_hash] = deque([mo])

    def next(self, limit: int) -> list[PendingMo]:
        """The next batch, at most so many; its senders wait until it is `done`.

        Each sender gets one turn; only when all who stand in line had theirs, further ones. Of odd
        MOs and others each has every second batch.
        """
        self._was_odd = bool(self._odd_line) and not (self._was_odd and self._line)
        if self._was_odd:
            batch = [self._odd_line.popleft() for _ in range(min(limit, len(self._odd_line)))]
            self._odd.difference_update(mo.id for mo in batch)
            self._waiting -= len(batch)
            return batch
        batch = [self._line.popleft() for _ in range(min(limit, len(self._line)))]
        turns = deque(behind for mo in batch if (behind := self._behind[mo.sender_hash]))
        while turns and len(batch) < limit:
            behind = turns.popleft()
            if behind[0].id in self._odd:
                continue
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
                self._stand(behind.popleft())
                self._behind[sender] = behind or None

    def _stand(self, mo: PendingMo) -> None:
        (self._odd_line if mo.id in self._odd else self._line).append(mo)
