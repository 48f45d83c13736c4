"""The settings of each kind of connection to the dossiers, read back from the server."""

import pytest

from sms_gateway.cases.embedded import migrate_cases, open_embedded, standing_of
from sms_gateway.cases.embedded.postgres import opening
from sms_gateway.domain.secret import Secret
from tests.cases.embedded.exports import Rows, SetClock, key, many
from tests.postgres_sessions import ANY, BY_INDEX, noted

IMPORTS = (opening.SCHEMA, {**ANY, **BY_INDEX})
LOOKS_UP = (
    opening.SCHEMA,
    {**ANY, **BY_INDEX, "statement_timeout": "700ms", "default_transaction_read_only": "on"},
)
COMMAND = (opening.SCHEMA, {**ANY})


async def test_look_ups_only_read_and_end_in_time_and_an_import_may_take_its_time(
    on_server: Secret, clock: SetClock, rows_of: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = noted(monkeypatch, opening, "_connected")
    async with open_embedded(on_server, clock, time_limit=0.7) as directory:
        await directory.find_many([key(1)])
        assert LOOKS_UP in sessions
        assert IMPORTS not in sessions
        sessions.clear()
        await directory.import_rows(many(rows_of, 2))
        assert IMPORTS in sessions
        assert all(one in (LOOKS_UP, IMPORTS) for one in sessions)


async def test_commands_have_no_limit_for_a_statement(
    on_server: Secret, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = noted(monkeypatch, opening, "connect")
    await migrate_cases(on_server, 0)
    await standing_of(on_server)
    assert sessions == [COMMAND, COMMAND]
