"""How many changes are asked for at once: fewer where one of them keeps all others back."""

from sms_gateway.domain.untold import OF_ONE

PAGE = 500
"""Changes of one question."""

FAILS = 3
"""So often in a row all are asked for at one place; then fewer."""

_BEHIND_IT = 2
"""Pages in a row that were told: the one that kept others back is in none of these."""

_TAKES_LONG = frozenset({"slow", "timeout"})
_TOO_FEW = frozenset({"stuck", "endless"})
"""What a database says that cannot go on by so few rows."""


class Width:
    """Grows less until all before the one that cannot be told are told, and wide again behind it.

    Attributes:
        rows: so many are asked for now.
    """

    def __init__(self) -> None:
        self.rows = PAGE
        self._least = 1
        self._at = ""
        self._failed = 0
        self._told = 0

    def told(self) -> None:
        """A page was told."""
        self._failed = 0
        self._told += 1
        if self._told >= _BEHIND_IT:
            self._told = 0
            self.rows = min(self.rows * 2, PAGE)
        if self.rows == PAGE:
            self._least = 1

    def failed(self, reason: str, cursor: str) -> bool:
        """A page was not told; whether to ask for fewer at once."""
        self._told = 0
        if reason in _TOO_FEW and self.rows < PAGE:
            self.rows = self._least = self.rows * 2
        if reason not in OF_ONE:
            return False
        self._failed = self._failed + 1 if cursor == self._at else 1
        self._at = cursor
        if (self.rows == PAGE and self._failed < FAILS) or self.rows <= self._least:
            return False
        self.rows = max(self.rows // 2, self._least)
        return reason not in _TAKES_LONG
