"""`api-tokens`, directly and through the control socket of a running service."""

import asyncio
import json
from pathlib import Path

from sms_gateway.api.control import add_api_tokens
from sms_gateway.api.tokens import TokenCommands
from sms_gateway.cli.changing import running_service
from sms_gateway.domain.api import ApiToken, TokenEnd, TokenMade, TokenUsed
from sms_gateway.web.control import build_control, open_control
from tests.cli.conftest import Command, one_line
from tests.cli.control_desk import ME, NOW, House


def test_a_token_is_shown_once_listed_and_revoked(cli: Command, data: Path) -> None:
    made = cli("api-tokens", "add", "portal", "--scope", "messages:read", "--days", "9", data=data)
    assert made.exit_code == 0, made.output
    token = made.stdout.strip()
    assert token.startswith("sgw_")
    assert "shown this once" in made.stderr
    again = cli("api-tokens", "add", "portal", "--scope", "messages:send", data=data)
    assert "choose another one" in one_line(again)
    listed = cli("api-tokens", "list", "--json", data=data).stdout
    (one,) = map(json.loads, listed.splitlines())
    assert (one["name"], one["state"], one["agencies"]) == ("portal", "counts", None)
    assert token not in listed
    assert "portal revoked" in cli("api-tokens", "revoke", "portal", data=data).stdout
    assert "revoked" in cli("api-tokens", "list", data=data).stdout
    assert "no token of that name counts" in one_line(cli("api-tokens", "revoke", "x", data=data))


def test_an_agency_that_is_not_there_is_told(cli: Command, data: Path) -> None:
    order = ("api-tokens", "add", "x", "--scope", "messages:read", "--agency", "H99.99")
    assert "no agency has that code" in one_line(cli(*order, data=data))


class Keeper:
    def __init__(self) -> None:
        self.told: list[TokenMade | TokenEnd] = []

    async def token_of(self, token_hash: str) -> ApiToken | None:
        raise AssertionError(token_hash)

    async def use(self, used: TokenUsed) -> None:
        raise AssertionError(used)

    async def make(self, made: TokenMade) -> bool:
        self.told.append(made)
        return True

    async def end(self, end: TokenEnd) -> bool:
        self.told.append(end)
        return True


async def test_a_running_service_makes_them_in_the_name_of_whoever_asks(tmp_path: Path) -> None:
    keeper = Keeper()
    commands = TokenCommands(keeper, ["H32.01"], lambda: NOW, lambda: "id-1", lambda: "random")
    app = build_control(House().controls())
    add_api_tokens(app, commands)
    async with open_control(app, tmp_path):
        service = await asyncio.to_thread(running_service, tmp_path)
        assert service is not None
        said = {"name": "portal", "scopes": "messages:read", "agencies": "H32.01", "days": "9"}
        answer = await asyncio.to_thread(service.ask, "POST", "/api-tokens/add", said)
        assert answer == {"token": "sgw_random"}
        await asyncio.to_thread(service.ask, "POST", "/api-tokens/revoke", {"name": "portal"})
    made, end = keeper.told
    assert isinstance(made, TokenMade)
    assert (made.token.by, made.token.agencies) == (ME, ("H32.01",))
    assert end == TokenEnd("portal", NOW, ME)
