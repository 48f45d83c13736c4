"""What comes slowly and is told in time: a backup that is not made, a certificate that ends."""

from datetime import datetime, timedelta

from sms_gateway.domain.ids import DossierId, MessageId, ShortCode
from sms_gateway.domain.incidents import NO_DOOR, Trouble
from sms_gateway.domain.message import Language, MtKind
from sms_gateway.domain.notices import BACKWARD, DROP_ACT, BatchOrder
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.pushes import NOTICE_PRIORITY, Push
from tests.alarms.alarms_desk import TELCO, AlarmsDesk
from tests.parts import AN, HASHER

HOLD, CALM = 60, 300


def held(number: int, at: datetime) -> Push:
    dossier = DossierId(f"d{number}")
    return Push(
        id=MessageId(f"m{number}"), kind=MtKind.NOTICE, dossier_id=dossier, agency="",
        recipient=AN, recipient_hash=HASHER.number(AN), short_code=ShortCode("8083"), door=TELCO,
        template="S9", template_version="1", params={}, language=Language.VI, text="S9",
        alphabet="gsm7", segments=1, billing_reason="notice", priority=NOTICE_PRIORITY, at=at,
        not_before=at, valid_until=at + timedelta(days=1), dedupe_key=f"notice:{number}",
        state=MtState.HELD, hold_reason=BACKWARD, batch_id=f"b{number}",
    )  # fmt: skip


async def test_what_is_held_is_told_once_however_many_dossiers_it_is_and_ends_with_the_last(
    desk: AlarmsDesk,
) -> None:
    for number in range(3):
        with desk.clock.working():
            await desk.whole.queue_pushes([held(number, desk.clock.now())])
        await desk.pass_by(2 * HOLD)
    assert desk.stands == [(Trouble.HELD, NO_DOOR)]
    for number in range(3):
        assert desk.stands == [(Trouble.HELD, NO_DOOR)]
        order = BatchOrder(f"b{number}", "", DROP_ACT, desk.clock.now(), "os:an", 1000, 1000)
        with desk.clock.working():
            await desk.whole.notices.end_batch(order)
    await desk.pass_by(2 * CALM)
    assert desk.stands == []
    told = [text.partition(":")[0] for text in await desk.words()]
    assert told == ["CANH BAO an-giang", "HET CANH BAO an-giang"]


async def test_a_backup_and_a_certificate_are_told_as_they_were_seen(desk: AlarmsDesk) -> None:
    desk.senses.saw_backup(40 * 3600.0)
    desk.senses.saw_certificate(desk.clock.now() + timedelta(days=3))
    await desk.pass_by(2 * HOLD)
    assert sorted(desk.stands) == [(Trouble.BACKUP, NO_DOOR), (Trouble.CERTIFICATE, NO_DOOR)]
    desk.senses.saw_backup(60.0)
    desk.senses.saw_certificate(desk.clock.now() + timedelta(days=90))
    await desk.pass_by(2 * CALM)
    assert desk.stands == []
