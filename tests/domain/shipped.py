"""The calendar that is shipped."""

import tomllib
from pathlib import Path

SHIPPED = tomllib.loads(
    (Path(__file__).parents[2] / "config" / "calendar.toml").read_text(encoding="utf-8")
)
