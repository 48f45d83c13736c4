"""Words for states that nobody knows are counted for the alarm, and each is named once."""

import io
import json
from collections.abc import Sequence

from sms_gateway.cases.embedded import CaseTablesError
from sms_gateway.domain.states import UnknownState
from sms_gateway.service.states import StatesWatch
from sms_gateway.settings import load_states
from tests.cases.embedded.exports import NOW
from tests.virtual_time import VirtualClock


class Came:
    """What came, or why nobody can tell."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.is_down = False

    async def unknown_states(self) -> Sequence[UnknownState]:
        if self.is_down:
            raise CaseTablesError("away", "down")  # noqa: EM101  # a test's own
        return [UnknownState("import", word, NOW) for word in self.words]


async def test_each_word_is_named_once_and_all_are_counted(captured_logs: io.StringIO) -> None:
    came, seen = Came(), list[int]()
    tables = load_states({"default": {"4": ["Trình ký"]}})
    watch = StatesWatch(came, tables, VirtualClock(), seen.append)
    await watch.look()
    came.words = ["trình ký", "Họp", "Chờ"]
    await watch.look()
    await watch.look()
    came.is_down = True
    await watch.look()
    came.is_down, came.words = False, []
    await watch.look()
    assert seen == [0, 2, 2, 0]
    logged = [json.loads(line) for line in captured_logs.getvalue().splitlines()]
    assert [(line["event"], line["door"], line["state"]) for line in logged] == [
        ("state.unknown", "import", "Họp"),
        ("state.unknown", "import", "Chờ"),
    ]
