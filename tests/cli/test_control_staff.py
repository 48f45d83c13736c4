"""The people of the console through the control socket of a running service."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sms_gateway.access import SignedIn
from sms_gateway.cli.changing import Answer, RunningService, running_service
from sms_gateway.commands import CommandError
from sms_gateway.domain.identity import Identity
from sms_gateway.web.control import build_control, open_control
from sms_gateway.web.staff import add_staff
from tests.access.access_desk import PASSWORD, Office
from tests.cli.control_desk import ME, House
from tests.contracts.store_desk import Desk, maker_of

ADD = {
    "login": "an", "name": "An", "role": "clerk", "language": "vi-accented",
    "agencies": "H32.01\nH32.02", "which": "some",
}  # fmt: skip


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[tuple[RunningService, Office]]:
    data = folder / "data"
    data.mkdir()
    async with Desk(maker_of("sqlite"), data) as desk:
        office = Office(desk)
        app = build_control(House().controls())
        add_staff(app, office.access)
        async with open_control(app, folder):
            service = await asyncio.to_thread(running_service, folder)
            assert service is not None
            yield service, office


async def ask(service: RunningService, act: str, **said: str) -> Answer:
    return await asyncio.to_thread(service.ask, "POST", f"/staff/{act}", said)


async def test_each_act_is_done_with_the_callers_name(tmp_path: Path) -> None:
    async with opened(tmp_path) as (service, office):
        link = await ask(service, "add", **ADD)
        assert link["login"] == "an"
        assert await office.access.invited(link["token"]) is not None
        await office.access.accept(link["token"], PASSWORD)
        await office.come_in()
        assert await ask(service, "end", login="an") == {"ended": 1}
        changed = await ask(service, "change", login="an", role="viewer", which="same", agencies="")
        assert changed == {"login": "an"}
        assert await ask(service, "disable", login="an") == {"login": "an"}
        assert await ask(service, "enable", login="an") == {"login": "an"}
        again = await ask(service, "invite", login="an")
        assert again["token"] != link["token"]
        (row,) = await office.access.staff()
        assert (row.role, row.agencies, row.has_password) == (
            *("viewer", frozenset({"H32.01", "H32.02"})),
            False,
        )
        acts = [row[1] for row in await office.audit() if row[0] == ME]
    assert acts == [
        *("staff.add", "staff.revoke", "staff.change", "staff.disable", "staff.enable"),
        "staff.invite",
    ]


async def test_who_comes_from_the_provider_is_added_without_a_link_and_unlinked(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as (service, office):
        assert await ask(service, "add-provided", **ADD) == {"login": "an"}
        now = office.desk.clock.at
        who = Identity("https://sso", "1", "an", False, "n", now)  # noqa: FBT003  # second factor

        async def prove() -> Identity:
            return who

        came = await office.access.sign_in_provided(prove, "10.0.0.7")
        assert isinstance(came, SignedIn)
        assert await ask(service, "unlink", login="an") == {"login": "an"}
        with pytest.raises(CommandError, match="not linked to the provider"):
            await ask(service, "unlink", login="an")
        assert await office.access.session(came.token.value) is None


@pytest.mark.parametrize(
    "act,said,why",
    [
        ("disable", {"login": "x"}, "nobody has the login 'x'"),
        ("end", {"login": "x"}, "nobody has the login 'x'"),
        ("add", {**ADD, "agencies": "H33"}, "did you mean H32.0"),
        ("add", {**ADD, "role": "king"}, "of another version"),
    ],
)
async def test_what_cannot_be_done_is_told(
    tmp_path: Path, act: str, said: dict[str, str], why: str
) -> None:
    async with opened(tmp_path) as (service, _office):
        with pytest.raises(CommandError, match=why):
            await ask(service, act, **said)
