"""What comes slowly and is told in time: a backup that is not made, a certificate that ends."""

from datetime import timedelta

from sms_gateway.domain.incidents import NO_DOOR, Trouble
from tests.alarms.alarms_desk import AlarmsDesk

HOLD, CALM = 60, 300


async def test_a_backup_and_a_certificate_are_told_as_they_were_seen(desk: AlarmsDesk) -> None:
    desk.senses.saw_backup(40 * 3600.0)
    desk.senses.saw_certificate(desk.clock.now() + timedelta(days=3))
    await desk.pass_by(2 * HOLD)
    assert sorted(desk.stands) == [(Trouble.BACKUP, NO_DOOR), (Trouble.CERTIFICATE, NO_DOOR)]
    desk.senses.saw_backup(60.0)
    desk.senses.saw_certificate(desk.clock.now() + timedelta(days=90))
    await desk.pass_by(2 * CALM)
    assert desk.stands == []
