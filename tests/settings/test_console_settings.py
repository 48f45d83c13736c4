"""`[console]`: where the staff's desk is, and what would never count is refused."""

from pathlib import Path

import pytest

from sms_gateway.service.access import console_link
from sms_gateway.settings import SettingsError, load


def test_a_link_is_a_path_where_no_address_is_set(tmp_path: Path) -> None:
    def link(environ: dict[str, str]) -> str:
        return console_link(load(None, None, environ, tmp_path), "/invite/x")

    assert link({}) == "/invite/x"
    for url in ("https://sms.example.vn", "https://sms.example.vn/"):
        made = link({"SMS_GATEWAY_CONSOLE__BASE_URL": url})
        assert made == "https://sms.example.vn/invite/x"


@pytest.mark.parametrize(
    "name,value,wrong",
    [
        ("BASE_URL", "sms.example.vn", "base_url"),
        ("BASE_URL", "https://an:secret@sms.example.vn", "base_url"),
        ("BASE_URL", "https://sms.example.vn/?a", "base_url"),
        ("IDLE_MINUTES", "721", "idle_minutes"),
        ("IDLE_MINUTES", "0", "idle_minutes"),
        ("TWO_FACTOR", "never", "two_factor"),
    ],
)
def test_what_makes_no_sense_is_refused_and_never_quoted(
    tmp_path: Path, name: str, value: str, wrong: str
) -> None:
    environ = {f"SMS_GATEWAY_CONSOLE__{name}": value}
    with pytest.raises(SettingsError, match=wrong) as refused:
        load(None, None, environ, tmp_path)
    assert "secret" not in str(refused.value)
