"""A home with settings of its own, and how they are read."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from sms_gateway.settings import Settings, load

FILE = """
[web]
port = 1001
[doors.local]
kind = "http"
answer_within_s = 1
[doors.vt-8083]
kind = "http"
[doors.vt-8083.outbound]
url = "https://user:hunter2@telco.example/?password=hunter3&to={to}"
bearer = "hush-hush"
headers = {Authorization = "Basic aGVsbG8=", X-Note = "with hush-hush inside"}
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "gateway.toml").write_text(FILE)
    return tmp_path


def settings(home: Path, environ: Mapping[str, str] | None = None) -> Settings:
    return load(None, None, environ or {}, home)
