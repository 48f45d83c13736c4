"""What was not told while a window stood follows by itself when it is over."""

import pytest
from msgspec.structs import replace

from sms_gateway.domain.dossier import Found
from sms_gateway.domain.message import MtKind
from sms_gateway.domain.owed import Fate
from sms_gateway.intake.case_watch import CALM_SECONDS, CaseWatch
from sms_gateway.intake.following_up import FollowUpContext, FollowUps
from sms_gateway.windows.interrupted import Interrupted
from tests.intake.intake_desk import DOORS, Cases, IntakeDesk
from tests.parts import AN, HASHER, dossier, key_of


class Ward:
    """A desk before whose case database a window stands, until a test ends it."""

    def __init__(self, desk: IntakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
        self.desk = desk
        self.stands = True
        self.inner = Cases()
        interrupted = Interrupted(self.inner, self.inner, lambda: self.stands)
        monkeypatch.setattr(desk.cases, "find_many", interrupted.find_many)
        self.watch = CaseWatch(desk.cases, desk.clock, lambda _what, _many: None, 1.0)
        context = FollowUpContext(
            desk.clock, desk.new_id, lambda: self.watch.tried and not self.watch.failing,
            lambda: True, HASHER.numbers, desk.pushed.append,
        )  # fmt: skip
        self.follow_ups = FollowUps(desk.store, self.watch, desk.enquiry, DOORS, context)

    async def look(self) -> None:
        await self.desk.clock.advance(CALM_SECONDS + 1)
        with self.desk.clock.working():
            await self.watch.find_many([key_of(1)])
            await self.follow_ups.look()

    async def followed(self) -> list[str]:
        """The texts that followed."""
        lines = [await self.desk.line(row.id) for row in await self.desk.rows()]
        return [mt.template for one in lines for mt in one.mts if mt.kind is MtKind.FOLLOW_UP]


@pytest.mark.parametrize("known, reason", [(True, "E5"), (False, "E4")])
async def test_the_true_state_follows_a_window_once_and_never_while_it_stands(
    desk: IntakeDesk, monkeypatch: pytest.MonkeyPatch, *, known: bool, reason: str
) -> None:
    ward = Ward(desk, monkeypatch)
    copy = {key_of(1): Found(replace(dossier(1, AN), as_of=desk.clock.now()))}
    ward.inner.known = copy if known else {}
    await desk.text("MCKH 170703-0001")
    (row,) = await desk.rows()
    assert row.reason.startswith(reason)
    await ward.look()
    assert (ward.watch.failing, await ward.followed()) == ("window", [])
    ward.stands = False
    ward.inner.known = copy
    await ward.look()
    await ward.look()
    assert len(await ward.followed()) == 1
    owed = (await desk.line(row.id)).owed
    assert owed is not None
    assert owed.fate is Fate.SENT
