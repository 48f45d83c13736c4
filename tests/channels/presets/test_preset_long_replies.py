"""How long a reply may be at a telco of which we know no word for a long one."""

import pytest

from sms_gateway.channels import door_opener
from tests.channels.presets.exchanges import DOOR, door_of
from tests.contracts.channel_case import CONTEXT

SEGMENTS = [
    ("gapit", "", 1),
    ("moreceiver", "hbcom", 1),
    ("moreceiver", "sentmtbase64", 1),
    ("moreceiver", "", 2),
]


@pytest.mark.parametrize("kind,variant,most", SEGMENTS)
async def test_a_reply_has_one_segment_where_nobody_knows_how_a_longer_one_is_sent(
    kind: str, variant: str, most: int
) -> None:
    async with door_opener(kind)(DOOR, door_of(kind, variant), CONTEXT) as door:
        assert door.sender is not None
        assert door.sender.limits.max_segments == most
    longer = {"outbound": {"max_segments": 3}}
    async with door_opener(kind)(DOOR, door_of(kind, variant, longer), CONTEXT) as door:
        assert door.sender is not None
        assert door.sender.limits.max_segments == 3
