"""The sheet of all replies; renew it by `UPDATE_GOLDEN=1 pytest tests/enquiry -k golden_sheet`.

Read the difference before you commit it: it is what citizens will read.
"""

import os
import tomllib
from pathlib import Path

from sms_gateway.domain.message import Language
from sms_gateway.domain.outcome import Billing
from sms_gateway.enquiry.preview import preview
from sms_gateway.enquiry.replies import load_replies
from sms_gateway.enquiry.templates import TEMPLATES

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests/golden/replies.txt"
VI = tomllib.loads((ROOT / "config/replies/vi.toml").read_text("utf-8"))
EN = tomllib.loads((ROOT / "config/replies/en.toml").read_text("utf-8"))
REPLIES = load_replies(VI, EN)


def test_the_golden_sheet_is_what_replies_preview_prints() -> None:
    sheet = preview(REPLIES)
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(sheet, "utf-8")
    assert sheet.splitlines() == GOLDEN.read_text("utf-8").splitlines(), (
        f"the replies have changed; see {Path(__file__).name} for how to renew the sheet"
    )


def test_the_sheet_shows_every_reply_in_every_language() -> None:
    sheet = preview(REPLIES)
    blocks = [block.splitlines() for block in sheet.rstrip("\n").split("\n\n")[1:]]
    assert [block[0].split("  ")[0] for block in blocks] == list(TEMPLATES)
    for block in blocks:
        asked = [line.strip().split(":")[0].split(" ->")[0] for line in block[1::2]]
        assert asked == list(Language)


def test_the_sheet_shows_what_the_settings_charge() -> None:
    assert "\nE7  refund  answered\n" in preview(REPLIES)
    assert "\nE7  charge  answered\n" in preview(load_replies(VI, EN, {"E7": Billing.CHARGE}))
