"""Dialects that settings alone describe: one folder each, and no code in it.

What enters: the table of a door whose `kind` names a folder here. What leaves: that table with the
dialect's own under it, for a door of kind `http`. `preset.toml` says the dialect, `variants/` what
differs at some telcos, `office.toml` what an office sets (with made-up values), and `exchanges/`
holds recorded calls, which the tests run. `laying` lays the tables over one another.
"""

from sms_gateway.channels.presets.laying import KINDS, Preset, laid_over, preset_of, wanted

__all__ = ["KINDS", "Preset", "laid_over", "preset_of", "wanted"]
